import io
import os
import re
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import polib
from odoo.tests import TransactionCase
from odoo.tools import translate

ADDON = Path(__file__).resolve().parent.parent
I18N = ADDON / "i18n"

# What must stand in the translation as it stands in the term.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z](?!\w)")
SCRIPT_TERM = re.compile(r'\b_t\(\s*"((?:[^"\\]|\\.)*)"')
TAG = re.compile(r"</?[a-z][^>]*>")

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# Names that are the same in Russian.
UNTRANSLATED = {
    "Content-ID",
    "ID",
    "In-Reply-To",
    "Message-ID",
    "References",
    "SMTP",
    "SSL/TLS",
    "STARTTLS",
    "Sendmail",
    "UIDL",
}


def export_terms(env):
    """Return the addon's terms as Odoo's exporter finds them now.

    :rtype: polib.POFile
    """
    walk = os.walk

    def walk_visible(top, **options):
        # The exporter follows links, and in a clone .dev/addons leads back to the addon.
        for folder, folders, files in walk(top, **options):
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield folder, folders, files

    buffer = io.BytesIO()
    with patch.object(translate.os, "walk", walk_visible):
        translate.trans_export(None, ["iris_email"], buffer, "po", env)
    return polib.pofile(buffer.getvalue().decode())


def get_forms(term):
    """Return the plural forms of a term; just one, if it names no number of things."""
    return term.split("|")


class TestTranslations(TransactionCase):
    """The files in i18n/ hold exactly what the addon says, and Russian is complete."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = {entry.msgid for entry in export_terms(cls.env)}
        cls.russian = polib.pofile(str(I18N / "ru.po"))

    def assertSameTerms(self, file):
        """Assert that a file has all terms and no other; see dev/translations.py."""
        present = {entry.msgid for entry in file if not entry.obsolete}
        self.assertEqual(self.terms - present, set(), "new terms")
        self.assertEqual(present - self.terms, set(), "terms that are used no more")
        self.assertEqual([entry.msgid for entry in file.obsolete_entries()], [])

    def test_terms_are_found(self):
        places = [
            "Check mail",  # a view, and a template of the web client
            "No new letters.",  # Python and JavaScript
            "It has expired.",  # lazily translated
        ]
        self.assertLessEqual(set(places), self.terms)

    def test_terms_of_scripts_are_found(self):
        """The exporter overlooks _t() within a template literal, so none may stand there."""
        for script in (ADDON / "static" / "src").rglob("*.js"):
            with self.subTest(script=script.name):
                terms = set(SCRIPT_TERM.findall(script.read_text(encoding="utf-8")))
                self.assertEqual(terms - self.terms, set())

    def test_template_is_up_to_date(self):
        self.assertSameTerms(polib.pofile(str(I18N / "iris_email.pot")))

    def test_russian_is_complete(self):
        self.assertSameTerms(self.russian)
        for entry in self.russian:
            with self.subTest(term=entry.msgid):
                self.assertFalse(entry.fuzzy)
                if entry.msgid in UNTRANSLATED:
                    self.assertEqual(entry.msgstr, entry.msgid)
                else:
                    self.assertRegex(TAG.sub("", entry.msgstr), CYRILLIC)

    def test_placeholders_and_tags_agree(self):
        for entry in self.russian:
            with self.subTest(term=entry.msgid):
                english, *others = get_forms(entry.msgid)
                for form in (*others, *get_forms(entry.msgstr)):
                    for pattern in (PLACEHOLDER, TAG):
                        self.assertEqual(
                            Counter(pattern.findall(form)), Counter(pattern.findall(english))
                        )

    def test_russian_has_its_own_plurals(self):
        """Terms for plural() of static/src/core/ hold all forms that a language has."""
        plurals = [entry for entry in self.russian if len(get_forms(entry.msgid)) > 1]
        self.assertTrue(plurals)
        for entry in plurals:
            with self.subTest(term=entry.msgid):
                self.assertEqual(len(get_forms(entry.msgid)), 2)
                self.assertEqual(len(get_forms(entry.msgstr)), 3)

    def test_russian_reaches_the_user(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"].search([("name", "=", "iris_email")])._update_translations(
            ["ru_RU"]
        )
        account = self.env["iris.email.account"]
        russian = account.with_context(lang="ru_RU")
        for accounts, name in ((account, "Mailbox"), (russian, "Почтовый ящик")):
            self.assertEqual(accounts.fields_get(["address"])["address"]["string"], name)
        self.assertRegex(russian._get_provider_sentence("no_pop3"), "^У этой почтовой службы")
