from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.job.job_json import job_from_json, job_json
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.domain.video import Clip

TEXT = st.text(max_size=8)
FIGURE = st.floats(allow_nan=False)
COLUMNS = st.dictionaries(TEXT, TEXT, max_size=3)

JOBS = st.builds(
    BatchJob,
    job_id=TEXT,
    # Names that are no valid Unicode reach a program as lone surrogates.
    video_path=st.text(st.characters(exclude_characters="\0/"), min_size=1, max_size=8).map(lambda n: Path("/v") / n),
    water_surface_elevation_m=FIGURE,
    alpha=FIGURE,
    clip=st.builds(Clip, st.none() | FIGURE, st.none() | FIGURE, st.integers(1, 9)),
    measurement_number=st.none() | st.integers(),
    measurement_date=st.none() | TEXT,
    measurement_time=st.none() | TEXT,
    gage_height=st.none() | FIGURE,
    comments=st.none() | TEXT,
    title=TEXT,
    overrides=COLUMNS,
    extra=COLUMNS,
    line=st.none() | st.integers(1),
)


@given(JOBS)
def test_that_a_job_comes_back_equal_from_json(job: BatchJob) -> None:
    assert job_from_json(json.loads(json.dumps(job_json(job)))) == job


def test_that_keys_of_a_later_version_are_left_out() -> None:
    job = BatchJob("a", Path("/a.mp4"), 1.0, clip=Clip(1.0, 2.0))
    values = job_json(job)
    values["tide"] = 3
    values["clip"]["reverse"] = True

    assert job_from_json(values) == job


def test_that_keys_an_earlier_version_did_not_know_have_their_default() -> None:
    values = {"job_id": "a", "video_path": "/a.mp4", "water_surface_elevation_m": 1.0}

    assert job_from_json(values) == BatchJob("a", Path("/a.mp4"), 1.0)
