"""Business prose in bulk: words as frequent as in real texts, so that an index has a long tail.

Random words have a Zipf distribution: the word of rank r is met 1/r as often as the first.
"""

import itertools
import re
from random import Random

from . import texts

LANGUAGES = ("ru", "en")
VOCABULARY = 40_000
# Zipf-Mandelbrot: the first ranks are flatter in real texts.
_FLATTENING = 2.7
_SYLLABLES = {
    "ru": "ба во ги де жи за кон ла мо не об пре ра сто ту уч фи хо це чи ши ще эк ют яв".split(),
    "en": "ba con de ex fi gra hu in jo ke lo men no or per qui ra sta ti un ve wa xi yo".split(),
}
_ENDINGS = {
    "ru": ("ка", "ние", "ость", "ать", "ого", "ами", "ый", "ение", "ов", "ик"),
    "en": ("tion", "ing", "ed", "ment", "er", "ly", "al", "s", "ness", "ive"),
}


class Prose:
    """A source of sentences in one language.

    :param random: where chance comes from
    :param language: one of LANGUAGES
    """

    def __init__(self, random: Random, language: str):
        self.random = random
        self.words = _vocabulary(random, language)
        self.weights = list(
            itertools.accumulate(1 / (rank + _FLATTENING) for rank in range(1, VOCABULARY + 1))
        )

    def paragraph(self, sentences: int) -> str:
        """Return some sentences of eight to fourteen words each."""
        return " ".join(self._sentence() for _number in range(sentences))

    def _sentence(self) -> str:
        length = self.random.randint(8, 14)
        words = self.random.choices(self.words, cum_weights=self.weights, k=length)
        return f"{' '.join(words).capitalize()}."


def _vocabulary(random: Random, language: str) -> list[str]:
    """Return distinct words: those of texts.py first, then made-up ones that look like words."""
    sentences = " ".join(texts.SENTENCES[language]).lower()
    words = dict.fromkeys(re.findall(r"[^\W\d_]{2,}", sentences))
    while len(words) < VOCABULARY:
        stem = "".join(random.choices(_SYLLABLES[language], k=random.randint(2, 4)))
        words[stem + random.choice(_ENDINGS[language])] = None
    return list(words)
