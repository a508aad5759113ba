"""Text of delimited files as people save them: encodings with and without a mark, commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..domain.errors import IvyError

DELIMITERS = (",", ";", "\t")
MAX_BYTES = 256 * 1024**2

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class DelimitedRow:
    """One row: the line in the file on which it begins (from 1) and its cells, without surrounding blanks."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether the row holds nothing at all."""
        return not any(self.cells)


def read_text(path: str | Path, error: type[IvyError], what: str) -> tuple[str, str]:
    """Text of a file and the encoding that it turned out to have.

    UTF-8 (with or without a mark) and UTF-16 with a mark are recognised; bytes that are not UTF-8 are taken for
    Windows-1252, the way in which spreadsheets save CSV on Windows.

    Parameters
    ----------
    path
        The file.
    error
        Kind of error to raise.
    what
        What the file is for the user, such as ``"jobs CSV"``.
    """
    path, where = Path(path), str(path)
    try:
        if not path.exists():
            raise error(f"the {what} does not exist", where=where, remedy="Check the path")
        if not path.is_file():
            raise error(f"the {what} is a folder", where=where, remedy="Give the path of a file")
        if path.stat().st_size > MAX_BYTES:
            raise error(f"the {what} is far too large", where=where, remedy="Check the path")
        content = path.read_bytes()
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or str(failure)
        raise error(f"the {what} cannot be read ({reason})", where=where, remedy="Check the path") from failure
    return decode_text(content, error, what, where)


def decode_text(content: bytes, error: type[IvyError], what: str, where: str) -> tuple[str, str]:
    """Text and encoding of the bytes of a file; see :func:`read_text`."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    save = "Save it as UTF-8 text"
    if encoding != "utf-16" and b"\0" in content:
        raise error(f"the {what} is not text in a known encoding", where=where, remedy=save)
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise error(f"the {what} is damaged: it is not {encoding.upper()} text", where=where, remedy=save) from None
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        raise error(
            f"the {what} is neither UTF-8 nor Windows-1252 text", where=f"{where}, line {line}", remedy=save
        ) from None


def delimiter_of(header: str, score: Callable[[list[str]], int] = len) -> str:
    """The delimiter that splits a header line best: the highest score, a comma when undecided."""

    def score_of(mark: str) -> int:
        try:
            return score([cell.strip() for cell in next(csv.reader([header], delimiter=mark), [])])
        except csv.Error:
            return -1

    return max(DELIMITERS, key=score_of)


def split_table(
    text: str, error: type[IvyError], where: str, score: Callable[[list[str]], int] = len
) -> tuple[list[DelimitedRow], str]:
    """Rows of a table that hold anything, and its delimiter: the one that splits the first of them best."""
    header_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = delimiter_of(header_line, score)
    return [row for row in rows_of(text, delimiter, error, where) if not row.is_blank], delimiter


def rows_of(text: str, delimiter: str, error: type[IvyError], where: str) -> Iterator[DelimitedRow]:
    """Rows of delimited text; lines that are empty are left out but counted."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as failure:
            place = f"{where}, line {line}"
            raise error(f"the row cannot be read ({failure})", where=place, remedy="Check its quotes") from failure
        if cells is None:
            return
        if cells:
            yield DelimitedRow(line, tuple(cell.strip() for cell in cells))
        line = reader.line_num + 1
