from odoo.exceptions import AccessError
from odoo.tests import tagged

from .sending_attackers import PNG, AttackCase, read


@tagged("post_install", "-at_install")
class TestSignaturesOfOthers(AttackCase):
    def setUp(self):
        super().setUp()
        self.signatures = self.env["iris.email.signature"]

    def test_signature_shows_a_picture_that_its_author_may_not_read(self):
        hidden = (
            self.env["ir.attachment"]
            .with_user(self.stranger)
            .create({"name": "passport.png", "raw": PNG + b"passport", "mimetype": "image/png"})
        )
        with self.assertRaises(AccessError):
            hidden.with_user(self.user).read(["raw"])
        self.signatures.with_user(self.user).create(
            {"signature": f'<p>I <img src="/web/image/{hidden.id}"></p>'}
        )
        draft = self.compose()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "iris.email"), ("res_id", "=", draft.id)]
        )
        self.assertNotIn(b"passport", b"".join(files.mapped("raw")))

    def test_signature_is_handed_to_somebody_else(self):
        mine = self.signatures.with_user(self.user).create({"signature": "<p>Pay to me</p>"})
        with self.assertRaises(AccessError):
            mine.user_id = self.colleague

    def test_signature_of_another_by_onchange(self):
        self.signatures.create(
            {
                "user_id": self.stranger.id,
                "account_id": self.account.id,
                "signature": "<p>SIGNATURE OF A STRANGER</p>",
            }
        )
        mark = '<p>x</p><div data-iris-signature="1">-</div>'
        draft = self.compose()
        for letter, values in (
            (self.env["iris.email"].with_user(self.user), {}),
            (draft, {}),
        ):
            with self.subTest(new=not letter.id):
                result = letter.onchange(
                    {
                        "account_id": self.account.id,
                        "responsible_id": self.stranger.id,
                        "body": mark,
                        "body_html": mark,
                        **values,
                    },
                    ["account_id"],
                    {"account_id": {}, "responsible_id": {}, "body": {}, "body_html": {}},
                )
                self.assertNotIn("STRANGER", str(result))


@tagged("post_install", "-at_install")
class TestSenderNames(AttackCase):
    """From is the account's address, whatever the name is."""

    def test_name_with_an_address_and_a_line_end(self):
        for name in (
            "boss@example.com\nIvan",
            "boss@example.com\r\nIvan",
            "<boss@example.com>\nIvan",
            "x\nboss@example.com\ny",
            '"boss@example.com",\nIvan',
            "boss@example.com " + "x" * 600,
            "boss@example.com, " + "x" * 600,
            "boss@example.com;" + '"' * 3,
            "boss@example.com" + "\\" * 3,
            "Ivan, " + "x" * 600,
        ):
            with self.subTest(name[:40]):
                self.user.with_user(self.user).write({"name": name})
                letter = self.write_letter(self.account)
                self.send_now(letter)
                self.assertEqual(letter.type, "sent", letter.send_error)
                delivery = self.server.deliveries[-1]
                sender = read(delivery)["From"].addresses
                self.assertEqual([one.addr_spec for one in sender], ["ivan@example.org"])
