"""Files of a letter as one archive."""

import io
import tracemalloc
import zipfile
from datetime import datetime
from functools import partial

from iris_tools.archive import make_archive


def entries(*names, moment=datetime(2026, 3, 2, 10, 15)):
    files = [(name, partial(io.BytesIO, b"%d" % n)) for n, name in enumerate(names)]
    archive, size = make_archive(files, moment)
    with archive:
        content = archive.read()
    assert len(content) == size
    return zipfile.ZipFile(io.BytesIO(content)).infolist()


def test_names_are_utf8():
    [one, two] = entries("Счёт № 5.pdf", "bill.pdf")
    assert (one.filename, two.filename) == ("Счёт № 5.pdf", "bill.pdf")
    assert one.flag_bits & 0x800
    assert one.date_time == (2026, 3, 2, 10, 15, 0)


def test_names_are_unique_and_safe():
    names = [
        "a.txt", "A.TXT", "a.txt", "a (2).txt", "../../etc/passwd", "c:\\dir\\file.exe", "", "..",
        "con.txt", "a/b?.txt", "\u202egnp.exe", "x" * 300 + ".pdf", "x" * 300 + ".pdf",
    ]  # fmt: skip
    found = [entry.filename for entry in entries(*names)]
    assert found[:6] == ["a.txt", "A (2).TXT", "a (3).txt", "a (2) (2).txt", "passwd", "file.exe"]
    assert "_con.txt" in found and "gnp.exe" in found
    assert len({name.casefold() for name in found}) == len(names)
    assert all(0 < len(name) <= 130 and not set(name) & set('/\\:*?"<>|') for name in found)


def test_dates_that_the_format_does_not_know():
    assert entries("a", moment=datetime(1970, 1, 1))[0].date_time[0] == 1980
    assert entries("a", moment=datetime(2999, 1, 1))[0].date_time[0] == 2107


def test_large_files_take_little_memory(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        for number in range(60):
            file.write(bytes([number]) * 1_000_000)
    tracemalloc.start()
    archive, _size = make_archive([("a", lambda: path.open("rb"))] * 2, datetime(2026, 1, 1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with archive, zipfile.ZipFile(archive) as reader:
        assert reader.testzip() is None
        assert [entry.file_size for entry in reader.infolist()] == [60_000_000] * 2
    assert peak < 8_000_000
