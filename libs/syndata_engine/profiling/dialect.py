"""How a CSV is written: its encoding is checked and its delimiter found from the first bytes."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Final

from syndata_contracts.errors import Fault, Refused

HEAD_BYTES: Final = 64 * 1024
"""The delimiter is found from so many bytes."""

DELIMITERS: Final = (",", ";", "\t", "|")
_HEAD_ROWS: Final = 100
_UTF8_BOM: Final = codecs.BOM_UTF8
_OTHER_FILES: Final = {
    b"PK\x03\x04": "a ZIP archive or a spreadsheet",
    b"\x1f\x8b": "a gzip file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
    b"SQLite format 3\0": "an SQLite database",
}


def length_of_mark(head: bytes) -> int:
    """How many bytes of a byte order mark precede the text; Refused when the bytes are no text in UTF-8."""
    for start, name in _OTHER_FILES.items():
        if head.startswith(start):
            raise Refused(Fault("", f"this is {name}, not a CSV", "unpack it, or export the table as CSV"))
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    sample = head[:4096]
    # Half of the bytes of Western text in UTF-16 are zero, all in even or all in odd places.
    zeros = [sample[start::2].count(0) for start in (0, 1)]
    if utf16 or (max(zeros) * 4 > len(sample) and min(zeros) == 0):
        raise Refused(
            Fault("", "the text is in UTF-16", "save it as UTF-8, e.g. with `iconv -f UTF-16 -t UTF-8`", line=1)
        )
    return len(_UTF8_BOM) if head.startswith(_UTF8_BOM) else 0


def check_utf8(text: bytes, first_line: int) -> None:
    """Refused when the bytes, which begin in a line of that number, are not UTF-8; a cut-off end is none of it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text, final=False)
    except UnicodeDecodeError as error:
        before = text[: error.start]
        ends = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
        raise Refused(
            Fault(
                "",
                "a byte is not UTF-8; the text may be in Latin-1 or Windows-1252",
                "save it as UTF-8, e.g. with `iconv -f WINDOWS-1252 -t UTF-8`",
                line=first_line + ends,
            )
        ) from None


def delimiter_of(head: bytes, *, whole: bool) -> str:
    """The delimiter by which most of the first rows have as many fields as the header.

    Args:
        head: the first bytes of the text, without a byte order mark.
        whole: whether they are all there are, so that the last line is complete.
    """
    text = head.decode("utf-8", errors="replace").replace("\0", "")
    if not whole:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        score = _score(text, delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _score(text: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that are as wide as the header, and its width; nothing for a width of one."""
    widths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if row:
                widths.append(len(row))
            if len(widths) > _HEAD_ROWS:
                break
    except csv.Error:  # a field beyond the module's limit, in quotes that do not close
        pass
    if not widths or widths[0] == 1:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]
