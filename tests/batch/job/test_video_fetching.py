"""Videos that have a URL are copied to where the job runs, or what stands in the way is named."""

from __future__ import annotations

import builtins
import errno
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from web_server import served

from image_velocimetry_tools.batch.failures import can_pass, is_disk_full
from image_velocimetry_tools.batch.folders.job_folder import tidy_job_folder
from image_velocimetry_tools.batch.job import video_fetching
from image_velocimetry_tools.batch.job.video_fetching import fetch, video_at_hand
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.domain.errors import Cancelled, FetchError, OutputError

HAS_AIOHTTP = importlib.util.find_spec("aiohttp") is not None
CONTENT = bytes(range(250)) * 40


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(CONTENT)
    return folder / "a.mp4"


@pytest.fixture
def web(source: Path) -> Iterator[str]:
    with served(source.parent) as address:
        yield address


def unheard(fraction: float) -> None:
    return


def refusal_of(url: str, folder: Path) -> FetchError:
    with pytest.raises(FetchError) as refusal:
        fetch(url, folder, unheard)
    return refusal.value


def test_that_a_file_arrives_whole_and_step_by_step(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_fetching, "CHUNK_BYTES", 4000)
    told: list[float] = []
    found = fetch(source.as_uri(), tmp_path, told.append)
    assert found == tmp_path / "a.mp4"
    assert found.read_bytes() == CONTENT
    assert told == [0.4, 0.8, 1.0]


def test_that_a_fetch_can_be_cancelled(source: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        fetch(source.as_uri(), tmp_path, unheard, lambda: True)


@pytest.mark.skipif(not HAS_AIOHTTP, reason="aiohttp is not installed")
def test_that_a_file_of_a_web_server_arrives(web: str, tmp_path: Path) -> None:
    assert fetch(f"{web}/a.mp4", tmp_path, unheard).read_bytes() == CONTENT


@pytest.mark.skipif(not HAS_AIOHTTP, reason="aiohttp is not installed")
def test_that_a_file_that_a_web_server_does_not_have_is_named(web: str, tmp_path: Path) -> None:
    refusal = refusal_of(f"{web}/b.mp4", tmp_path)
    assert "b.mp4: it cannot be fetched (ClientResponseError: 404" in str(refusal)
    assert not can_pass(refusal)


@pytest.mark.skipif(not HAS_AIOHTTP, reason="aiohttp is not installed")
def test_that_a_web_server_that_is_away_may_come_back(source: Path, tmp_path: Path) -> None:
    with served(source.parent) as address:
        pass
    assert can_pass(refusal_of(f"{address}/a.mp4", tmp_path))


@pytest.mark.skipif(HAS_AIOHTTP, reason="aiohttp is installed")
def test_that_the_extra_for_web_servers_is_named(web: str, tmp_path: Path) -> None:
    assert 'pip install "ivytools[remote]"' in refusal_of(f"{web}/a.mp4", tmp_path).remedy


def test_that_a_missing_library_of_a_kind_of_url_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _hide(monkeypatch, "s3fs")
    refusal = refusal_of("s3://bucket/a.mp4", tmp_path)
    assert "a library for this kind of URL is missing" in str(refusal)
    assert refusal.remedy.endswith("pip install s3fs")
    assert not can_pass(refusal)


def test_that_missing_fsspec_is_named(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _hide(monkeypatch, "fsspec")
    assert refusal_of(source.as_uri(), tmp_path).remedy.endswith('pip install "ivytools[remote]"')


def test_that_an_unknown_kind_of_url_is_named(tmp_path: Path) -> None:
    refusal = refusal_of("pigeon://loft/a.mp4", tmp_path)
    assert "pigeon://loft/a.mp4: it cannot be fetched (ValueError" in str(refusal)
    assert (refusal.stage, can_pass(refusal)) == ("fetch", False)


class Answer(Exception):
    """What a web server said."""

    def __init__(self, status: int) -> None:
        self.status = status


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ConnectionResetError("gone"), True),
        (TimeoutError(), True),
        (OSError(errno.EIO, "share away"), True),
        (Answer(503), True),
        (Answer(429), True),
        (Answer(403), False),
        (FileNotFoundError("no number"), False),
        (PermissionError("no number"), False),
        (RuntimeError("a defect"), False),
    ],
)
def test_that_troubles_of_the_network_may_pass(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, passes: bool
) -> None:
    def fail(*several: Any) -> None:
        raise error

    monkeypatch.setattr(fsspec, "open", fail)
    assert can_pass(refusal_of(source.as_uri(), tmp_path)) is passes


def test_that_a_full_disk_is_known_as_such(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*several: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fsspec, "open", fail)
    assert is_disk_full(refusal_of(source.as_uri(), tmp_path))


def test_that_a_connection_that_ends_early_is_no_video(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut:
        size = len(CONTENT) + 1

        def __init__(self) -> None:
            self._stream = source.open("rb")

        def __enter__(self) -> Cut:
            return self

        def __exit__(self, *several: object) -> None:
            self._stream.close()

        def read(self, number: int) -> bytes:
            return self._stream.read(number)

    monkeypatch.setattr(fsspec, "open", lambda *several: Cut())
    refusal = refusal_of(source.as_uri(), tmp_path)
    assert "the connection ended after 10000 of 10001 bytes" in str(refusal)
    assert can_pass(refusal)


# the video of a job


def test_that_a_video_is_at_hand_while_the_job_runs_and_gone_afterwards(source: Path, tmp_path: Path) -> None:
    job = BatchJob("a", Path("a.mp4"), 1.0, video_url=source.as_uri())
    told: list[tuple[str, float]] = []
    with video_at_hand(job, tmp_path / "jobs", lambda *step: told.append(step), lambda: False) as at_hand:
        assert at_hand.video_path.read_bytes() == CONTENT
        assert (at_hand.video_url, at_hand.video_source) == (source.as_uri(), source.as_uri())
        copy = at_hand.video_path
    assert not copy.exists()
    assert list((tmp_path / "jobs").iterdir()) == []
    assert told == [("fetch", 0.0), ("fetch", 1.0)]


def test_that_the_copy_of_a_killed_process_is_cleared_up(source: Path, tmp_path: Path) -> None:
    job = BatchJob("a", Path("a.mp4"), 1.0, video_url=source.as_uri())
    with video_at_hand(job, tmp_path / "jobs", lambda *step: None, lambda: False) as at_hand:
        tidy_job_folder(tmp_path / "jobs", "a")
        assert not at_hand.video_path.exists()


def test_that_a_video_with_a_path_is_left_where_it_is(source: Path, tmp_path: Path) -> None:
    job = BatchJob("a", source, 1.0)
    with video_at_hand(job, tmp_path / "jobs", lambda *step: None, lambda: False) as at_hand:
        assert at_hand is job
    assert not (tmp_path / "jobs").exists()


def test_that_a_folder_that_cannot_take_the_copy_is_named(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    job = BatchJob("a", Path("a.mp4"), 1.0, video_url=source.as_uri())
    with (
        pytest.raises(OutputError, match="cannot be written"),
        video_at_hand(job, tmp_path / "file" / "jobs", lambda *step: None, lambda: False),
    ):
        pass


def _hide(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Let a module be one that is not installed."""
    found = builtins.__import__

    def without(name: str, *several: Any, **more: Any) -> Any:
        if name.partition(".")[0] == module:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)
        return found(name, *several, **more)

    monkeypatch.setattr(builtins, "__import__", without)
