"""The page: whole, self-contained, safe, and telling everything of the report."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.reports.html import write_html_report
from image_velocimetry_tools.batch.reports.report import ReportOptions, collect_report
from image_velocimetry_tools.domain.errors import Cancelled
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.plugins.exporters import ExportedJob

_VOID = {"meta", "br"}


class _Balance(HTMLParser):
    """Notes every element that is closed in the wrong place or asks for something from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "srcset", "data") or (name == "href" and not value.startswith("#")):
                self.faults.append(f"{tag} asks for {value}")
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> in the wrong place")


@pytest.fixture
def page(source_of, tmp_path):
    def write(*jobs, units=DisplayUnits.METRIC, job_sections=True, options=None, **changes):
        report = collect_report(source_of(*jobs, units=units, **changes), options or ReportOptions())
        write_html_report(report, tmp_path / "report.html", job_sections=job_sections)
        return (tmp_path / "report.html").read_text(encoding="utf-8")

    return write


def failed_job(number=20):
    facts = {"stage": "decode", "remedies": ("Check start_time",), "attempt": 3}
    return ExportedJob(
        number, f"job_{number:03d}", "failed", Path("/v/x.mp4"), message="the clip is empty", facts=facts
    )


def checked(text):
    parser = _Balance()
    parser.feed(text)
    assert parser.faults == []
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    assert {link[1:] for link in parser.links} <= set(parser.ids)
    return parser


@pytest.mark.parametrize("units", list(DisplayUnits))
@pytest.mark.parametrize("job_sections", [True, False])
def test_that_the_page_is_well_formed_and_asks_for_nothing_from_outside(
    page, rated_jobs, measured_job, units, job_sections
):
    gauged = measured_job(10, 97.0, 6.2, extra={"gauged_discharge": "6"})
    text = page(*rated_jobs, gauged, failed_job(), units=units, job_sections=job_sections)
    checked(text)
    assert "http" not in re.sub(r"https?://www\.w3\.org/\S*", "", text)
    for picture in re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL):
        ET.fromstring(picture)
        assert "nan" not in picture
        assert "inf" not in picture


def test_that_the_page_tells_of_results_curve_gauged_values_failures_and_notes(page, rated_jobs, measured_job):
    gauged = measured_job(10, 97.0, 6.3, extra={"gauged_discharge": "6"}, comments="Ice at the bank")
    text = page(*rated_jobs, gauged, failed_job(), facts={"warnings": ["job_001 is like job_002"]})
    for words in (
        *("10 of 11", "91 %", "Rating curve", "Outliers", "job_009", "+5.0 %", "The clip is empty.", "decode"),
        *("Check start_time.", "attempt 3", "job_001 is like job_002", "Ice at the bank", "sha-job_010", "num_pixels"),
        *("unlike its neighbours (1 of 5)", "2017-06-30 12:00"),
    ):
        assert words in text, words


def test_that_every_measured_job_has_its_section(page, rated_jobs):
    text = page(*rated_jobs, failed_job())
    assert [int(number) for number in re.findall(r'<details id="job-(\d+)"', text)] == list(range(1, 10))
    section = re.search(r'<svg[^>]*aria-label="Section of job_001.*?</svg>', text, re.DOTALL)
    assert section is not None
    drawn = section[0]
    assert len(re.findall(r'class="used"', drawn)) == 4 + 1  # the legend has one of each
    assert len(re.findall(r'class="filled"', drawn)) == 1 + 1
    assert len(re.findall(r'class="unused"', drawn)) == 1 + 1
    assert len(re.findall(r'class="edge"', drawn)) == 2 + 1


def test_that_texts_of_users_cannot_break_the_page(page, measured_job):
    evil = "<script>alert('x')</script> & \"quotes\""
    job = measured_job(1, 97.0, 4.0, comments=evil, quality={"verdict": "doubtful", "reasons": [evil]})
    named = ExportedJob(1, job.job_id, "completed", Path("/v/<b>.mp4"), title=evil, result_path=job.result_path)
    failed = ExportedJob(2, "job_<2>", "failed", Path("x"), message=evil, facts={"remedies": (evil,)})
    text = page(named, failed, facts={"warnings": [evil], "settings": {evil: evil}})
    assert "<script>alert" not in text
    checked(text)


def test_that_english_units_show_si_beside_them(page, measured_job):
    text = page(measured_job(1, 96.99, 4.0), units=DisplayUnits.ENGLISH)
    assert "141.3 ft³/s (4.000 m³/s)" in text
    assert "318.209 ft" in text


def test_that_a_running_batch_says_so(page, measured_job):
    waiting = ExportedJob(2, "job_002", "pending", Path("x"))
    assert "Still running: 1 of 2 jobs have ended." in page(measured_job(1, 97.0, 4.0), waiting, is_finished=False)
    assert "Still running" not in page(measured_job(1, 97.0, 4.0))


def test_that_a_batch_of_nothing_still_makes_a_page(page):
    checked(page())


def test_that_a_cancelled_page_leaves_the_old_one_as_it_was(source_of, rated_jobs, tmp_path):
    report = collect_report(source_of(*rated_jobs), ReportOptions())
    target = tmp_path / "out" / "report.html"
    target.parent.mkdir()
    target.write_text("old")
    drawn: list[str] = []
    with pytest.raises(Cancelled):
        write_html_report(
            report, target, progress=lambda share, text: drawn.append(text), cancel=lambda: len(drawn) >= 3
        )
    assert target.read_text() == "old"
    assert [path.name for path in target.parent.iterdir()] == ["report.html"]
