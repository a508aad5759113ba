from __future__ import annotations

import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import IvyError, OutputError, ScaffoldError
from image_velocimetry_tools.formats.project import archive as project_archive
from image_velocimetry_tools.formats.project.archive import read_project, write_project


def make_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def message_of(path: Path) -> str:
    with pytest.raises(ScaffoldError) as caught:
        read_project(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy
    return str(caught.value)


def test_that_a_written_project_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "a.ivy"
    data = {"b": [1.5, None], "a": {"z": 1, "y": "ü"}, "nan": float("inf")}
    write_project(path, data, {"1-images/f00001.jpg": b"picture", "empty.txt": b""})
    project = read_project(path)
    assert project.data == data
    assert project.names == ("project_data.json", "1-images/f00001.jpg", "empty.txt")
    assert project.read("1-images/f00001.jpg") == b"picture"
    assert project.read("empty.txt") == b""


def test_that_the_state_is_written_as_the_desktop_application_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "a.ivy"
    write_project(path, {"b": 1, "a": {"z": 1, "y": 2}, "c": float("nan"), "project_file_path": "/x"}, {"x.dat": b"1"})
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["project_data.json"]
        assert archive.getinfo("project_data.json").compress_type == zipfile.ZIP_DEFLATED
        text = archive.read("project_data.json").decode("ascii")
    assert text == '{\n    "a": {\n        "z": 1,\n        "y": 2\n    },\n    "b": 1,\n    "c": NaN\n}'


def test_that_equal_projects_are_equal_files(tmp_path: Path) -> None:
    for name in ("a.ivy", "b.ivy"):
        write_project(tmp_path / name, {"k": 1}, {"f": b"1"})
    assert (tmp_path / "a.ivy").read_bytes() == (tmp_path / "b.ivy").read_bytes()


def test_that_members_may_come_from_files_and_progress_ends_at_the_number_of_members(tmp_path: Path) -> None:
    source = tmp_path / "clip.bin"
    source.write_bytes(b"x" * 3_000_000)
    calls: list[tuple[int, int]] = []
    write_project(tmp_path / "a.ivy", {}, {"clip.bin": source, "b": b"2"}, lambda done, of: calls.append((done, of)))
    assert calls[-1] == (3, 3)
    assert read_project(tmp_path / "a.ivy").read("clip.bin") == source.read_bytes()


def test_that_a_member_may_not_be_written_outside_the_archive(tmp_path: Path) -> None:
    for name in ("../x", "/x", "C:/x", "a\\b", ""):
        with pytest.raises(ValueError, match="cannot be the name"):
            write_project(tmp_path / "a.ivy", {}, {name: b""})
    assert os.listdir(tmp_path) == []


def test_that_a_failed_save_leaves_the_old_project(tmp_path: Path) -> None:
    path = tmp_path / "a.ivy"
    write_project(path, {"k": 1}, {})
    before = path.read_bytes()
    with pytest.raises(OutputError, match="cannot be read"):
        write_project(path, {"k": 2}, {"f": tmp_path / "missing.jpg"})
    with pytest.raises(ValueError, match="what JSON cannot"):
        write_project(path, {"k": ValueError}, {})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.ivy"]


def test_that_saving_into_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the folder does not exist"):
        write_project(tmp_path / "no" / "a.ivy", {}, {})


def test_that_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        write_project(tmp_path / "a.ivy", {}, {})
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_that_a_saved_project_has_the_permissions_of_a_plain_file(tmp_path: Path) -> None:
    write_project(tmp_path / "a.ivy", {}, {})
    (tmp_path / "plain").write_bytes(b"")
    assert stat.S_IMODE((tmp_path / "a.ivy").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_that_missing_empty_and_wrong_files_are_told_apart(tmp_path: Path) -> None:
    assert "does not exist" in message_of(tmp_path / "no.ivy")
    (tmp_path / "folder.ivy").mkdir()
    assert "is a folder" in message_of(tmp_path / "folder.ivy")
    (tmp_path / "a.zip").write_bytes(b"PK")
    assert "is not an .ivy file" in message_of(tmp_path / "a.zip")
    (tmp_path / "empty.ivy").write_bytes(b"")
    assert "is empty" in message_of(tmp_path / "empty.ivy")
    (tmp_path / "text.ivy").write_text("not a zip at all")
    assert "is not a zip archive" in message_of(tmp_path / "text.ivy")


def test_that_the_suffix_may_be_in_capitals(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "A.IVY", {"project_data.json": b"{}"})
    assert read_project(path).data == {}


def test_that_a_truncated_project_is_named_so(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}", "x": os.urandom(5000)})
    path.write_bytes(path.read_bytes()[:3000])
    assert "is truncated" in message_of(path)


def test_that_damaged_members_fail_their_checksum(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}", "x.bin": b"0" * 1000}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[content.index(b"0000")] ^= 0xFF
    path.write_bytes(content)
    project = read_project(path)
    with pytest.raises(ScaffoldError, match=r"'x\.bin' in the project file is damaged \(Bad CRC"):
        project.read("x.bin")
    content[content.index(b"{}")] ^= 0xFF
    path.write_bytes(content)
    assert "is damaged (Bad CRC" in message_of(path)


@pytest.mark.parametrize(
    "name", ["../evil.txt", "a/../../evil", "/etc/passwd", "C:/x", "c:x", "..\\evil", "\\\\host\\x"]
)
def test_that_names_that_lead_out_of_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}", name: b""})
    assert "whose name leads out of the archive" in message_of(path)
    assert os.listdir(tmp_path) == ["a.ivy"]


def test_that_backslashes_of_windows_part_folders(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}", "5-discharge\\cross.mat": b"7"})
    assert read_project(path).read("5-discharge/cross.mat") == b"7"


def test_that_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}", "zeros.bin": bytes(60 * 1024**2)})
    assert "'zeros.bin' would unpack to 60 MB from almost nothing" in message_of(path)


def test_that_more_than_the_limit_in_all_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_archive, "MAX_TOTAL_BYTES", 1000)
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}", "a": bytes(600), "b": bytes(600)})
    assert "would unpack to" in message_of(path)
    monkeypatch.setattr(project_archive, "MAX_MEMBERS", 2)
    assert "holds 3 files" in message_of(path)


def test_that_a_member_never_unpacks_to_more_than_it_declares(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}", "x.bin": b"y" * 5000})
    content = bytearray(path.read_bytes())
    for offset in (
        content.index(b"PK\x03\x04", 10) + 22,
        content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4) + 24,
    ):
        content[offset : offset + 4] = (100).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(ScaffoldError, match="is damaged"):
        read_project(path).read("x.bin")


def test_that_an_encrypted_project_is_named_so(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "is encrypted" in message_of(path)


def test_that_a_missing_state_is_reported_with_where_it_might_be(tmp_path: Path) -> None:
    assert "has no project_data.json." in message_of(make_zip(tmp_path / "a.ivy", {"x": b""}))
    path = make_zip(tmp_path / "b.ivy", {"site/project_data.json": b"{}"})
    assert "at its root (there is 'site/project_data.json')" in message_of(path)


def test_that_broken_json_is_reported_with_line_and_column(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.ivy", {"project_data.json": b'{\n  "a": 1,\n  "b" 2\n}'})
    assert "project_data.json, line 3, column 7: the project data is not valid JSON" in message_of(path)


@pytest.mark.parametrize("content", [b"[1, 2]", b"3", b'"text"', b"null"])
def test_that_a_state_that_is_no_dictionary_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "must contain a dictionary" in message_of(make_zip(tmp_path / "a.ivy", {"project_data.json": content}))


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}"])
def test_that_json_beyond_the_limits_of_the_parser_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "is not valid JSON" in message_of(make_zip(tmp_path / "a.ivy", {"project_data.json": content}))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"a": "Ångström"}'.encode(), "Ångström"),
        ('{"a": "Ångström"}'.encode("cp1252"), "Ångström"),
        (b'\xef\xbb\xbf{"a": "x"}', "x"),
        (b'{"a": Infinity}', float("inf")),
    ],
)
def test_that_encodings_and_literals_of_the_desktop_application_are_read(
    tmp_path: Path, content: bytes, expected: Any
) -> None:
    assert read_project(make_zip(tmp_path / "a.ivy", {"project_data.json": content})).data["a"] == expected


def test_that_a_member_that_is_not_there_is_named(tmp_path: Path) -> None:
    project = read_project(make_zip(tmp_path / "a.ivy", {"project_data.json": b"{}"}))
    with pytest.raises(ScaffoldError, match="holds no file 'x'"):
        project.read("x")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), prefix=st.sampled_from([b"", b"PK\x03\x04"]))
def test_that_random_bytes_raise_nothing_but_our_errors(tmp_path: Path, content: bytes, prefix: bytes) -> None:
    path = tmp_path / "random.ivy"
    path.write_bytes(prefix + content)
    with pytest.raises(IvyError):
        read_project(path)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.integers(0, 40),
)
def test_that_mutated_archives_raise_nothing_but_our_errors(
    tmp_path: Path, changes: list[tuple[int, int]], cut: int
) -> None:
    path = make_zip(tmp_path / "m.ivy", {"project_data.json": json.dumps({"a": [1, 2]}).encode(), "x": b"12345" * 20})
    content = bytearray(path.read_bytes())
    for position, value in changes:
        content[position % len(content)] = value
    path.write_bytes(content[: len(content) - cut] if cut > 20 else content)
    try:
        project = read_project(path)
        for name in project.names:
            project.read(name)
    except IvyError:
        return
