from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from image_velocimetry_tools.media.encoded_pictures import decoded_grey, decoded_rgb, encoded_picture


@pytest.fixture
def colours() -> np.ndarray:
    picture = np.zeros((6, 10, 3), dtype=np.uint8)
    picture[:, :, 0] = 200
    picture[:3, :, 2] = 90
    return picture


def test_that_colours_stay_red_green_blue(colours: np.ndarray) -> None:
    found = decoded_rgb(encoded_picture(colours, ".PNG"))
    assert found is not None
    np.testing.assert_array_equal(found, colours)


def test_that_a_grey_picture_stays_grey() -> None:
    grey = np.arange(60, dtype=np.uint8).reshape(6, 10)
    np.testing.assert_array_equal(decoded_grey(encoded_picture(grey, ".png")), grey)


def test_that_a_better_jpeg_is_larger() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (64, 64), dtype=np.uint8)
    assert len(encoded_picture(noise)) > len(encoded_picture(noise, quality=50))


def test_that_a_tag_of_orientation_turns_nothing(colours: np.ndarray) -> None:
    tags, file = Image.Exif(), io.BytesIO()
    tags[0x0112] = 6
    Image.fromarray(colours).save(file, "JPEG", exif=tags)
    rgb, grey = decoded_rgb(file.getvalue()), decoded_grey(file.getvalue())
    assert rgb is not None
    assert grey is not None
    assert (rgb.shape[:2], grey.shape) == ((6, 10), (6, 10))


@pytest.mark.parametrize(
    "content", [b"", b"no picture", encoded_picture(np.zeros((8, 8), dtype=np.uint8), ".png")[:20]]
)
def test_that_what_is_no_picture_is_none(content: bytes) -> None:
    assert decoded_rgb(content) is None
    assert decoded_grey(content) is None


def test_that_an_unknown_format_is_refused(colours: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"cannot be encoded as \.xyz"):
        encoded_picture(colours, ".xyz")
