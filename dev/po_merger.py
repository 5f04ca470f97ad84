"""Run by .dev/venv's Python: po_merger.py EXPORTED_TEMPLATE I18N_FOLDER merges and reports."""

import sys
from pathlib import Path

import polib


def main(exported: str, folder: str) -> None:
    """Take over the exported template and merge it into every language beside it."""
    fresh = polib.pofile(exported)
    template = Path(folder) / "iris_email.pot"
    del fresh.metadata["PO-Revision-Date"]
    if not template.exists() or _contents(polib.pofile(str(template))) != _contents(fresh):
        fresh.save(str(template))
    print(f"{template}: {len(fresh)} terms")
    for path in sorted(Path(folder).glob("*.po")):
        _merge(path, fresh)


def _merge(path: Path, template: polib.POFile) -> None:
    """Give a language exactly the terms of the template; print what is left to do."""
    language = polib.pofile(str(path))
    before = str(language)
    # The layout of a view has changed: that is no reason to translate its texts anew.
    layouts = {_words(entry.msgid): entry.msgid for entry in template}
    for entry in language:
        entry.msgid = layouts.get(_words(entry.msgid), entry.msgid)
    language.merge(template)
    gone = [entry for entry in language if entry.obsolete]
    order = {entry.msgid: number for number, entry in enumerate(template)}
    language[:] = sorted(
        (entry for entry in language if not entry.obsolete), key=lambda entry: order[entry.msgid]
    )
    if str(language) != before:
        language.metadata["POT-Creation-Date"] = template.metadata["POT-Creation-Date"]
        language.save(str(path))
    for entry in gone:
        print(f"{path}: dropped {entry.msgid!r}, which was {entry.msgstr!r}")
    for entry in language:
        if not entry.msgstr or entry.fuzzy:
            print(f"{path}: not translated: {entry.msgid!r}")
    print(f"{path}: {language.percent_translated()} % translated")


def _words(text: str) -> str:
    return " ".join(text.split())


def _contents(catalogue: polib.POFile) -> list[str]:
    return [str(entry) for entry in catalogue]


if __name__ == "__main__":
    main(*sys.argv[1:])
