"""What somebody typed into the search, as words for PostgreSQL."""

import re
from dataclasses import dataclass

from odoo.tools import SQL

# Longer words are found by their beginning, further words are ignored.
MOST_WORDS = 32
LONGEST_WORD = 100
SHORTEST_BEGINNING = 3


@dataclass(frozen=True)
class WordGroup:
    """Words of a search term that belong together: one word, a phrase, an address, a number."""

    words: tuple[str, ...]
    is_quoted: bool = False

    @property
    def stemmed(self):
        """The word if its other forms are looked for, else None."""
        return None if self.is_quoted or len(self.words) > 1 else self.words[0]

    @property
    def is_begun(self):
        """Whether the last word may be the beginning of one."""
        return not self.is_quoted and len(self.words[-1]) >= SHORTEST_BEGINNING

    def to_sql(self):
        """Return a ``tsquery``."""
        marks = [""] * (len(self.words) - 1) + [":*" if self.is_begun else ""]
        text = " <-> ".join(f"'{word}'{mark}" for word, mark in zip(self.words, marks, strict=True))
        exact = SQL("to_tsquery('pg_catalog.simple', %s)", text)
        if not self.stemmed:
            return exact
        return SQL("(%s || to_tsquery('pg_catalog.russian', %s))", exact, f"'{self.stemmed}'")

    def to_expression(self, stems):
        """Return the regular expression that finds nearly the same in a text.

        :param list[str] stems: of the word
        """
        text = r"[^[:alnum:]]+".join(word.replace("е", "[её]") for word in self.words)
        ends = "" if self.is_begun else r"\M"
        # Endings have few letters, those of short words fewer; beyond that it is another word.
        forms = [
            rf"{stem.replace('е', '[её]')}\w{{0,{4 if len(stem) < 5 else 7}}}\M" for stem in stems
        ]
        return r"\m(?:" + "|".join([text + ends, *forms]) + ")"


def parse_term(term):
    """Divide a search term into groups of words that must all be found.

    :param str term: whatever somebody typed
    :rtype: list[WordGroup]
    """
    groups, words = [], 0
    for quoted, plain in re.findall(r'["“”«»„]([^"“”«»„]*)["“”«»„]|([^\s"“”«»„]+)', term):
        found = tuple(
            word[:LONGEST_WORD] for word in re.split(r"[\W_]+", (quoted or plain).lower()) if word
        )[: MOST_WORDS - words]
        if found:
            found = tuple(word.replace("ё", "е") for word in found)
            groups.append(WordGroup(found, is_quoted=bool(quoted)))
            words += len(found)
    return groups
