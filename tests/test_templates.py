from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .common import make_letter
from .sending import ALL, SendingCase


@tagged("post_install", "-at_install")
class TestTemplates(SendingCase):
    """Templates, placeholders and signatures."""

    def setUp(self):
        super().setUp()
        self.account = self.make_sender()
        # Odoo gives the right to write code to everybody, unless an administrator restricts it.
        self.env.ref("base.group_user").implied_ids = [
            Command.unlink(self.env.ref("mail.group_mail_template_editor").id)
        ]
        self.env.ref("mail.group_mail_template_editor").user_ids = [Command.clear()]
        company = self.env["res.partner"].create({"name": "Bromo & Sons", "is_company": True})
        self.anna = self.env["res.partner"].create(
            {
                "name": "Anna <Orlova>",
                "email": "anna@example.com",
                "parent_id": company.id,
                "function": "Buyer",
            }
        )

    def make_template(self, user=None, **values):
        return self.write_letter(
            self.account,
            user,
            **{
                "type": "template",
                "email_to": False,
                "subject": "Offer for {{ object.name }}",
                "body": "<p>Dear {{ object.name }}, {{ object.function }}!</p>",
                **values,
            },
        )

    def compose(self, values=None):
        letters = self.env["iris.email"].with_user(self.user)
        return letters.browse(letters.action_compose(values)["res_id"])

    # ---- placeholders ----

    def test_filled_from_the_contact(self):
        template = self.make_template()
        self.attach(template)
        letter = self.compose({"contact_id": self.anna.id})
        letter.action_apply_template(template.id)
        self.assertEqual(letter.subject, "Offer for Anna <Orlova>")
        self.assertIn("Dear Anna &lt;Orlova&gt;, Buyer!", letter.sudo().body_html)
        self.assertIn("Dear Anna <Orlova>, Buyer!", letter.body_text)
        self.assertEqual(letter.attachment_ids.mapped("raw"), [b"the prices"])
        # The template itself is as it was.
        self.assertIn("{{ object.name }}", template.sudo().body_html)

    def test_filled_when_the_contact_is_chosen(self):
        letter = self.compose()
        letter.action_apply_template(self.make_template().id)
        self.assertEqual(letter.subject, "Offer for {{ object.name }}")
        letter.email_to = "anna@example.com"  # known: the contact comes by itself
        self.assertEqual(letter.contact_id, self.anna)
        self.assertEqual(letter.subject, "Offer for Anna <Orlova>")
        self.assertIn("Dear Anna", letter.body_text)

    def test_not_sent_with_open_placeholders(self):
        letter = self.compose()
        letter.action_apply_template(self.make_template().id)
        letter.email_to = "nobody.known@example.com"
        with self.assertRaisesRegex(UserError, "{{ object.name }}, {{ object.function }}"):
            letter.send_letters()
        letter.write({"subject": "Offer", "body": "<p>Dear all</p>"})
        letter.send_letters()
        self.assertEqual(letter.state, "queued")

    def test_values_are_no_placeholders_themselves(self):
        self.anna.name = "{{ object.function }}"
        letter = self.compose({"contact_id": self.anna.id})
        letter.action_apply_template(self.make_template().id)
        self.assertEqual(letter.subject, "Offer for {{ object.function }}")

    def test_quoted_letter_of_a_stranger_is_not_filled(self):
        account = self.make_account(
            self.serve([make_letter("X", text="Your phone: {{ object.phone }}\n")]),
            "in@example.org",
            incoming_right_ids=[Command.create({"user_id": self.user.id, "may_send": True, **ALL})],
        )
        self.anna.phone = "+7 900 0000000"
        self.check(account)
        received = self.letters(account).with_user(self.user)
        received.contact_id = self.anna
        letter = received.browse(received.action_reply()["res_id"])
        letter.action_apply_template(self.make_template().id)
        self.assertIn("{{ object.phone }}", letter.body_text)
        self.assertNotIn("900", letter.body_text)
        self.assertIn("Dear Anna", letter.body_text)

    def test_subject_of_the_letter_stays(self):
        letter = self.compose({"subject": "Mine"})
        letter.action_apply_template(self.make_template().id)
        self.assertEqual(letter.subject, "Mine")

    # ---- no code ----

    def test_code_needs_the_right(self):
        for text in (
            "{{ object.env['res.users'].search([]) }}",
            "{{ object.sudo().name }}",
            "{{ 1 + 1 }}",
            "{{ user.login }}",
        ):
            for values in ({"subject": text}, {"body": f"<p>{text}</p>"}, {"body_text": text}):
                with self.subTest(values), self.assertRaisesRegex(AccessError, "placeholders"):
                    self.env["iris.email"].with_user(self.user).create(
                        {"type": "template", **values}
                    )

    def test_draft_does_not_become_a_template_with_code(self):
        letter = self.write_letter(self.account, subject="{{ object.env.cr }}")
        with self.assertRaises(AccessError):
            letter.type = "template"

    def test_code_in_entities(self):
        with self.assertRaises(AccessError):
            self.make_template(body="<p>&#123;&#123; object.env.cr &#125;&#125;</p>")

    def test_editors_of_templates_may_write_code(self):
        self.env.ref("mail.group_mail_template_editor").user_ids = [Command.link(self.user.id)]
        template = self.make_template(subject="{{ object.name.upper() }}")
        letter = self.compose({"contact_id": self.anna.id})
        letter.action_apply_template(template.id)
        self.assertEqual(letter.subject, "ANNA <ORLOVA>")

    def test_only_templates_that_one_may_read(self):
        foreign = self.env["iris.email"].create(
            {"type": "template", "subject": "T", "responsible_id": self.stranger.id}
        )
        letter = self.compose()
        with self.assertRaises(AccessError):
            letter.action_apply_template(foreign.id)
        draft = self.write_letter(self.account)
        with self.assertRaisesRegex(UserError, "Choose a template"):
            letter.action_apply_template(draft.id)

    # ---- signatures ----

    def sign(self, text, account=None, user=None, **values):
        rows = self.env["iris.email.signature"].with_user(user or self.user)
        return rows.create(
            {"signature": f"<p>{text}</p>", "account_id": account and account.id, **values}
        )

    def test_signature_of_the_account(self):
        other = self.make_sender(address="sales@example.org")
        self.sign("General")
        self.sign("Sales", other)
        letter = self.compose()
        letter.account_id = self.account
        self.assertIn("General", letter.body_text)
        letter.account_id = other
        self.assertIn("Sales", letter.body_text)
        self.assertNotIn("General", letter.body_text)

    def test_signature_stands_above_the_quote(self):
        self.sign("Ivan Petrov, sales")
        letter = self.write_letter(self.account)
        letter.sudo().type = "sent"
        reply = letter.browse(letter.action_reply()["res_id"])
        text = reply.body_text
        self.assertLess(text.index("Ivan Petrov, sales"), text.index("You wrote:"))

    def test_signature_of_odoo_where_there_is_no_other(self):
        self.user.signature = "<p>From Odoo</p>"
        self.assertIn("From Odoo", self.compose().body_text)
        self.sign("Mine")
        self.assertNotIn("From Odoo", self.compose().body_text)

    def test_default_template(self):
        template = self.make_template(subject="Hello", body="<p>Dear friend</p>")
        self.sign("Ivan", template_id=template.id)
        letter = self.compose()
        self.assertEqual(letter.subject, "Hello")
        text = letter.body_text
        self.assertLess(text.index("Dear friend"), text.index("Ivan"))
        self.assertEqual(letter.discard_blank(), letter.ids)

    def test_one_row_for_each_account_and_one_for_all(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        other = self.make_sender(self.sink(), "other@example.org")
        mailboxes = (self.account, other, self.env["iris.email.account"])
        for account in mailboxes:
            self.sign("One", account)
        for account in mailboxes:
            with (
                self.subTest(account.address),
                mute_logger("odoo.sql_db"),
                self.assertRaises(UniqueViolation) as caught,
                self.env.cr.savepoint(),
            ):
                self.sign("Two", account)
            # Odoo says it to the user like this.
            signatures = self.env["iris.email.signature"]
            for lang, words in (("en_US", "change that one"), ("ru_RU", "измените её")):
                said = signatures.with_context(lang=lang)._sql_error_to_message(caught.exception)
                self.assertIn(words, said)

    def test_signatures_are_ones_own(self):
        row = self.sign("Mine")
        rows = row.with_user(self.stranger)
        self.assertFalse(rows.search([]))
        for action in (lambda: rows.read(["signature"]), lambda: rows.write({"signature": "x"})):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            self.sign("Forged", user=self.stranger, user_id=self.colleague.id)

    def test_templates_of_odoo_allow_no_more_than_without_this_addon(self):
        with self.assertRaises(AccessError):
            self.env["mail.template"].with_user(self.user).create(
                {
                    "name": "Odoo's own",
                    "model_id": self.env["ir.model"]._get_id("res.partner"),
                    "subject": "{{ object.ref }}",
                }
            )
