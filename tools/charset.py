"""Bytes to text: charset labels as letters write them, and detection where they lie or are missing.

Detection leans on ``faust-cchardet`` and on a count of Russian letters of our own, because
statistics over a few dozen bytes (a subject, a file name) mistake one Cyrillic charset for another.
"""

import codecs
import encodings
import pkgutil
import re
from encodings import aliases, normalize_encoding
from functools import lru_cache

import cchardet

# Labels that Python does not know, or knows as a poorer subset of what senders mean by them.
_ALIASES = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "l1": "cp1252", "cp819": "cp1252", "x-ansi": "cp1252", "ansi": "cp1252",
    "iso-8859-9": "cp1254", "iso8859-9": "cp1254", "latin5": "cp1254",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6", "iso-8859-6-e": "iso-8859-6", "visual": "iso-8859-8",
    "iso-8859-11": "cp874", "tis-620": "cp874", "tis620": "cp874", "windows-874": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "chinese": "gb18030", "csgb2312": "gb18030", "euc-cn": "gb18030", "hz-gb-2312": "hz",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs", "csbig5": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "ms_kanji": "cp932", "cswindows31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext",
    "cp50222": "iso2022_jp_ext", "x-euc-jp": "euc_jp",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ks_c_5601-1989": "cp949", "ks_c_5601": "cp949",
    "ksc5601": "cp949", "ksc_5601": "cp949", "windows-949": "cp949", "x-windows-949": "cp949",
    "koi8": "koi8-r", "koi8r": "koi8-r", "koi": "koi8-r", "x-koi8-r": "koi8-r",
    "koi8-ru": "koi8-u", "koi8u": "koi8-u", "x-koi8-u": "koi8-u",
    "x-mac-cyrillic": "mac_cyrillic", "mac": "mac_roman", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "x-mac-ce": "mac_latin2", "ibm-866": "cp866", "dos-866": "cp866",
    "utf8": "utf-8", "utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "unicode": "utf-16",
    "ucs-2": "utf-16", "iso-10646-ucs-2": "utf-16",
}  # fmt: skip
# Text encodings of Python that no letter may ask for: slow on purpose, or with another meaning.
_REFUSED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_PYTHON_NAMES = {module.name for module in pkgutil.iter_modules(encodings.__path__)}
_PYTHON_NAMES.update(aliases.aliases)
_SAYS_NOTHING = {
    "", "ascii", "us-ascii", "usascii", "ansi_x3.4-1968", "iso646-us", "7bit", "8bit", "binary",
    "unknown", "unknown-8bit", "x-unknown", "default", "default_charset", "_charset", "charset",
    "none", "x-user-defined", "iso-8859-8859",
}  # fmt: skip
_LABEL = re.compile(r"[a-z0-9._:+() -]+")
_WINDOWS_LABEL = re.compile(r"(?:x-)?(?:cp|win|windows|ms)[-_ ]?(\d{3,5})")
_ISO_LABEL = re.compile(r"(?:x-)?iso[-_ ]?8859[-_ ]?(\d{1,2})")

_LIKE_ASCII = (None, "utf-8", "cp1252", "cp1251", "koi8-r")
_OFTEN_WRONG = ("cp1252", "cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "mac_cyrillic")
MAX_GUESSES = 500  # a letter; each takes some tens of microseconds
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac_cyrillic")
_RARE = {"iso8859-5": 3, "mac_cyrillic": 6}
_LOW = bytes(range(0x80))
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_TWO_BYTES_HIGH = ("gb18030", "big5hkscs", "cp949", "euc_jp", "euc-jp", "euc-tw")
_FIRST_HIGH = re.compile(rb"[\x80-\xff]")
# Per mille of Russian text; Ukrainian and Belarusian letters count as rare ones.
_FREQUENCY = dict(zip(
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў",
    (110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14, 12,
     10, 9, 7, 6, 5, 4, 3, 3, 1, 1, 9, 3, 3, 1, 1), strict=True,
))  # fmt: skip
_CYRILLIC_WORD = re.compile(r"[А-яЁёІіЇїЄєҐґЎў]+")
_NEUTRAL = frozenset("№«»„“”‘’–—…•·\u00a0©®™§°€")
_QUOTES = ("„", "“", "”", "‘", "’")
_META_CHARSET = re.compile(rb"charset\s{0,4}=\s{0,4}[\"']?([\w.:-]{2,40})", re.I)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@lru_cache(maxsize=512)
def codec_for(label: str) -> str | None:
    """Return the name of Python's codec for a charset label of a letter.

    :param label: the label as written, in any case, quotes and odd spellings allowed
    :return: the codec's name, or None if the label is unknown or says nothing (us-ascii, 8bit)
    """
    name = label.strip(" \t\r\n\"'").lower()[:60]
    if name in _SAYS_NOTHING or not _LABEL.fullmatch(name):
        return None
    if found := _WINDOWS_LABEL.fullmatch(name):
        name = "cp" + found[1]
    elif found := _ISO_LABEL.fullmatch(name):
        name = "iso-8859-" + found[1]
    name = _ALIASES.get(name, name)
    # Python's look-up searches the disk for an unknown name and keeps it for ever.
    if normalize_encoding(name) not in _PYTHON_NAMES:
        return None
    try:
        info = codecs.lookup(name)
    except LookupError:
        return None
    # _is_text_encoding is how bytes.decode() itself tells zlib or rot13 from a charset.
    if not info._is_text_encoding or info.name.replace("-", "_") in _REFUSED:
        return None
    return name


def clean(text: str) -> str:
    """Replace what PostgreSQL cannot store (NUL, lone surrogates) by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def decode(data: bytes, label: str = "") -> str:
    """Decode bytes that stand alone; see :meth:`Charsets.decode`."""
    return Charsets().decode(data, label)


class Charsets:
    """What is known of the charsets of one letter, and how much guessing it may still cost.

    :param hint: a label from elsewhere in the letter, tried before detection
    :param chosen: the label that a reader chose by hand, because the letter's own are wrong
    """

    def __init__(self, hint: str = "", chosen: str = ""):
        self.hint = hint
        self.chosen = codec_for(chosen)
        self.distrusted: frozenset[str] = frozenset()  # codecs of the labels that were wrong
        self._guesses_left = MAX_GUESSES

    def decode(self, data: bytes, label: str = "") -> str:
        """Decode the bytes of a body, a header or a name; a label is believed only if it fits.

        :param data: bytes in a single charset
        :param label: the charset label of these bytes, empty if there is none
        :return: text without NUL and lone surrogates; never raises
        """
        codec = codec_for(label) if label else None
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") and (
            b"\x00" in data or (codec or "").startswith("utf-16")
        ):
            return clean(data.decode("utf-16", "replace"))
        if b"\x00" in data and _looks_like_utf16(data):
            return clean(data.decode(_utf16_name(data), "replace"))
        if data.isascii() and codec in _LIKE_ASCII and b"\x1b" not in data:
            return clean(data.decode("ascii"))
        if data[:3] == b"\xef\xbb\xbf":
            data, codec = data[3:], "utf-8"
        if self.chosen and self._is_mislabelled(data, codec):
            return clean(data.decode(self.chosen, "replace"))
        if codec is not None:
            text = self._decode_as_labelled(data, codec)
            if text is not None:
                return clean(text)
        return clean(self._decode_unlabelled(data, codec))

    def _is_mislabelled(self, data: bytes, codec: str | None) -> bool:
        """Tell whether bytes are to be read in the charset that was chosen by hand.

        Not those whose own label is right beyond doubt: a subject may have been encoded by another
        program than the text.
        """
        if codec in (None, "utf-8") and not data.isascii() and _utf8(data) is not None:
            return False
        if codec is None or codec in self.distrusted:
            return True
        if codec == "cp1252":  # every program's favourite, and almost all bytes fit it
            return _is_suspicious(_sample(data), codec)
        try:
            data.decode(codec)
        except UnicodeDecodeError:
            return True
        return False

    def _may_guess(self) -> bool:
        self._guesses_left -= 1
        return self._guesses_left >= 0

    def _decode_as_labelled(self, data: bytes, codec: str) -> str | None:
        """Decode by the label; None where the bytes contradict it."""
        if codec.startswith(("utf-16", "utf-32", "utf-7", "utf_16", "utf_32")):
            if codec == "utf-16":  # a byte order mark was looked for before
                codec = _utf16_name(data)
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                return None
        if codec != "utf-8" and not data.isascii() and (text := _utf8(data)) is not None:
            return text  # UTF-8 under a foreign label: chance does not make valid UTF-8
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            return _tolerate(data, codec)
        if codec in _OFTEN_WRONG and self._may_guess():
            sample = _sample(data)
            if _is_suspicious(sample, codec):
                better, score = _best_cyrillic(sample)
                if better and score > _cyrillic_score(sample, codec) + 25:
                    return data.decode(better, "replace")
        return text

    def _decode_unlabelled(self, data: bytes, codec: str | None) -> str:
        text = _utf8(data)
        if text is not None and b"\x1b" not in data and b"\x00" not in data:
            return text
        hinted = codec_for(self.hint) if self.hint else None
        if hinted and hinted not in ("utf-8", codec):
            text = self._decode_as_labelled(data, hinted)
            if text is not None:
                return text
        guess = detect(data) if self._may_guess() else "cp1252"
        for name in (guess, codec):
            if name:
                try:
                    return data.decode(name)
                except UnicodeDecodeError:
                    continue
        return data.decode(guess or codec or "utf-8", "replace")


def html_label(data: bytes) -> str:
    """Return the charset that an HTML document declares in its first bytes, or ''."""
    found = _META_CHARSET.search(data, 0, 2048)
    return found[1].decode("ascii", "replace") if found else ""


def _tolerate(data: bytes, codec: str) -> str | None:
    """Decode bytes that fit their label but for a few; None where they do not fit it at all."""
    if codec == "cp1252":  # five bytes are undefined there
        return None if _is_suspicious(_sample(data), codec) else data.decode("latin-1")
    text = data.decode(codec, "replace")
    high = len(data.translate(None, _LOW)) or len(data)
    return text if text.count("\ufffd") * 10 <= high else None


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def detect(data: bytes) -> str | None:
    """Guess the charset of bytes from their content alone.

    :param data: bytes of any length; only the first few kilobytes with 8-bit bytes are weighed
    :return: the name of a Python codec, or None if nothing fits
    """
    if _looks_like_utf16(data):
        return _utf16_name(data)
    if _utf8(data) is not None and b"\x1b" not in data:
        return "utf-8"
    sample = _sample(data)
    cyrillic, score = _best_cyrillic(sample)
    if cyrillic and score >= 30:
        return cyrillic
    guess = cchardet.detect(sample)["encoding"]
    codec = (codec_for(guess) if guess else None) or cyrillic
    if codec in _TWO_BYTES_HIGH:
        runs = _HIGH_RUNS.findall(sample)
        if sum(map(len, runs)) < 2.5 * len(runs):
            return "cp1252"  # accented letters here and there are no Chinese
    return codec


def _looks_like_utf16(data: bytes) -> bool:
    """Tell text of mostly ASCII characters in UTF-16: every other byte is NUL."""
    start = data[:4096]
    fewer, more = sorted((start[::2].count(0), start[1::2].count(0)))
    return more * 3 > len(start) and fewer * 4 < more


def _utf16_name(data: bytes) -> str:
    return "utf-16-be" if data[:1] == b"\x00" else "utf-16-le"


def _sample(data: bytes) -> bytes:
    first = _FIRST_HIGH.search(data)
    start = max(first.start() - 100, 0) if first else 0
    return data[start : start + 4096]


def _is_suspicious(sample: bytes, codec: str) -> bool:
    """Tell cheaply whether 8-bit bytes look unlike text in this charset."""
    high = len(sample.translate(None, _LOW))
    if high < 4:
        return False
    if codec == "cp1252":  # in a Latin script most letters are ASCII
        letters = len(re.findall(rb"[A-Za-z]", sample))
        return high > letters or len(re.findall(rb"[\xc0-\xff]{4}", sample)) * 8 > high
    common = "оеаинтсрвл".encode(codec)
    return (high - len(sample.translate(None, common + _LOW))) * 3 < high


def _best_cyrillic(sample: bytes) -> tuple[str | None, float]:
    """Return the likeliest Cyrillic charset and its score, (None, 0) where none is likely."""
    best, score = None, 0.0
    for codec in _CYRILLIC:
        value = _cyrillic_score(sample[:2048], codec) - _RARE.get(codec, 0)
        if value > score:
            best, score = codec, value
    return best, score


def _cyrillic_score(sample: bytes, codec: str) -> float:
    """Score a reading per letter: common letters in words of one case count, odd signs cost."""
    text = sample.decode(codec, "replace")
    total = counted = 0.0
    for found in _CYRILLIC_WORD.finditer(text):
        word = found[0]
        counted += len(word)
        before = text[max(found.start() - 1, 0) : found.start()]
        after = text[found.end() : found.end() + 1]
        if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
            total -= 40 * len(word)  # letters of two scripts in one word
            continue
        if before in _QUOTES and word[0].islower():
            total -= 40  # more likely a capital of the neighbouring charset
        total += sum(_FREQUENCY.get(letter, 0) for letter in word.lower())
        if not word[1:].islower() and len(word) > 1:
            total -= (4 if word.isupper() else 25) * len(word)
        elif word.isupper():
            total -= 8
    odd = sum(1 for sign in text if sign > "\x7f" and sign not in _NEUTRAL
              and not _CYRILLIC_WORD.match(sign))  # fmt: skip
    total -= 300 * odd
    return total / (counted + odd) if counted else 0.0
