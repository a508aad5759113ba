"""A reader of MATLAB 5 files: numbers, text, structures and cells, in the layout that MathWorks published.

``scipy.io.loadmat`` does the same and more, but importing it takes longer than decoding a short clip, and damaged
files make it raise almost anything. This one reads from a bounded buffer and raises :class:`MatlabFileError` only.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

#: Numbers as arrays, text as str (several rows: a list), structures as a list of records, cells as a list of values.
MatlabValue: TypeAlias = (
    "NDArray[np.generic] | str | list[str] | list[dict[str, MatlabValue]] | list[MatlabValue] | None"
)

MAX_UNPACKED_BYTES = 64 * 1024**2
_HEADER_BYTES = 128
_MAX_DEPTH = 32

_INT8, _UINT8, _INT32, _UINT32, _MATRIX, _COMPRESSED = 1, 2, 5, 6, 14, 15
_UTF8, _UTF16, _UTF32 = 16, 17, 18
_STORAGE = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_TEXT_STORAGE = {_UTF8: "utf-8", _UTF16: "utf-16", _UTF32: "utf-32"}

_CELL, _STRUCT, _OBJECT, _CHAR = 1, 2, 3, 4
_NUMERIC = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}


class MatlabFileError(Exception):
    """The bytes are not a readable MATLAB 5 file; the message says why."""


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    data: memoryview


@dataclass(frozen=True, slots=True)
class _Matrix:
    name: str
    value: MatlabValue


def read_matlab(content: bytes) -> dict[str, MatlabValue]:
    """Variables of a MATLAB 5 file by name.

    Numeric arrays keep their shape and become float64 or an integer type. Variables of kinds that hold no data of
    their own (function handles, classes) are None.

    Raises
    ------
    MatlabFileError
        If the bytes are of another format, truncated or inconsistent.
    """
    order = _byte_order(content)
    variables: dict[str, MatlabValue] = {}
    try:
        for element in _elements(memoryview(content)[_HEADER_BYTES:], order):
            if element.kind == _COMPRESSED:
                element = _next(_elements(memoryview(_unpacked(element.data)), order))
            if element.kind == _MATRIX:
                matrix = _matrix(element.data, order, 0)
                variables[matrix.name] = matrix.value
    except (struct.error, ValueError, OverflowError, zlib.error) as error:
        raise MatlabFileError(str(error)) from error
    return variables


def _byte_order(content: bytes) -> str:
    if content.startswith(b"\x89HDF") or content[:20].startswith(b"MATLAB 7.3"):
        raise MatlabFileError("it is a MATLAB 7.3 file, which is another format")
    if len(content) < _HEADER_BYTES:
        raise MatlabFileError("it is too short")
    mark = content[126:128]
    if mark not in (b"IM", b"MI"):
        raise MatlabFileError("it does not begin like a MATLAB 5 file")
    return "<" if mark == b"IM" else ">"


def _unpacked(data: memoryview) -> bytes:
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(data, MAX_UNPACKED_BYTES)
    if not unpacker.eof:
        raise MatlabFileError("a compressed variable is cut off or implausibly large")
    return content


def _elements(data: memoryview, order: str) -> Iterator[_Element]:
    """Tagged elements of a buffer; data of up to four bytes lie inside the tag."""
    position = 0
    while position < len(data):
        if len(data) - position < 8:
            raise MatlabFileError("it is cut off")
        kind, size = struct.unpack_from(f"{order}II", data, position)
        start, step = position + 8, 0
        if kind >> 16:
            kind, size, start = kind & 0xFFFF, kind >> 16, position + 4
            step = 8
        if start + size > len(data) or (step and size > 4):
            raise MatlabFileError("it is cut off")
        yield _Element(kind, data[start : start + size])
        # Compressed elements are not padded; all others end on a multiple of eight bytes.
        padded = size if kind == _COMPRESSED else size + (-size) % 8
        position += step or 8 + padded


def _matrix(data: memoryview, order: str, depth: int) -> _Matrix:
    if depth > _MAX_DEPTH:
        raise MatlabFileError("structures are nested too deeply")
    if len(data) == 0:
        return _Matrix("", np.zeros((0, 0)))
    parts = _elements(data, order)
    flags = _numbers(_next(parts), order, (_UINT32,))
    kind = int(flags[0]) & 0xFF if len(flags) else 0
    if kind not in _NUMERIC and kind not in (_CELL, _STRUCT, _OBJECT, _CHAR):
        return _Matrix(_name_of_unknown(parts, order), None)
    shape = tuple(int(size) for size in _numbers(_next(parts), order, (_INT32,)))
    if any(size < 0 for size in shape) or len(shape) < 2:
        raise MatlabFileError("an array has impossible dimensions")
    name = _text(_next(parts).data)
    if kind == _CHAR:
        return _Matrix(name, _char_rows(_next(parts), order, shape))
    if kind == _CELL:
        return _Matrix(name, [_matrix(_next(parts).data, order, depth + 1).value for _ in range(_count(shape))])
    if kind in (_STRUCT, _OBJECT):
        if kind == _OBJECT:
            _next(parts)
        return _Matrix(name, _records(parts, order, shape, depth))
    values = _numbers(_next(parts), order, tuple(_STORAGE)).astype(_NUMERIC[kind])
    if values.size != _count(shape):
        raise MatlabFileError(f"variable '{name}' does not hold as many numbers as it declares")
    return _Matrix(name, values.reshape(shape, order="F"))


def _records(parts: Iterator[_Element], order: str, shape: tuple[int, ...], depth: int) -> list[dict[str, MatlabValue]]:
    lengths = _numbers(_next(parts), order, (_INT32,))
    names_data = _next(parts).data
    width = int(lengths[0]) if len(lengths) else 0
    if width <= 0:
        raise MatlabFileError("a structure has no field names")
    fields = [_text(names_data[start : start + width]) for start in range(0, len(names_data), width)]
    if not fields:
        return []
    return [{name: _matrix(_next(parts).data, order, depth + 1).value for name in fields} for _ in range(_count(shape))]


def _next(parts: Iterator[_Element]) -> _Element:
    element = next(parts, None)
    if element is None:
        raise MatlabFileError("an element is missing")
    return element


def _numbers(element: _Element, order: str, kinds: tuple[int, ...]) -> NDArray[np.generic]:
    storage = _STORAGE.get(element.kind)
    if element.kind not in kinds or storage is None:
        raise MatlabFileError(f"numbers are stored as type {element.kind}, which is not one")
    return np.frombuffer(element.data, dtype=np.dtype(f"{order}{storage}"))


def _char_rows(element: _Element, order: str, shape: tuple[int, ...]) -> str | list[str]:
    suffix = {"<": "-le", ">": "-be"}[order]
    if element.kind in _TEXT_STORAGE:
        encoding = _TEXT_STORAGE[element.kind]
        text = bytes(element.data).decode(encoding if encoding == "utf-8" else encoding + suffix, errors="replace")
    else:
        codes = _numbers(element, order, (_INT8, _UINT8, 3, 4))
        text = "".join(chr(int(code) & 0xFFFF) for code in codes)
    rows = shape[0]
    if rows <= 1:
        return text
    # Stored column by column; every row is as long as the longest, filled with blanks.
    return [text[row::rows].rstrip() for row in range(min(rows, len(text)))]


def _name_of_unknown(parts: Iterator[_Element], order: str) -> str:
    for part in parts:
        if part.kind in (_INT8, _UINT8):
            return _text(part.data)
    return ""


def _text(data: memoryview) -> str:
    return bytes(data).split(b"\0", 1)[0].decode("utf-8", errors="replace")


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count
