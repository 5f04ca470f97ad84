# pylint: disable=print-used
import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace

from odoo.tests import tagged

from ..tools import address, message
from ..tools.charset import Charsets
from .common import DovecotCase

ROOT = Path(__file__).resolve().parent.parent

# At least so many per cent of the letters must say in Odoo what five mature parsers read.
LEAST = {
    "subject": 99,
    "from": 99,
    "to": 99,
    "cc": 99,
    "date": 99,
    "message_id": 99,
    "n_att": 97,
}


def load(path):
    """Import a Python file that belongs to no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


corpus_agreement = load(ROOT / "benchmarks" / "corpus_agreement.py")
samples = load(ROOT / "tests" / "tools" / "sample_letters.py").samples


def unify(raw):
    """Return a letter with line ends as Dovecot sends them."""
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").rstrip(b"\r\n")


@tagged("post_install", "-at_install")
class TestCorpus(DovecotCase):
    """Real letters by Check mail: every one stored, none twice, and saying what it says.

    The corpus lies beside the project, not in it. Where it is not, letters of our own stand in.
    """

    def receive(self, raws):
        """Load letters through Dovecot; return each with the record that it became."""
        account = self.make_mailbox(raws)
        outcome = self.check(account)
        self.assertEqual((outcome.error, outcome.new), (False, len(raws)))
        self.assertNothingFailed(account)
        receipts = self.receipts(account)
        self.assertEqual(set(receipts.mapped("state")), {"stored"})
        self.assertEqual(len(receipts.letter_id), len(raws))
        outcome = self.check(account)
        self.assertEqual((outcome.error, outcome.processed), (False, 0))
        self.assertEqual(len(self.letters(account)), len(raws))
        self.assertEqual(len(self.on_server(account)), len(raws))
        # The server lists letters in the order of their names, which begin with a number.
        in_order = receipts.sorted(lambda receipt: int(receipt.uidl.partition(".")[0]))
        return list(zip(raws, in_order.letter_id, strict=True))

    def assertOriginalsKept(self, received):
        """Assert that the originals are the letters, but for line ends, which are CRLF."""
        for raw, letter in received:
            source = letter._get_source_attachment().raw
            self.assertTrue(unify(source) == unify(raw), raw[:80])

    def assertAgreement(self, folder, received):
        """Compare the records with the readings of five parsers, and print the figures."""
        records = dict(received)
        agreed, compared, differences = corpus_agreement.agreement(
            folder, lambda raw: self.read_record(records[raw], raw)
        )
        for field, least in LEAST.items():
            share = 100 * agreed[field] / compared[field]
            figure = {"name": f"odoo_corpus_agreement_{field}", "value": round(share, 2)}
            print(json.dumps({**figure, "unit": "%", "letters": compared[field]}))
            missed = [file for name, file, *_values in differences if name == field]
            self.assertGreaterEqual(share, least, missed)

    def read_record(self, letter, raw):
        """Return a record in the form of a parsed message, from what users see."""
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", letter._name),
                ("res_id", "=", letter.id),
                ("res_field", "=", False),
            ],
            order="id",
        )
        return SimpleNamespace(
            subject=letter.subject or "",
            from_=self.read_addresses(letter.email_from),
            to=self.read_addresses(letter.email_to),
            cc=self.read_addresses(letter.email_cc),
            date=letter.date,
            # Where a letter has no date, Odoo shows another one: then there is none to compare.
            date_source=message.parse(raw).date_source,
            message_id=letter.message_id or "",
            attachments=[SimpleNamespace(filename=file.name) for file in files],
            text=letter.body_text or "",
            html=letter.body_html or "",
        )

    def read_addresses(self, text):
        return address.parse_addresses((text or "").encode(), Charsets())

    def test_real_letters(self):
        folder = corpus_agreement.corpus_folder()
        if not folder:
            self.receive([sample.raw for sample in samples()])
            return
        raws = [(folder / row["file"]).read_bytes() for row in corpus_agreement.references(folder)]
        self.assertEqual(len(raws), 760)
        received = self.receive(raws)
        self.assertOriginalsKept(received)
        self.assertAgreement(folder, received)

    def test_own_letters(self):
        received = self.receive([sample.raw for sample in samples()])
        self.assertOriginalsKept(received)
        for sample, (raw, letter) in zip(samples(), received, strict=True):
            with self.subTest(sample.name):
                ours = corpus_agreement.fields_of(self.read_record(letter, raw))
                for field in (*LEAST, "att_names"):
                    self.assertTrue(
                        corpus_agreement.same(field, ours[field], sample.expected[field]),
                        (field, ours[field], sample.expected[field]),
                    )
