"""Videos that have a URL in place of a path."""

from __future__ import annotations

import pytest

from image_velocimetry_tools.domain.video_url import file_name_of_url, is_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket/a.mp4", True),
        ("HTTP://host/a", True),
        ("file:///a.mp4", True),
        ("/videos/a.mp4", False),
        ("C:\\videos\\a.mp4", False),
        ("C:/videos/a.mp4", False),
        ("a.mp4", False),
        ("//server/share/a.mp4", False),
    ],
)
def test_that_urls_are_told_from_paths(text: str, expected: bool) -> None:
    assert is_url(text) is expected


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://host/clips/high%20flow.mp4?version=2#t=3", "high flow.mp4"),
        ("s3://bucket/Br%C3%BCcke.mp4", "Brücke.mp4"),
        ("https://host/", "video"),
        ("https://host/..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("https://host/%2E%2E", "video"),
        ("https://host/a%5C..%5Cb.mp4", "b.mp4"),
        ("https://host/10:30%3Cflood%00.mp4", "10_30_flood_.mp4"),
    ],
)
def test_that_the_name_of_a_file_is_safe_on_any_system(url: str, name: str) -> None:
    assert file_name_of_url(url) == name
