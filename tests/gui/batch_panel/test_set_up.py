"""What the engine is told of a batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.batch.inputs.batch_file import read_batch_yaml
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.gui.batch_panel.models.jobs_sheet import SheetContent
from image_velocimetry_tools.gui.batch_panel.models.set_up import SetUp, form_problems, write_set_up

CONTENT = SheetContent(("video_path", "water_surface_elevation"), (("/videos/a.mp4", "2"),))


def test_that_the_settings_say_where_everything_is(tmp_path: Path) -> None:
    path = write_set_up(SetUp(output=tmp_path, name="May"), CONTENT, tmp_path / "site.ivy")
    said = read_batch_yaml(path)
    assert (said.name, said.output, said.scaffold) == ("May", tmp_path, tmp_path / "site.ivy")
    assert said.jobs_csv == tmp_path / "set_up" / "jobs.csv"
    assert said.run.save_projects


def test_that_choices_reach_the_engine(tmp_path: Path) -> None:
    chosen = SetUp(output=tmp_path, jobs_at_a_time="2", max_retries="1", job_timeout="15m", method="klt", plots=False)
    run = read_batch_yaml(write_set_up(chosen, CONTENT, tmp_path / "site.ivy")).run
    assert (run.jobs, run.max_retries, run.job_timeout_s, run.method, run.plots) == (2, 1, 900.0, "klt", False)


def test_that_a_file_of_settings_says_what_the_form_leaves_open(tmp_path: Path) -> None:
    more = tmp_path / "more.yaml"
    more.write_text("jobs: 3\nmax_retries: 7\nstrict: true\n")
    chosen = SetUp(output=tmp_path / "out", settings_file=more, max_retries="1")
    run = read_batch_yaml(write_set_up(chosen, CONTENT, tmp_path / "site.ivy")).run
    assert (run.jobs, run.max_retries, run.strict) == (3, 1, True)


def test_that_wrong_values_are_told_by_the_words_of_the_form_and_write_nothing(tmp_path: Path) -> None:
    chosen = SetUp(output=tmp_path / "out", jobs_at_a_time="many", job_timeout="soon")
    with pytest.raises(IvyError) as told:
        write_set_up(chosen, CONTENT, tmp_path / "site.ivy")
    assert {problem.where for problem in told.value.problems} == {"jobs at a time", "longest time of a job"}
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("alpha", ["0", "1.2", "much"])
def test_that_an_impossible_alpha_is_refused(alpha: str) -> None:
    with pytest.raises(IvyError, match="alpha"):
        SetUp(alpha=alpha).default_alpha()


def test_that_a_form_says_what_is_missing() -> None:
    told = " ".join(str(one) for one in form_problems(SetUp(uses_current_project=False), 0))
    assert "scaffold" in told
    assert "folder" in told
    assert "empty" in told
