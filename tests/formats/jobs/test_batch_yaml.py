"""YAML files of settings: safe, with lines, and with comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.formats.jobs.batch_yaml import (
    SettingsFileError,
    YamlEntry,
    YamlSettings,
    format_yaml_settings,
    read_yaml_settings,
)


def read(folder: Path, text: str) -> YamlSettings:
    path = folder / "batch.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml_settings(path)


def test_that_every_key_has_its_line(tmp_path: Path) -> None:
    settings = read(tmp_path, "# one\njobs: 2\nfolder:\n  path: videos\n\n  wse: 1.5\n")
    assert settings.data == {"jobs": 2, "folder": {"path": "videos", "wse": 1.5}}
    assert settings.place(("folder", "wse")) == f"{settings.path}, line 6, key 'folder.wse'"
    assert settings.place(("folder", "pattern")) == f"{settings.path}, line 3, key 'folder.pattern'"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1:30", "1:30"),
        ("-10:00", "-10:00"),
        ("010", 10),
        ("1e-3", 0.001),
        ("-5", -5),
        (".5", 0.5),
        ("2.", 2.0),
        ("yes", True),
        ("false", False),
        ("4GB", "4GB"),
        ("", None),
        ("1_000", "1_000"),
        ("tcp://h:1", "tcp://h:1"),
    ],
)
def test_that_values_mean_what_they_look_like(tmp_path: Path, text: str, value: object) -> None:
    found = read(tmp_path, f"key: {text}\n").data["key"]
    assert (found, type(found)) == (value, type(value))


def test_that_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n").data == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jobs: [1, 2\n", "is not valid YAML"),
        ("jobs: 1\n\tplots: no\n", "line 2.*is not valid YAML"),
        ("- a\n- b\n", "no list of keys with values"),
        ("1: a\n", "no list of keys with values"),
        ("just words\n", "no list of keys with values"),
        ("jobs: !!python/object/apply:os.system ['true']\n", "is not valid YAML"),
        ("a: &a [*a]\n", "is not valid YAML"),
        ("a: 2017-13-45\n", "is not valid YAML"),
        ("a: 1\n---\nb: 2\n", "is not valid YAML"),
    ],
)
def test_that_what_is_no_file_of_settings_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsFileError, match=message):
        read(tmp_path, text)


def test_that_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(SettingsFileError, match="far more than settings"):
        read(tmp_path, "\n".join(lines))


def test_that_keys_that_occur_twice_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFileError) as caught:
        read(tmp_path, "jobs: 1\nfolder: {wse: 1, wse: 2}\njobs: 2\n")
    assert [problem.what for problem in caught.value.problems] == [
        "the key 'folder.wse' is also on line 2",
        "the key 'jobs' is also on line 1",
    ]


def test_that_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsFileError, match="the file of settings does not exist"):
        read_yaml_settings(tmp_path / "none.yaml")


def test_that_keys_are_written_with_comments_and_read_back(tmp_path: Path) -> None:
    inner = (YamlEntry("path", "a: b", "where"), YamlEntry("wse", 1.5, "the level", is_active=False))
    entries = [YamlEntry("folder", None, "the folder", entries=inner), YamlEntry("jobs", "auto", "how many", False)]
    text = format_yaml_settings(entries, "A title.")
    assert text.splitlines() == [
        "# A title.",
        "",
        "# the folder",
        "folder:",
        "  # where",
        "  path: 'a: b'",
        "  # the level",
        "  #wse: 1.5",
        "",
        "# how many",
        "#jobs: auto",
    ]
    assert read(tmp_path, text).data == {"folder": {"path": "a: b"}}
