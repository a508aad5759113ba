from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from store_values import BATCH, a_batch, a_stored_batch, some_jobs, started

from image_velocimetry_tools.batch.failures import is_disk_full
from image_velocimetry_tools.batch.store import BatchStore, StoreError, sqlite_url
from image_velocimetry_tools.batch.store.database import Database
from image_velocimetry_tools.batch.store.errors import explain
from image_velocimetry_tools.domain.errors import OutputError


def everything_said(error: BaseException | None) -> str:
    said = []
    while error is not None:
        said.append(f"{error} {error!r}")
        # What a traceback shows.
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(said)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:s3cret@127.0.0.1:1/river",
        "postgresql://127.0.0.1:1/river?user=ana&password=s3cret",
        "postgres://ana:s3cret@127.0.0.1:1/river",
    ],
)
def test_that_a_server_that_cannot_be_reached_is_named_without_its_password(url: str) -> None:
    with pytest.raises(StoreError, match=r"^127\.0\.0\.1:1/river: the database cannot be reached") as caught:
        BatchStore.open(url)
    assert "s3cret" not in everything_said(caught.value)


@pytest.mark.parametrize("url", ["mysql://ana:s3cret@host/river", "s3cret", "", "postgresql://ana:b@host:s3cret/x"])
def test_that_a_url_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError, match=r"not understood\. Write sqlite:///") as caught:
        BatchStore.open(url)
    assert "s3cret" not in everything_said(caught.value)


def test_that_a_wrong_database_name_is_told(postgresql_url: str) -> None:
    wrong = postgresql_url.split("?")[0] + "_missing"

    with pytest.raises(StoreError, match="_missing"):
        BatchStore.open(wrong)


@pytest.mark.parametrize("name", ["plain", "with space", "100% ä#?x=1&y", "a'b", "C:odd"])
def test_that_a_path_may_hold_any_character(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    with BatchStore.open(sqlite_url(file)) as store:
        a_stored_batch(store)
    with BatchStore.open(sqlite_url(file), read_only=True) as reader:
        assert len(reader.jobs(BATCH)) == 1

    # A reader leaves the log's files, which it may not remove.
    assert {found.name.removesuffix("-wal").removesuffix("-shm") for found in tmp_path.iterdir()} == {name}


def test_that_a_relative_path_stays_the_same_file_when_the_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with BatchStore.open("sqlite:///b.sqlite") as store:
        monkeypatch.chdir("/")
        a_stored_batch(store)

    assert (tmp_path / "b.sqlite").stat().st_size > 0


def test_that_a_folder_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the folder does not exist"):
        BatchStore.open(sqlite_url(tmp_path / "missing" / "b.sqlite"))
    assert list(tmp_path.iterdir()) == []


def test_that_reading_a_file_that_does_not_exist_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database of batches"):
        BatchStore.open(sqlite_url(tmp_path / "b.sqlite"), read_only=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [False, True])
def test_that_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path, read_only: bool) -> None:
    file = tmp_path / "b.sqlite"
    file.write_bytes(b"job_id,video_path\n" * 500)

    with pytest.raises(StoreError, match=r"b\.sqlite: the file is damaged or is no database of batches\. Move it away"):
        BatchStore.open(sqlite_url(file), read_only=read_only)
    assert file.read_bytes() == b"job_id,video_path\n" * 500


def test_that_a_damaged_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "b.sqlite"
    with BatchStore.open(sqlite_url(file)) as store:
        a_stored_batch(store, 500)
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)

    with pytest.raises(StoreError, match="the file is damaged"), BatchStore.open(sqlite_url(file)) as store:
        store.jobs(BATCH)


def test_that_a_writer_that_does_not_end_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with BatchStore.open(url) as store:
        a_stored_batch(store)
    monkeypatch.setattr("image_velocimetry_tools.batch.store.database._LOCK_WAIT_S", 0.05)
    other = Database(url)
    with other.write(), BatchStore.open(url) as store:
        assert store.counts(BATCH)
        with pytest.raises(StoreError, match=r"another program is writing .* Try again"):
            store.record(started())
    with BatchStore.open(url) as store:
        store.record(started())
    other.close()


def test_that_the_log_is_flushed_at_every_commit(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "b.sqlite"))
    with database.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_that_references_are_enforced_again_after_a_migration(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "b.sqlite"))
    with database.write(enforce_references=False) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 0
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    database.close()


def test_that_a_full_disk_is_known_as_such(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "b.sqlite")
    store = BatchStore.open(url)
    a_stored_batch(store)
    with store._database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")

    with pytest.raises(OutputError, match=r"b\.sqlite: the disk is full\. Free some space") as caught:
        store.create_batch(a_batch("batch_002"), some_jobs(3000, "batch_002"))

    assert is_disk_full(caught.value)
    assert [batch.batch_id for batch in store.batches()] == [BATCH]
    with store._database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    store.record(started())
    store.close()


def test_that_a_full_disk_of_a_server_is_known_as_such() -> None:
    class DiskFull(Exception):
        sqlstate = "53100"

    error = explain(OperationalError("INSERT", {}, DiskFull("could not extend file")), "server/river", None)

    assert is_disk_full(error)
    assert str(error) == "server/river: the disk is full. Free some space and go on with the batch."


def test_that_an_input_output_error_is_a_full_disk_only_if_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cause = sqlite3.OperationalError("disk I/O error")
    cause.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    error = OperationalError("INSERT", {}, cause)
    assert not is_disk_full(explain(error, "b.sqlite", tmp_path / "b.sqlite"))

    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 4096})())

    assert is_disk_full(explain(error, "b.sqlite", tmp_path / "b.sqlite"))


def test_that_a_copy_on_read_only_media_is_read_without_writing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sqlite_url(tmp_path / "b.sqlite")
    with BatchStore.open(url) as store:
        a_stored_batch(store)
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with BatchStore.open(url, read_only=True) as reader:
        assert len(reader.jobs(BATCH)) == 1
        assert [found.name for found in tmp_path.iterdir()] == ["b.sqlite"]


def test_that_a_broken_connection_is_made_anew(postgresql_url: str) -> None:
    with BatchStore.open(postgresql_url) as store, BatchStore.open(postgresql_url) as other:
        a_stored_batch(store)
        with store._database.read() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with other._database.read() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")

        assert store.record(started()) == 2


def test_that_text_that_is_no_unicode_is_a_sentence(tmp_path: Path) -> None:
    with BatchStore.open(sqlite_url(tmp_path / "b.sqlite")) as store:
        with pytest.raises(StoreError, match="surrogates"):
            store.create_batch(a_batch(output_directory=Path(os.fsdecode(b"/out/\xff"))), [])
        assert store.batches() == []


def test_that_the_cause_is_kept_for_the_log(tmp_path: Path) -> None:
    cause = OSError(errno.EIO, "input/output error")
    error = explain(OperationalError("SELECT 1", {}, cause), "b.sqlite", tmp_path / "b.sqlite")

    assert isinstance(error.__cause__, OperationalError)
