import base64
import email
import email.policy
import tracemalloc
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Datetime
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import iris_email_account_sending
from ..tools import network
from .common import make_letter
from .sending import ALL, SendingCase
from .servers.scripted_pop3 import PASSWORD
from .servers.scripted_smtp import ScriptedSmtp
from .test_delivery_reports import make_report

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CODE = "{{ object.sudo().env['ir.config_parameter'].get_param('iris.attack') }}"
FORGED = (
    b"From: The Boss <boss@example.org>\r\nTo: anna@example.com\r\nSubject: Pay\r\n"
    b"Message-ID: <forged@example.org>\r\n\r\nPay at once.\r\n"
)


def read(delivery):
    """Read a delivered letter with Python's own reader."""
    return email.message_from_bytes(delivery.content, policy=email.policy.default)


class AttackCase(SendingCase):
    def setUp(self):
        super().setUp()
        self.server = self.sink()
        self.account = self.make_sender(self.server)

    def compose(self, context=None, **values):
        letters = self.env["iris.email"].with_user(self.user).with_context(**(context or {}))
        action = letters.action_compose(values)
        return self.env["iris.email"].with_user(self.user).browse(action["res_id"])

    def receive(self, raw, **values):
        """Let a letter come into a mailbox from which the user sends, too."""
        account = self.make_account(
            self.serve([raw]),
            "in@example.org",
            outgoing_host=self.server.host,
            outgoing_port=self.server.port,
            incoming_right_ids=[Command.create({"user_id": self.user.id, "may_send": True, **ALL})],
            outgoing_right_ids=[Command.create({"user_id": self.user.id, **ALL})],
            **values,
        )
        self.check(account)
        return self.letters(account).with_user(self.user)

    def draft_of(self, action):
        return self.env["iris.email"].with_user(self.user).browse(action["res_id"])

    def during_first_delivery(self, act):
        """Do something while the server is taking the first letter."""
        client = iris_email_account_sending.smtp.SmtpClient
        original = client.send
        acted = []

        def send(client, *arguments):
            if not acted:
                acted.append(True)
                act()
                self.env.flush_all()
            return original(client, *arguments)

        self.startPatcher(patch.object(client, "send", send))


@tagged("post_install", "-at_install")
class TestCodeInTemplates(AttackCase):
    """Who is no template editor of Odoo brings no code into a template."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("iris.attack", "S3CRET")
        self.user.group_ids = [Command.unlink(self.env.ref("mail.group_mail_template_editor").id)]
        self.assertFalse(self.user.has_group("mail.group_mail_template_editor"))
        self.contact = self.env["res.partner"].create({"name": "Boris"})

    def use(self, template):
        draft = self.write_letter(self.account, contact_id=self.contact.id, subject=False)
        draft.action_apply_template(template.id)
        draft._fill_placeholders()
        return f"{draft.subject} {draft.body_html} {draft.body_text}"

    def test_code_behind_entities_in_the_subject(self):
        hidden = CODE.replace("{", "&#123;").replace("}", "&#125;")
        try:
            template = self.write_letter(
                self.account,
                type="template",
                email_to=False,
                subject="{{ object.name|||&#125;&#125;" + hidden[:-12] + "}}",
            )
        except AccessError:
            return
        self.assertNotIn("S3CRET", self.use(template))

    def test_code_in_the_signature_of_a_template(self):
        self.env["iris.email.signature"].with_user(self.user).create(
            {"signature": f"<p>{CODE}</p>"}
        )
        try:
            template = self.compose(type="template")
        except AccessError:
            return
        self.assertNotIn("S3CRET", self.use(template))

    def test_code_in_odoos_signature(self):
        self.user.with_user(self.user).signature = f"<p>{CODE}</p>"
        try:
            template = self.compose(type="template")
        except AccessError:
            return
        self.assertNotIn("S3CRET", self.use(template))

    def test_signature_that_comes_with_another_account(self):
        other = self.make_sender(self.server, "other@example.org")
        self.user.signature = "<p>plain</p>"
        template = self.compose(type="template")
        self.env["iris.email.signature"].with_user(self.user).create(
            {"account_id": other.id, "signature": f"<p>{CODE}</p>"}
        )
        try:
            template.account_id = other
        except AccessError:
            return
        self.assertNotIn("S3CRET", self.use(template))

    def test_default_body_of_the_context(self):
        letter = self.receive(make_letter("S"))
        code = f"<p>{CODE}</p>"
        draft = self.draft_of(
            letter.with_context(default_body_html=code, default_template_id=1).action_reply()
        )
        self.assertNotIn("S3CRET", draft.body_text or "")


@tagged("post_install", "-at_install")
class TestSendingContexts(AttackCase):
    """Defaults of a context, which everybody can send along, are not taken in superuser mode."""

    def setUp(self):
        super().setUp()
        self.letter = self.receive(make_letter("S"))

    def test_default_source(self):
        forged = base64.b64encode(FORGED).decode()
        for method in ("action_forward", "action_reply"):
            with self.subTest(method):
                draft = self.draft_of(
                    getattr(self.letter.with_context(default_source=forged), method)()
                )
                draft.email_to = "anna@example.com"
                self.send_now(draft)
                for delivery in self.server.deliveries:
                    self.assertNotIn("boss", read(delivery)["From"])

    def test_default_res_field_of_a_picture(self):
        draft = self.write_letter(self.account)
        url = "data:image/png;base64," + base64.b64encode(FORGED).decode()
        draft.with_context(default_res_field="source").body = f'<p><img src="{url}"></p>'
        self.send_now(draft)
        for delivery in self.server.deliveries:
            self.assertNotIn("boss", read(delivery)["From"])

    def test_default_type_of_the_list(self):
        """A picture that is pasted into a letter which was begun in a list of the outbox."""
        url = "data:image/png;base64," + base64.b64encode(PNG).decode()
        draft = self.write_letter(self.account)
        draft.with_context(default_type="outbox").write({"body": f'<p><img src="{url}"></p>'})
        self.assertIn("cid:", draft.sudo().body_html)

    def test_default_recipients(self):
        draft = self.draft_of(
            self.letter.with_context(
                default_recipient_ids=[(0, 0, {"email": "x@example.com"})]
            ).action_reply()
        )
        self.assertFalse(draft.sudo().recipient_ids)

    def test_default_parent(self):
        secret = self.env["iris.email"].create(
            {"type": "inbox", "account_id": self.make_account(self.serve(), "b@example.org").id}
        )
        draft = self.draft_of(
            self.letter.with_context(default_parent_id=secret.id).action_forward()
        )
        self.assertFalse(draft.sudo().parent_id)

    def test_default_list_and_mailboxes(self):
        boss = self.make_account(self.serve(), "boss@example.org", readers=self.stranger)
        draft = self.draft_of(
            self.letter.with_context(
                default_other_account_ids=[(6, 0, boss.ids)],
                default_is_answered=True,
                default_state="queued",
                default_sent_by_id=self.manager.id,
                default_message_id="<forged@example.org>",
                default_email_bcc="spy@example.com",
            ).action_forward()
        ).sudo()
        self.assertFalse(draft.other_account_ids)
        self.assertFalse(draft.state)
        self.assertFalse(draft.message_id)

    def test_default_body_reads_pictures_of_others(self):
        hidden = (
            self.env["ir.attachment"]
            .with_user(self.stranger)
            .create({"name": "passport.png", "raw": PNG + b"passport", "mimetype": "image/png"})
        )
        draft = self.draft_of(
            self.letter.with_context(
                default_body=f'<p><img src="/web/image/{hidden.id}"></p>'
            ).action_reply()
        )
        self.assertFalse(draft.sudo()._get_pictures())


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


@tagged("post_install", "-at_install")
class TestQueueAttacks(AttackCase):
    """What happens to letters while others of the same batch are on their way."""

    def two_letters(self):
        first = self.write_letter(self.account, subject="First")
        second = self.write_letter(self.account, subject="Second")
        self.send(first | second)
        return first, second

    def test_undo_and_send_later_while_the_batch_is_on_its_way(self):
        first, second = self.two_letters()
        later = Datetime.to_string(Datetime.now() + timedelta(days=2))

        def act():
            second.take_back()
            second.subject = "Second, mended"
            second.send_letters(send_at=later)

        self.during_first_delivery(act)
        self.work_queue()
        self.assertEqual(first.type, "sent")
        self.assertEqual(len(self.server.deliveries), 1)
        self.assertEqual(second.state, "queued")

    def test_undo_and_send_again_while_the_batch_is_on_its_way(self):
        _first, second = self.two_letters()

        def act():
            second.take_back()
            second.subject = "Second, mended"
            second.send_letters()

        self.during_first_delivery(act)
        self.work_queue()
        self.assertIn(second.state, ("queued", False))
        self.assertNotIn("Second", [read(one)["Subject"] for one in self.server.deliveries])

    def test_trashed_while_the_batch_is_on_its_way(self):
        _first, second = self.two_letters()
        self.during_first_delivery(second.action_trash)
        self.work_queue()
        self.assertEqual(len(self.server.deliveries), 1)

    def test_right_is_lost_while_the_batch_is_on_its_way(self):
        first, second = self.two_letters()

        def act():
            rows = self.account.incoming_right_ids
            rows.filtered(lambda row: row.user_id == self.user).unlink()

        self.during_first_delivery(act)
        self.work_queue()
        self.assertEqual(first.type, "sent")
        self.assertNotEqual(second.type, "sent")

    def test_deleted_for_good_while_it_is_on_its_way(self):
        first, second = self.two_letters()

        def act():
            first.action_trash()
            with suppress(UserError):
                first.action_delete_for_good()

        self.during_first_delivery(act)
        self.work_queue()
        self.assertEqual(second.type, "sent")

    def test_nonsense_for_a_time(self):
        letter = self.write_letter(self.account)
        with self.assertRaises(UserError):
            letter.send_letters(send_at="tomorrow")

    def test_draft_in_the_trash_is_not_queued(self):
        letter = self.write_letter(self.account)
        letter.action_trash()
        with self.assertRaises(UserError):
            letter.send_letters()

    def test_letter_that_may_not_be_sent_any_more_can_be_written_on(self):
        other = self.make_sender(self.server, "other@example.org")
        letter = self.write_letter(self.account)
        self.send(letter)
        self.account.incoming_right_ids.filtered(
            lambda row: row.user_id == self.user
        ).may_send = False
        self.work_queue()
        self.assertEqual(letter.state, "error")
        letter.take_back()
        letter.account_id = other
        self.send_now(letter)
        self.assertEqual(letter.type, "sent")

    def test_letter_of_the_server_itself_from_an_inactive_account(self):
        letter = self.write_letter(self.account).sudo()
        letter.with_user(self.env.ref("base.user_root")).send_letters()
        letter.send_at = "2026-03-02 10:00:00"
        self.account.active = False
        self.work_queue()
        self.assertFalse(self.server.deliveries)

    def test_one_letter_on_which_the_server_stalls(self):
        client = iris_email_account_sending.smtp.SmtpClient
        original = client.send
        tried = []

        def send(client, sender, recipients, raw):
            tried.append(tuple(recipients))
            if "slow@example.com" in recipients:
                raise network.ConnectionTimedOut("mail.example.org", 25)
            return original(client, sender, recipients, raw)

        self.startPatcher(patch.object(client, "send", send))
        slow = self.write_letter(self.account, email_to="slow@example.com")
        good = self.write_letter(self.account, email_to="anna@example.com")
        self.send(slow | good)
        for _attempt in range(3):
            self.work_queue()
            self.make_due((slow | good).filtered("state"))
        self.assertEqual(good.type, "sent", good.send_error)

    def test_one_letter_to_which_the_server_says_nonsense(self):
        client = iris_email_account_sending.smtp.SmtpClient
        original = client.send

        def send(client, sender, recipients, raw):
            if "slow@example.com" in recipients:
                raise network.ProtocolViolation("mail.example.org", 25, "999 hm")
            return original(client, sender, recipients, raw)

        self.startPatcher(patch.object(client, "send", send))
        slow = self.write_letter(self.account, email_to="slow@example.com")
        good = self.write_letter(self.account, email_to="anna@example.com")
        self.send_now(slow | good)
        self.assertNotEqual(good.state, "error", "never tried, and given up")

    @mute_logger("odoo.addons.base.models.ir_cron")
    def test_hosts_that_are_none(self):
        for number, host in enumerate(
            ("a..b", "x" * 70 + ".example", ".", "-", "-a", "мир" * 40, "xn--a", "a" * 300)
        ):
            with self.subTest(host[:20]):
                account = self.make_sender(address=f"a{number}@example.org")
                try:
                    account.sudo().outgoing_host = host
                    self.env.flush_all()
                except ValidationError:
                    continue
                letter = self.write_letter(account)
                good = self.write_letter(self.account)
                self.send(letter | good)
                self.make_due(letter)
                self.work_queue()
                self.assertIn(letter.state, ("error", "queued"))
                self.assertEqual(good.type, "sent")

    def test_language_of_an_archived_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.user.lang = "fr_FR"
        letter = self.write_letter(self.account)
        self.send(letter)
        self.user.active = False
        self.user.partner_id.active = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_lang SET active = false WHERE code = 'fr_FR'")
        self.env.registry.clear_cache("stable")
        self.env.invalidate_all()
        self.env.flush_all()
        self.work_queue()
        # What an account raises must not keep the others from sending, now and for ever.
        self.assertEqual(letter.state, "error")

    def send_in_two_attempts(self, between):
        """Anna gets the letter at once, Boris is told to wait; then something happens."""
        self.server.refuse["boris@example.com"] = "450 4.2.1 busy"
        letter = self.write_letter(self.account, email_cc="boris@example.com")
        self.send_now(letter)
        self.assertEqual(self.states(letter)["anna@example.com"], "accepted")
        between(letter)
        self.make_due(letter)
        self.work_queue()
        return letter

    def assertNotSaidToBeUnsent(self, letter):
        # docs/sending.md: "Not sent: It has certainly gone to nobody."
        self.assertNotEqual(letter.state, "error", letter.send_error)
        self.assertEqual(letter.type, "sent")
        self.assertTrue(letter.is_undelivered)

    def test_letter_that_somebody_has_and_that_is_refused_then(self):
        def between(_letter):
            server = self.enterContext(ScriptedSmtp({"MAIL": [b"550 5.7.1 not you\r\n"]}))
            self.account.outgoing_port = server.port

        self.assertNotSaidToBeUnsent(self.send_in_two_attempts(between))

    def test_letter_that_somebody_has_when_the_right_is_lost(self):
        def between(_letter):
            rows = self.account.incoming_right_ids
            rows.filtered(lambda row: row.user_id == self.user).unlink()

        self.assertNotSaidToBeUnsent(self.send_in_two_attempts(between))

    def test_letter_that_somebody_has_when_the_settings_are_wrong(self):
        def between(_letter):
            self.account.outgoing_host = False

        self.assertNotSaidToBeUnsent(self.send_in_two_attempts(between))

    def test_from_says_what_was_sent(self):
        """After a change of the responsible the bytes stay, so From must, too."""
        self.server.refuse["anna@example.com"] = "550 5.1.1 no such mailbox"
        letter = self.write_letter(self.account)
        self.send_now(letter)
        self.server.refuse.clear()
        letter.sudo().responsible_id = self.colleague
        self.account.sender_name = "Sales"
        self.env.flush_all()
        self.send_now(letter)
        self.assertEqual(read(self.server.deliveries[0])["From"], letter.email_from)

    def test_letter_taken_back_in_the_trash_comes_out_of_it(self):
        letter = self.write_letter(self.account)
        letter.send_letters()
        letter.action_trash()
        letter.take_back()
        letter.action_restore()
        self.assertFalse(letter.is_trashed)
        self.send_now(letter)
        self.assertEqual(letter.type, "sent")
        with self.assertRaisesRegex(UserError, "not in the trash"):
            letter.action_delete_for_good()

    def test_deleted_user(self):
        other = new_test_user(self.env, "iris-leaving", lang="en_US")
        self.account.incoming_right_ids = [Command.create({"user_id": other.id, "may_send": True})]
        letter = self.write_letter(self.account)
        self.send(letter)
        letter.sudo().sent_by_id = other
        self.env.flush_all()
        other.unlink()
        self.work_queue()
        self.assertEqual(letter.state, "error")
        self.assertFalse(letter.send_error.startswith(" "), letter.send_error)

    def test_lost_file_of_the_bytes(self):
        first, second = self.two_letters()
        first.sudo()._make_sources()
        source = first.sudo()._get_sources()[first.id]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = '00/lost', db_datas = NULL WHERE id = %s",
            [source.id],
        )
        self.env.invalidate_all()
        self.work_queue()
        self.assertEqual(second.type, "sent")
        self.assertNotEqual(first.type, "sent")

    def test_memory_of_a_batch(self):
        letters = self.env["iris.email"].with_user(self.user)
        for number in range(12):
            letter = self.write_letter(self.account, subject=str(number))
            self.attach(letter, raw=bytes([number]) * 2_000_000)
            letters |= letter
        self.send(letters)
        self.env.invalidate_all()
        tracemalloc.start()
        try:
            letters.sudo()._make_sources()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertLess(peak, 20_000_000)

    def test_queries_of_sending_many_letters(self):
        def count(number):
            letters = self.env["iris.email"].with_user(self.user)
            for _letter in range(number):
                letters |= self.write_letter(self.account)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            letters.send_letters()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(10), count(60)
        self.assertLess((many - few) / 50, 2.5, (few, many))


@tagged("post_install", "-at_install")
class TestRecipientAttacks(AttackCase):
    def setUp(self):
        super().setUp()
        self.mailbox = self.serve()
        self.account.write(
            {
                "incoming_host": self.mailbox.host,
                "incoming_port": self.mailbox.port,
                "incoming_login": "ivan@example.org",
                "incoming_password": PASSWORD,
            }
        )

    def report(self, *raw):
        known = self.letters(self.account)
        for letter in raw:
            self.mailbox.letters[len(self.mailbox.letters) + 1] = letter
        self.check(self.account)
        self.env.invalidate_all()
        return (self.letters(self.account) - known).with_user(self.user)

    def test_same_address_in_two_forms(self):
        letter = self.write_letter(
            self.account, email_to="a@пример.рф", email_cc="a@xn--e1afmkfd.xn--p1ai"
        )
        self.send_now(letter)
        self.assertEqual(len(letter.recipient_ids), 1)

    def test_report_in_the_other_form_of_the_address(self):
        letter = self.write_letter(self.account, email_to="a@пример.рф, b@example.com")
        self.send_now(letter)
        self.report(make_report(letter.message_id, "a@xn--e1afmkfd.xn--p1ai"))
        self.assertTrue(letter.is_undelivered)

    def test_two_reports_of_one_letter_at_once(self):
        letter = self.write_letter(self.account, email_cc="boris@example.com")
        self.send_now(letter)
        first = make_report(letter.message_id, "anna@example.com")
        second = make_report(letter.message_id, "boris@example.com").replace(
            b"<report-1@", b"<report-2@"
        )
        reports = self.report(first, second)
        self.assertEqual(len(reports), 2)
        self.assertEqual(
            self.states(letter), {"anna@example.com": "returned", "boris@example.com": "returned"}
        )
        self.assertEqual(reports.parent_id, letter)

    def test_forged_report_does_not_stop_a_letter_that_waits(self):
        self.server.refuse["boris@example.com"] = "450 4.2.1 busy"
        letter = self.write_letter(self.account, email_cc="boris@example.com")
        self.send_now(letter)
        self.assertEqual(letter.state, "queued")
        self.server.refuse.clear()
        self.report(make_report(letter.message_id, "boris@example.com"))
        self.make_due(letter)
        self.work_queue()
        self.assertEqual(
            [one.recipients for one in self.server.deliveries],
            [("anna@example.com",), ("boris@example.com",)],
        )

    def test_uncertain_letter_that_came_back_is_sent_again(self):
        letter = self.write_letter(self.account)
        self.send_now(letter)
        letter.sudo().write({"type": "outbox", "state": "uncertain"})
        letter.sudo().recipient_ids.state = "waiting"
        self.report(make_report(letter.message_id, "anna@example.com"))
        self.send_now(letter)
        self.assertTrue(letter.type == "sent" or letter.send_error, "says nothing of why")
        self.assertEqual(len(self.server.deliveries), 2)

    def test_automatic_answer_does_not_count(self):
        letter = self.write_letter(self.account)
        self.send_now(letter)
        self.report(
            make_letter(
                "Out of office",
                headers=[("In-Reply-To", letter.message_id), ("Auto-Submitted", "auto-replied")],
            )
        )
        self.assertEqual(letter.answer_count, 0)

    def test_more_recipients_than_the_server_takes_at_a_time(self):
        """RFC 5321 §4.5.3.1.10: after 452 the others get the letter in further transactions."""
        taken = []

        def first_command():
            taken.clear()
            return [b"250 ok\r\n"]

        def recipient():
            taken.append(1)
            return [b"452 4.5.3 too many\r\n"] if len(taken) > 1 else [b"250 ok\r\n"]

        server = self.enterContext(ScriptedSmtp({"MAIL": first_command, "RCPT": recipient}))
        self.account.outgoing_port = server.port
        emails = [f"a{number}@example.com" for number in range(25)]
        letter = self.write_letter(self.account, email_to=", ".join(emails))
        self.send(letter)
        for _attempt in range(30):
            self.work_queue()
            if letter.type == "sent":
                break
            self.make_due(letter)
        self.assertEqual(set(self.states(letter).values()), {"accepted"})


@tagged("post_install", "-at_install")
class TestDraftAttacks(AttackCase):
    def test_file_that_was_exchanged(self):
        letter = self.receive(make_letter("S", files=[("old.bin", b"old")]))
        draft = self.draft_of(letter.action_forward())
        draft.attachment_ids.unlink()
        self.attach(draft, "new.bin", b"new")
        self.assertFalse(draft.discard_blank())

    def test_answer_by_template_alone_that_was_sent_and_taken_back(self):
        letter = self.receive(make_letter("S"))
        draft = self.draft_of(letter.action_reply())
        draft.send_letters()
        draft.take_back()
        self.assertFalse(draft.discard_blank())

    def test_blank_draft_that_somebody_filed(self):
        draft = self.compose()
        contact = self.env["res.partner"].create({"name": "Boris"})
        draft.contact_id = contact
        self.assertFalse(draft.discard_blank())

    def test_picture_of_an_enemy_that_is_none(self):
        html = '<p>Hi <img src="data:image/png;base64,\u00e9\u00e9"></p>'
        letter = self.receive(make_letter("S", html=html))
        draft = self.draft_of(letter.action_reply())
        draft.body = f"<p>Answer</p>{draft.body}"
        self.assertIn("Answer", draft.body_text)
        draft.body = html
        self.assertIn("Hi", draft.body_text)

    def test_placeholders_of_a_template_that_was_deleted(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Dear {{ object.name }}</p>"
        )
        draft = self.write_letter(self.account)
        draft.action_apply_template(template.id)
        draft.contact_id = False
        self.delete_for_good(template)
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            draft.send_letters()

    def test_placeholders_of_a_template_that_was_changed(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Dear {{ object.name }}</p>"
        )
        draft = self.write_letter(self.account)
        draft.action_apply_template(template.id)
        template.body = "<p>Dear {{ object.email }}</p>"
        with self.assertRaises(UserError):
            draft.send_letters()

    def test_placeholders_of_two_templates(self):
        first, second = (
            self.write_letter(
                self.account,
                type="template",
                email_to=False,
                body=f"<p>{{{{ object.{name} }}}}</p>",
            )
            for name in ("name", "email")
        )
        draft = self.write_letter(self.account)
        draft.action_apply_template(first.id)
        draft.action_apply_template(second.id)
        with self.assertRaisesRegex(UserError, "object.email.*object.name"):
            draft.send_letters()
        draft.contact_id = self.env["res.partner"].create({"name": "Boris", "email": "b@x.example"})
        self.assertIn("Boris", draft.body_text)
        self.assertIn("b@x.example", draft.body_text)
        draft.send_letters()
        self.assertEqual(draft.state, "queued")

    def test_template_of_text_only(self):
        template = self.write_letter(
            self.account,
            type="template",
            email_to=False,
            body=False,
            subject=False,
        )
        template.body_text = "Dear {{ object.name }}"
        draft = self.write_letter(self.account)
        draft.action_apply_template(template.id)
        with self.assertRaises(UserError):
            draft.send_letters()

    def test_default_template_that_is_none_any_more(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>SECRET OFFER</p>"
        )
        self.env["iris.email.signature"].with_user(self.user).create({"template_id": template.id})
        template.write({"type": "draft", "email_to": "anna@example.com"})
        self.send_now(template)
        self.assertNotIn("SECRET OFFER", self.compose().body_text or "")

    def test_contact_that_breaks_out_of_an_attribute(self):
        template = self.write_letter(
            self.account,
            type="template",
            email_to=False,
            body='<p><span title="{{ object.name }}">x</span></p>',
        )
        if "{{ object.name }}" not in template.sudo().body_html:
            return
        enemy = self.env["res.partner"].create({"name": '" onclick="alert(1)'})
        draft = self.write_letter(self.account, contact_id=enemy.id)
        draft.action_apply_template(template.id)
        self.assertNotIn('onclick="', draft.sudo().body_html)

    def test_linked_card_that_one_may_not_read(self):
        card = self.env["res.partner"].create({"name": "Secret", "email": "anna@example.com"})
        self.hide_card(card)
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Dear {{ object.name }}</p>"
        )
        draft = self.write_letter(self.account, email_to=False)
        draft.action_apply_template(template.id)
        self.env.flush_all()
        self.env.invalidate_all()
        draft.email_to = "anna@example.com"  # saved by itself: that cannot fail
        try:
            draft.send_letters()
        except UserError as error:
            self.assertNotIsInstance(error, AccessError)
        self.assertNotIn("Secret", draft.body_text or "")

    def test_garbage_collection_looks_at_more_than_the_latest(self):
        blank = self.compose()
        others = [self.compose() for _one in range(3)]
        for other in others:
            other.subject = "written"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE iris_email SET write_date = '2026-01-01' WHERE id = ANY(%s)",
            [[blank.id, *(one.id for one in others)]],
        )
        self.env.invalidate_all()
        letters = self.env["iris.email"]
        original = type(letters).search

        def search(model, domain, offset=0, limit=None, order=None):
            return original(model, domain, offset, 3 if limit == 1000 else limit, order)

        with patch.object(type(letters), "search", search):
            for _day in range(5):
                letters._gc_blank_drafts()
        self.assertFalse(blank.exists())


@tagged("post_install", "-at_install")
class TestFilesOfDrafts(AttackCase):
    def test_bytes_of_a_letter_are_not_given_by_a_file(self):
        draft = self.write_letter(self.account)
        raw = base64.b64encode(FORGED).decode()
        values = {"name": "original.eml", "datas": raw, "res_field": "source"}
        for forge in (
            lambda: draft.write({"attachment_ids": [Command.create(values)]}),
            lambda: draft.env["ir.attachment"].create(
                {**values, "res_model": "iris.email", "res_id": draft.id}
            ),
            lambda: (
                draft.env["ir.attachment"]
                .with_context(default_res_field="source")
                .create({"name": "x", "datas": raw, "res_model": "iris.email", "res_id": draft.id})
            ),
            lambda: self.attach(draft, raw=FORGED).write({"res_field": "source"}),
            lambda: (
                draft.env["ir.attachment"]
                .create({"name": "x", "datas": raw})
                .write({"res_model": "iris.email", "res_id": draft.id, "res_field": "source"})
            ),
        ):
            with suppress(AccessError, ValueError, UserError), self.env.cr.savepoint():
                forge()
        self.assertFalse(draft.sudo()._get_sources())

    def test_picture_that_is_saved_twice(self):
        """A draft is saved by itself, again and again, while the editor shows what was pasted."""
        url = "data:image/png;base64," + base64.b64encode(PNG).decode()
        draft = self.write_letter(self.account)
        for number in range(3):
            draft.body = f'<p>{number} <img src="{url}"></p>'
        self.assertEqual(len(draft.sudo()._get_pictures()), 1)

    def test_picture_of_another_letter_that_is_saved_twice(self):
        other = self.write_letter(self.account)
        file = self.attach(other, "a.png", PNG, mimetype="image/png")
        draft = self.write_letter(self.account)
        for number in range(3):
            draft.body = f'<p>{number} <img src="/web/image/{file.id}"></p>'
        self.assertEqual(len(draft.sudo()._get_pictures()), 1)

    def test_placeholder_in_the_quote_of_a_stranger(self):
        letter = self.receive(make_letter("S", text="Your number of me: {{ object.ref }}"))
        contact = self.env["res.partner"].create({"name": "Anna", "ref": "BAD-PAYER"})
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Ref: {{ object.ref }}</p>"
        )
        draft = self.draft_of(letter.action_reply())
        draft.action_apply_template(template.id)
        draft.contact_id = contact
        self.assertEqual(draft.body_text.count("BAD-PAYER"), 1)

    def test_forward_with_sizes_instead_of_contents(self):
        """The web client asks for sizes of files instead of contents (bin_size)."""
        letter = self.receive(make_letter("S", files=[("a.bin", b"content")]))
        draft = self.draft_of(letter.with_context(bin_size=True).action_forward())
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(draft.attachment_ids.raw, b"content")

    def test_file_that_is_a_link(self):
        draft = self.write_letter(self.account)
        self.attach(draft, "price.pdf", raw=False, type="url", url="https://example.com/price.pdf")
        try:
            self.send_now(draft)
        except UserError:
            return
        (file,) = read(self.server.deliveries[0]).iter_attachments()
        self.assertTrue(file.get_content(), "an empty file is sent")

    def test_template_that_is_shared_for_reading_only(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Shared</p>"
        )
        template._set_access(
            [{"user_id": self.colleague.id, "perm_read": True}, {"user_id": self.user.id, **ALL}]
        )
        mine = self.make_sender(self.server, "c@example.org")
        mine.incoming_right_ids.filtered(lambda row: row.user_id == self.colleague).may_send = True
        draft = self.write_letter(mine, self.colleague)
        draft.action_apply_template(template.id)
        self.assertIn("Shared", draft.body_text)
        with self.assertRaises(AccessError):
            template.with_user(self.colleague).write({"subject": "x"})


@tagged("post_install", "-at_install")
class TestAnswersToEnemies(AttackCase):
    def test_answer_goes_to_nobody_whom_the_name_of_the_sender_names(self):
        name = "rival@example.net, " + "x" * 600
        encoded = base64.b64encode(name.encode()).decode()
        raw = make_letter("S").replace(
            b"From: Anna <anna@example.com>",
            f"From: =?utf-8?b?{encoded}?= <e@evil.example>".encode(),
        )
        draft = self.draft_of(self.receive(raw).action_reply())
        self.assertEqual(draft._get_envelope(), ["e@evil.example"])


@tagged("post_install", "-at_install")
class TestWhatStrangersSee(AttackCase):
    """Attacks that held when they were written."""

    def test_recipients_of_letters_of_others(self):
        letter = self.write_letter(self.account, email_bcc="spy@example.com")
        self.send_now(letter)
        recipients = self.env["iris.email.recipient"].with_user(self.stranger)
        self.assertFalse(recipients.search([("email", "like", "spy")]))
        self.assertFalse(
            recipients.formatted_read_group([("email", "like", "spy")], ["email"], ["__count"])
        )
        self.assertFalse(
            self.env["iris.email"]
            .with_user(self.stranger)
            .search([("recipient_ids.email", "like", "spy")])
        )

    def test_template_that_is_not_shared_any_more(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, subject="SECRET", body="<p>SECRET</p>"
        )
        draft = self.write_letter(self.account)
        draft.action_apply_template(template.id)
        template.sudo().responsible_id = self.stranger
        self.env.flush_all()
        self.env.invalidate_all()
        draft.subject = "mine"
        for specification in (
            {"template_id": {"fields": {"display_name": {}}}},
            {"template_id": {"fields": {"body_text": {}, "subject": {}}}},
        ):
            try:
                answer = draft.web_read(specification)
            except AccessError:
                continue
            self.assertNotIn("SECRET", str(answer))
        letters = self.env["iris.email"].with_user(self.user)
        self.assertFalse(letters.search([("template_id.subject", "=", "SECRET")]))
        groups = letters.formatted_read_group([], ["template_id"], ["__count"])
        self.assertNotIn("SECRET", str(groups))

    def test_collection_of_blank_drafts_asks_once(self):
        def count(number):
            drafts = [self.compose() for _one in range(number)]
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE iris_email SET write_date = '2026-01-01' WHERE id = ANY(%s)",
                [[draft.id for draft in drafts]],
            )
            self.env.invalidate_all()
            letters = self.env["iris.email"].sudo().search([("id", "in", [d.id for d in drafts])])
            before = self.env.cr.sql_log_count
            letters._filter_blank()
            return self.env.cr.sql_log_count - before

        self.assertLess(count(20) - count(10), 5)
