"""The report as one page."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from reported_measurements import MADE, reported_project

from image_velocimetry_tools.domain.project import Comment, CommentCategory, Project
from image_velocimetry_tools.services.report_service import ReportService

_VOID = {"meta"}


class _Balance(HTMLParser):
    """Collects tags that are closed in another order than they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.wrong.append(tag)


def page_of(tmp_path: Path, project: Project) -> str:
    return ReportService().write_html(tmp_path / "report.html", project, user="jdoe", made=MADE).read_text("utf-8")


def test_that_the_page_needs_nothing_else(tmp_path: Path) -> None:
    page = page_of(tmp_path, reported_project())

    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert not re.search(r"@import|url\(", page)
    assert page.count("data:image/jpeg;base64,") == 3
    assert page.count("data:image/png;base64,") == 20
    checker = _Balance()
    checker.feed(page)
    assert (checker.wrong, checker.opened) == ([], [])


def test_that_figures_stand_on_the_page(tmp_path: Path) -> None:
    page = page_of(tmp_path, reported_project())

    assert "Alder Brook 01234567" in page
    assert "J. Doe, M. Østergård" in page
    assert "by jdoe" in page


def test_that_texts_of_users_are_never_markup(tmp_path: Path) -> None:
    project = reported_project()
    evil = '<script>alert("1")</script> & \x07 "quoted"'
    comments = (Comment(CommentCategory.OTHER, evil, "05/14/2024 09:00:00", evil),)
    reporting = replace(project.reporting, station_name=evil, description=evil, party=evil)
    calibration = replace(project.calibration, image_name=evil)

    page = page_of(tmp_path, replace(project, comments=comments, reporting=reporting, calibration=calibration))

    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5


@pytest.mark.parametrize(("is_outdated", "tone"), [(True, "rejected"), (False, "good")])
def test_that_the_notice_has_the_tone_of_the_verdict(tmp_path: Path, is_outdated: bool, tone: str) -> None:
    project = reported_project()
    if is_outdated:
        project = replace(project, grid=replace(project.grid, count=project.grid.count + 1))

    page = page_of(tmp_path, project)

    assert f'<section class="notice {tone}"' in page
    assert ("OUT OF DATE" in page) is is_outdated


def test_that_an_empty_project_makes_a_page(tmp_path: Path) -> None:
    page = page_of(tmp_path, Project())

    assert "No velocities have been measured." in page
    assert "None" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "nan" not in page.lower().split("</style>")[1]
