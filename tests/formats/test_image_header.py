from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.formats.image_header import picture_size


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("channels", [1, 3])
def test_that_sizes_of_real_pictures_are_found(suffix: str, channels: int) -> None:
    picture = np.zeros((45, 80, channels), dtype=np.uint8)
    assert picture_size(cv2.imencode(suffix, picture)[1].tobytes()) == FrameSize(80, 45)


def test_that_a_progressive_jpeg_has_a_size() -> None:
    encoded = cv2.imencode(".jpg", np.zeros((45, 80), np.uint8), [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1]
    assert picture_size(encoded.tobytes()) == FrameSize(80, 45)


def test_that_a_jpeg_full_of_metadata_has_a_size(shared_data: Path) -> None:
    content = (shared_data / "boneyard_site" / "image_GRP.jpg").read_bytes()
    assert picture_size(content) == FrameSize(1280, 720)
    assert picture_size(content[:100]) is None


@given(st.binary(max_size=80), st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xc0"]))
def test_that_any_bytes_have_a_positive_size_or_none(content: bytes, start: bytes) -> None:
    size = picture_size(start + content)
    assert size is None or (size.width_px > 0 and size.height_px > 0)
