"""How far a reader of letters agrees with five mature parsers, over letters nobody here wrote.

    python benchmarks/corpus_agreement.py [--corpus FOLDER] [--show FIELD]

Prints JSON objects, one a line: ``name``, ``value`` and ``unit``. Where REFERENCE.jsonl has five
votes of three families of parsers, its value counts as true; elsewhere nothing is compared.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
FIELDS = ("subject", "from", "to", "cc", "date", "message_id", "n_att", "att_names", "text", "html")


def load_tools() -> ModuleType:
    """Import the folder tools/ as a package, without Odoo around it; return tools.message."""
    if "iris_tools" not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            "iris_tools", ROOT / "tools" / "__init__.py",
            submodule_search_locations=[str(ROOT / "tools")],
        )  # fmt: skip
        package = importlib.util.module_from_spec(spec)
        sys.modules["iris_tools"] = package
        spec.loader.exec_module(package)
    return importlib.import_module("iris_tools.message")


def corpus_folder() -> Path | None:
    """Return the folder with REFERENCE.jsonl: IRIS_CORPUS, or beside the project; else None."""
    folder = Path(os.environ.get("IRIS_CORPUS") or ROOT.parent / "shared" / "corpus")
    return folder if (folder / "REFERENCE.jsonl").is_file() else None


def references(folder: Path) -> Iterator[dict]:
    """Yield the rows of REFERENCE.jsonl."""
    with (folder / "REFERENCE.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def fields_of(message) -> dict:
    """Return the fields of a parsed letter in the form of REFERENCE.jsonl.

    :param message: anything with the attributes of ``tools.message.Message``
    """
    return {
        "subject": message.subject,
        "from": [address.email for address in message.from_],
        "to": [address.email for address in message.to],
        "cc": [address.email for address in message.cc],
        "date": f"{message.date:%Y-%m-%dT%H:%M:%SZ}" if message.date_source == "date" else None,
        "message_id": message.message_id.strip("<>") or None,
        "n_att": len(message.attachments),
        "att_names": sorted(item.filename for item in message.attachments),
        "text": text_hash(message.text),
        "html": text_hash(message.html),
    }


def text_hash(text: str) -> str:
    """Hash a body without regard to blanks, as REFERENCE.jsonl does."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:12]


def expected_of(field: str, value):
    """Return a reference value in the form that fields_of() gives."""
    if field in ("text", "html"):
        return value["norm_sha12"]
    if field == "att_names":
        return sorted(os.path.basename((name or "").replace("\\", "/")) for name in value)
    return value


def same(field: str, ours, theirs) -> bool:
    """Compare two values; letter case of addresses and the way of writing blanks are no matter."""
    if field in ("from", "to", "cc"):
        return [item.lower() for item in ours] == [(item or "").lower() for item in theirs]
    if field == "att_names":
        named = [name for name in theirs if name]
        return not (Counter(named) - Counter(ours)) if "" in theirs else ours == theirs
    if field in ("subject", "message_id"):
        return _plain(ours) == _plain(theirs)
    return ours == theirs


def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def agreement(
    folder: Path, read: Callable[[bytes], object]
) -> tuple[Counter, Counter, list[tuple[str, str, object, object]]]:
    """Compare a reader with the reference over a corpus.

    :param folder: a folder with REFERENCE.jsonl and the letters it names
    :param read: letter's bytes to an object with the attributes of ``tools.message.Message``
    :return: letters that agree by field, letters compared by field, and the disagreements as
        (field, file, ours, theirs)
    """
    agreed, compared, differences = Counter(), Counter(), []
    for row in references(folder):
        ours = fields_of(read((folder / row["file"]).read_bytes()))
        for field in FIELDS:
            consensus = row["consensus"][field]
            if not consensus or consensus["votes"] < 5 or consensus["families"] < 3:
                continue
            compared[field] += 1
            theirs = expected_of(field, consensus["value"])
            if same(field, ours[field], theirs):
                agreed[field] += 1
            else:
                differences.append((field, row["file"], ours[field], theirs))
    return agreed, compared, differences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=corpus_folder())
    parser.add_argument("--show", action="append", default=[], help="a field to explain")
    arguments = parser.parse_args()
    if not arguments.corpus:
        print("No corpus: name its folder with --corpus or IRIS_CORPUS.", file=sys.stderr)
        return 2
    agreed, compared, differences = agreement(arguments.corpus, load_tools().parse)
    for field in FIELDS:
        share = round(100 * agreed[field] / max(compared[field], 1), 2)
        print(json.dumps({
            "name": f"corpus_agreement_{field}", "value": share, "unit": "%",
            "letters": compared[field],
        }))  # fmt: skip
    for field, file, ours, theirs in differences:
        if field in arguments.show:
            print(f"{field}\t{file}\n  ours   {ours!r}\n  theirs {theirs!r}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
