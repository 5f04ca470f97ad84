"""Letters made to stop a reader: none raises, none takes time out of proportion to its size."""

import time
from datetime import datetime

import pytest
from hard_shapes import SHAPES
from iris_tools import message
from iris_tools.mime import MAX_PARTS

NOW = datetime(2024, 3, 5, 12, 0)
SIZE = 1_000_000
# A megabyte takes well under a second (see make bench); a shape of quadratic cost takes minutes.
PATIENCE = 5.0


@pytest.mark.parametrize("name", SHAPES)
def test_a_megabyte(name):
    raw = SHAPES[name](SIZE)
    assert 0.8 * SIZE < len(raw) < 1.2 * SIZE
    started = time.perf_counter()
    letter = message.parse(raw, now=NOW)
    message.decoded_headers(raw)
    message.format_addresses(letter.to)
    assert time.perf_counter() - started < PATIENCE
    assert not any("the reader failed" in defect for defect in letter.defects)
    assert len(letter.attachments) <= MAX_PARTS


@pytest.mark.parametrize("levels", [1_000, 100_000])
def test_levels_of_nesting(levels):
    raw = b"Subject: deep\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(levels)
    )
    letter = message.parse(raw + b"\r\ntext\r\n")
    assert letter.subject == "deep"
    assert letter.defects
    assert not any("the reader failed" in defect for defect in letter.defects)


def test_a_failure_of_the_reader_itself_still_yields_a_letter(monkeypatch, caplog):
    def fail(*_arguments):
        raise RecursionError

    monkeypatch.setattr("iris_tools.mime.split", fail)
    letter = message.parse(b"Subject: x\r\n\r\ntext", now=NOW)
    assert letter.defects == ("the reader failed: RecursionError",)
    assert letter.attachments[0].content == b"Subject: x\r\n\r\ntext"
    assert len(letter.fingerprint) == 64
    assert "could not be read" in caplog.text
