"""A batch told by a file: what it may say, what it may not, and how files are laid over each other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.inputs.batch_file import BatchFile, batch_file, merged_settings, read_batch_yaml
from image_velocimetry_tools.formats.jobs.batch_yaml import SettingsFileError

WHOLE = """
scaffold: site.ivy
folder:
  path: videos
  pattern: "*.mp4"
  recursive: yes
  stage_record: ../stage.rdb
  timezone: -10:00
  datum_offset: 315
  max_gap: 1h
watch: true
validity: ~/validity.csv
output: /results
name: May
priority: 7
database_url: postgresql://user@host/ivy
jobs: auto
threads: 2
plots: no
job_timeout: 15m
no_progress_timeout: null
batch_timeout: "90"
start_at: 2026-05-14 22:00
memory_limit: 4GB
method: klt
hooks: [notify]
method_settings:
  klt: {window_px: 21}
  stiv: {}
executor_settings:
  dask: {scheduler: "tcp://host:8786"}
hook_settings:
  notify: {webhook_url: "https://example.org"}
"""


def read(folder: Path, text: str) -> BatchFile:
    path = folder / "batch.yaml"
    path.write_text(text, encoding="utf-8")
    return read_batch_yaml(path)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsFileError) as caught:
        read(folder, text)
    return [str(problem).removeprefix(f"{folder / 'batch.yaml'}, ") for problem in caught.value.problems]


def said(**data: Any) -> BatchFile:
    return batch_file(data, base=Path("/here"), place=lambda key: "--" + "-".join(map(str, key)))


def test_that_a_file_says_everything(tmp_path: Path) -> None:
    found = read(tmp_path, WHOLE)
    assert (found.scaffold, found.output) == (tmp_path / "site.ivy", Path("/results"))
    assert found.validity == Path.home() / "validity.csv"
    assert found.folder is not None
    assert found.folder.path == tmp_path / "videos"
    assert found.folder.stage_record == tmp_path / ".." / "stage.rdb"
    assert (found.folder.timezone, found.folder.max_gap_min, found.folder.datum_offset) == ("-10:00", 60.0, 315.0)
    assert (found.watch, found.name, found.priority) == (True, "May", 7)
    run = found.run_settings()
    assert (run.jobs, run.threads, run.plots, run.memory_limit) == ("auto", 2, False, "4GB")
    assert (run.job_timeout_s, run.no_progress_timeout_s, run.batch_timeout_s) == (900.0, None, 90.0)
    assert run.start_at == datetime(2026, 5, 14, 22)
    assert (run.method, run.method_settings) == ("klt", {"window_px": 21})
    assert (run.executor, run.executor_settings) == ("local", {})
    assert run.hook_settings == {"notify": {"webhook_url": "https://example.org"}}


def test_that_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "").run_settings() == RunSettings()
    assert read(tmp_path, "").given() == {}


def test_that_everything_wrong_is_said_at_once_with_line_and_nearest_key(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "scafold: a.ivy\njobs: jobs.csv\njob_timeout: soon\nmax_retries: -1\nplots: perhaps\n"
        "folder:\n  path: v\n  recursiv: yes\n  wse: high\n  alpha: 2\npriority: 11\nmethod_settings: {klt: 3}\n",
    )
    assert found == [
        "line 1, key 'scafold': unknown key 'scafold'. Call it 'scaffold' if that is meant, or remove it.",
        "line 3, key 'job_timeout': must be a duration such as 90 (seconds), 15m, 2h or 1h30m, not 'soon'."
        " Correct the value.",
        "line 8, key 'folder.recursiv': unknown key 'folder.recursiv'."
        " Call it 'recursive' if that is meant, or remove it.",
        "line 9, key 'folder.wse': must be a valid number, unable to parse string as a number, not 'high'."
        " Correct the value.",
        "line 10, key 'folder.alpha': must be less than or equal to 1, not 2. Correct the value.",
        "line 11, key 'priority': must be less than or equal to 10, not 11. Correct the value.",
        "line 12, key 'method_settings.klt': must be a valid dictionary, not 3. Correct the value.",
        "line 5, key 'plots': must be a valid boolean, unable to interpret input, not 'perhaps'. Correct the value.",
        "line 2, key 'jobs': must be a valid integer, unable to parse string as an integer or 'auto', not 'jobs.csv'."
        " It is the number of jobs at a time; the CSV of jobs goes by 'jobs_csv'.",
        "line 4, key 'max_retries': must be greater than or equal to 0, not -1. Correct the value.",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jobs_csv: j.csv\nfolder: videos\n", "line 2, key 'folder': a CSV of jobs and a folder of videos exclude"),
        (
            "folder: {path: v, wse: 1, stage_record: s}",
            "line 1, key 'folder.stage_record': one level for all videos and a stage record exclude",
        ),
        ("folder: [a, b]\n", "line 1, key 'folder': must be a valid dictionary"),
        ("job_timeout: 0\n", "line 1, key 'job_timeout': must be greater than 0, not 0.0"),
        ("start_at: tomorrow\n", "line 1, key 'start_at': must be a valid datetime"),
        ("hooks: notify\n", "line 1, key 'hooks': must be a valid tuple"),
        ("job_timeout_s: 5\n", "unknown key 'job_timeout_s'. Call it 'job_timeout'"),
    ],
)
def test_that_contradictions_and_wrong_types_are_refused(tmp_path: Path, text: str, message: str) -> None:
    assert problems(tmp_path, text)[0].startswith(message) or message in problems(tmp_path, text)[0]


def test_that_the_command_line_goes_before_the_file_and_that_before_the_template() -> None:
    template = said(jobs=4, plots=False, name="template", hooks=["notify"], folder={"pattern": "*.avi", "wse": 1.0})
    config = said(jobs=3, name="config", folder={"path": "v", "recursive": True}, job_timeout="15m")
    merged = merged_settings(template, config, said(name="given", jobs="auto", threads=1))
    assert (merged.name, merged.run.jobs, merged.run.threads, merged.run.plots) == ("given", "auto", 1, False)
    assert merged.folder is not None
    assert (merged.folder.path, merged.folder.pattern, merged.folder.recursive) == (Path("/here/v"), "*.avi", True)
    assert (merged.run.hooks, merged.run.job_timeout_s, merged.run.max_retries) == (("notify",), 900.0, 3)
    assert merged.given().keys() == {"name", "jobs", "threads", "plots", "hooks", "folder", "job_timeout"}


def test_that_no_limit_is_a_word_too() -> None:
    merged = merged_settings(None, said(job_timeout="1h"), said(job_timeout=None, no_progress_timeout=None))
    assert (merged.run.job_timeout_s, merged.run.no_progress_timeout_s) == (None, None)


def test_that_of_two_ways_in_the_one_that_goes_before_counts() -> None:
    merged = merged_settings(said(folder={"path": "v", "wse": 2.0}), None, said(folder={"stage_record": "s.rdb"}))
    assert merged.folder is not None
    assert (merged.folder.path, merged.folder.wse, merged.folder.stage_record) == (
        Path("/here/v"),
        None,
        Path("/here/s.rdb"),
    )
    merged = merged_settings(said(folder={"path": "v", "wse": 2.0}), said(jobs_csv="j.csv"))
    assert (merged.folder, merged.jobs_csv) == (None, Path("/here/j.csv"))


def test_that_settings_of_plugins_are_merged_by_name() -> None:
    lower = said(executor="dask", executor_settings={"dask": {"scheduler": "a", "workers": 2}})
    upper = said(executor_settings={"dask": {"scheduler": "b"}})
    assert merged_settings(lower, upper).run_settings().executor_settings == {"scheduler": "b", "workers": 2}
    assert merged_settings(lower, upper, said(executor="local")).run_settings().executor_settings == {}


def test_that_options_that_do_not_fit_are_named_as_options() -> None:
    with pytest.raises(SettingsFileError, match="--max_retries: must be a valid integer"):
        said(max_retries="many")
