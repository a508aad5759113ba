from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.media.fingerprint import fingerprint_of

MIB = 1 << 20


def written(path: Path, content: bytes) -> tuple[int, str]:
    path.write_bytes(content)
    return fingerprint_of(path)


def test_that_a_copy_has_the_same_fingerprint_whatever_it_is_called(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    assert written(tmp_path / "one.mp4", content) == written(tmp_path / "other.mov", content)


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB])
def test_that_beginning_end_and_size_tell_files_apart(tmp_path: Path, size: int) -> None:
    content = bytes(size)
    variants = [content, content + b"x"] + ([b"x" + content[1:], content[:-1] + b"y"] if size else [])
    found = [written(tmp_path / "film.mp4", variant) for variant in variants]
    assert [size_bytes for size_bytes, _ in found] == [len(variant) for variant in variants]
    assert len({fingerprint for _, fingerprint in found}) == len(variants)


def test_that_no_more_than_both_ends_are_read(tmp_path: Path) -> None:
    content = bytearray(4 * MIB)
    before = written(tmp_path / "film.mp4", bytes(content))
    content[2 * MIB] = 1
    assert written(tmp_path / "film.mp4", bytes(content)) == before


def test_that_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="cannot be read"):
        fingerprint_of(tmp_path / "gone.mp4")
