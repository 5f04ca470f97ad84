from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import MailCase


@tagged("post_install", "-at_install")
class TestMailSettings(MailCase):
    """Everybody decides for themself how they see their mail."""

    def settings_of(self, user, by=None):
        settings = self.env["res.users.settings"]._find_or_create_for_user(user)
        return settings.with_user(by or user)

    def test_defaults(self):
        told = self.settings_of(self.user)._res_users_settings_format()
        self.assertIs(told["iris_email_conversations"], True)
        self.assertEqual(told["iris_email_density"], "comfortable")
        self.assertEqual(told["iris_email_read_seconds"], 0)
        self.assertIs(told["iris_email_desktop_notifications"], False)

    def test_change(self):
        chosen = {
            "iris_email_conversations": False,
            "iris_email_density": "compact",
            "iris_email_read_seconds": -1,
            "iris_email_desktop_notifications": True,
        }
        told = self.settings_of(self.user).set_res_users_settings(chosen)
        self.assertEqual({name: told[name] for name in chosen}, chosen)
        self.assertTrue(self.settings_of(self.manager).iris_email_conversations)

    def test_others_settings(self):
        for by in (self.stranger, self.manager):
            theirs = self.settings_of(self.user, by=by)
            with self.assertRaises(AccessError):
                theirs.set_res_users_settings({"iris_email_density": "compact"})
            with self.assertRaises(AccessError):
                theirs.read(["iris_email_density"])

    def test_impossible_values(self):
        settings = self.settings_of(self.user)
        for name, values in {
            "iris_email_density": ("tight", False, None, 7),
            "iris_email_read_seconds": (-2, 3601, 1.5, "soon", None, 10**12),
        }.items():
            for value in values:
                with self.subTest(name, value=value), self.assertRaises(ValidationError):
                    settings.set_res_users_settings({name: value})
                with self.subTest(name, value=value), self.assertRaises(ValidationError):
                    settings.write({name: value})
        self.assertEqual(settings.iris_email_density, "comfortable")
