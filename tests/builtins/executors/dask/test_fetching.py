"""Files that have a URL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from image_velocimetry_tools.builtins.executors.dask import fetching
from image_velocimetry_tools.builtins.executors.dask.fetching import fetch, is_url
from image_velocimetry_tools.domain.errors import Cancelled, IvyError


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *several: object) -> None:
        return


@pytest.fixture
def http_url(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(bytes(range(256)) * 40)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/a.mp4"
        server.shutdown()


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


def test_that_a_file_arrives_whole_and_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "CHUNK_BYTES", 100)
    (tmp_path / "source.bin").write_bytes(bytes(range(250)))
    (tmp_path / "copy").mkdir()
    told: list[float] = []
    found = fetch((tmp_path / "source.bin").as_uri(), tmp_path / "copy", told.append)
    assert found == tmp_path / "copy" / "source.bin"
    assert found.read_bytes() == bytes(range(250))
    assert told == [0.4, 0.8, 1.0]


def test_that_a_fetch_can_be_cancelled(tmp_path: Path) -> None:
    (tmp_path / "source.bin").write_bytes(b"1")
    (tmp_path / "copy").mkdir()
    with pytest.raises(Cancelled):
        fetch((tmp_path / "source.bin").as_uri(), tmp_path / "copy", lambda fraction: None, lambda: True)


def test_that_a_file_of_a_web_server_arrives_or_what_is_missing_is_named(http_url: str, tmp_path: Path) -> None:
    try:
        import aiohttp  # noqa: F401
    except ImportError:
        with pytest.raises(IvyError, match="a library for this kind of URL is missing"):
            fetch(http_url, tmp_path, lambda fraction: None)
        return
    assert fetch(http_url, tmp_path, lambda fraction: None).read_bytes() == bytes(range(256)) * 40
    with pytest.raises(IvyError, match=r"b\.mp4: it cannot be fetched"):
        fetch(http_url.replace("a.mp4", "b.mp4"), tmp_path, lambda fraction: None)


def test_that_an_unknown_kind_of_url_is_named(tmp_path: Path) -> None:
    with pytest.raises(IvyError, match=r"pigeon://loft/a\.mp4: it cannot be fetched \(ValueError"):
        fetch("pigeon://loft/a.mp4", tmp_path, lambda fraction: None)
