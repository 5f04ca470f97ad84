"""Agreement with five mature parsers: over our letters, and the corpus where it is at hand."""

import dataclasses
import importlib.util
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from iris_tools import message
from sample_letters import samples

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location(
    "corpus_agreement", ROOT / "benchmarks" / "corpus_agreement.py"
)
corpus_agreement = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(corpus_agreement)

LEAST = {
    "subject": 99, "from": 99, "to": 99, "cc": 99, "date": 99, "message_id": 99, "n_att": 97,
    "att_names": 95, "text": 97, "html": 97,
}  # fmt: skip
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _own_corpus(folder: Path) -> Path:
    """Write our letters in the layout of the corpus."""
    hashed = corpus_agreement.text_hash
    with (folder / "REFERENCE.jsonl").open("w", encoding="utf-8") as lines:
        for sample in samples():
            (folder / f"{sample.name}.eml").write_bytes(sample.raw)
            consensus = {
                field: {
                    "value": {"norm_sha12": hashed(value)} if field in ("text", "html") else value,
                    "votes": 5,
                    "families": 3,
                }
                for field, value in sample.expected.items()
            }
            lines.write(json.dumps({"file": f"{sample.name}.eml", "consensus": consensus}) + "\n")
    return folder


CORPORA = ["own"] + (["real"] if corpus_agreement.corpus_folder() else [])


@pytest.fixture(scope="module", params=CORPORA)
def corpus(request, tmp_path_factory):
    """A folder with REFERENCE.jsonl and letters."""
    if request.param == "real":
        return corpus_agreement.corpus_folder()
    return _own_corpus(tmp_path_factory.mktemp("corpus"))


def _letters(folder: Path):
    for row in corpus_agreement.references(folder):
        yield row["file"], (folder / row["file"]).read_bytes()


def test_agreement(corpus, capsys):
    agreed, compared, differences = corpus_agreement.agreement(corpus, message.parse)
    with capsys.disabled():
        figures = ", ".join(f"{name} {agreed[name]}/{compared[name]}" for name in LEAST)
        print(f"\nagreement over {corpus.name}: {figures}")
    assert all(compared[field] for field in LEAST)
    for field, least in LEAST.items():
        missed = [file for name, file, *_values in differences if name == field]
        assert 100 * agreed[field] >= least * compared[field], missed


def test_every_letter_is_read_and_can_be_stored(corpus):
    for file, raw in _letters(corpus):
        letter = message.parse(raw)
        assert not any("the reader failed" in defect for defect in letter.defects), file
        for text in _texts(letter):
            assert not _UNSTORABLE.search(text), file
        for item in letter.attachments:
            assert item.filename.strip(" ."), file
            assert not re.search(r"[/\\\x00-\x1f\x7f]", item.filename), file
        for name, value in message.decoded_headers(raw):
            assert name and not _UNSTORABLE.search(value), file


def test_letters_with_one_fingerprint_say_the_same(corpus):
    by_fingerprint = defaultdict(list)
    for file, raw in _letters(corpus):
        letter = message.parse(raw)
        by_fingerprint[letter.fingerprint].append((file, letter))
    for (first_file, first), *others in by_fingerprint.values():
        for file, other in others:
            assert first.message_id, (first_file, file)
            assert _content(first) == _content(other), (first_file, file)


def _content(letter: message.Message) -> tuple:
    return (
        letter.subject, letter.from_, letter.to, letter.cc, letter.bcc, letter.date,
        letter.text.split(), letter.html.split(),
        [(item.filename, item.content.split()) for item in letter.attachments],
    )  # fmt: skip


def _texts(value):
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
