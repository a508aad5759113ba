"""A folder is a result only if it agrees with its manifest, and serves only who asks for the same."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.folders.identity import JobIdentity, MethodChoice, identity_of, sha256_of, stamp
from image_velocimetry_tools.batch.folders.manifest import (
    agrees,
    read_manifest,
    serves,
    up_to_date,
    verified,
    write_manifest,
)
from image_velocimetry_tools.batch.models import PlannedJob
from image_velocimetry_tools.domain.alpha import AlphaSource

Make = Callable[..., list[PlannedJob]]


@pytest.fixture
def job(planned: Make) -> PlannedJob:
    return planned("a")[0]


@pytest.fixture
def identity(job: PlannedJob) -> JobIdentity:
    return identity_of(job, MethodChoice(), plots=True)


@pytest.fixture
def folder(tmp_path: Path, job: PlannedJob, identity: JobIdentity) -> Path:
    found = tmp_path / "a"
    (found / "plots").mkdir(parents=True)
    (found / "a.json").write_text('{"discharge": 1.5}')
    (found / "plots" / "one.png").write_bytes(b"picture")
    video = stamp(job.job.video_path)
    assert video is not None
    video = video.model_copy(update={"sha256": sha256_of(job.job.video_path)})
    write_manifest(found, "a", 1, identity, {"video": video})
    return found


def test_that_an_untouched_folder_counts(folder: Path, job: PlannedJob, identity: JobIdentity) -> None:
    manifest = verified(folder, identity)
    assert manifest is not None
    assert manifest == read_manifest(folder) == up_to_date(folder, job, identity)
    assert [file.path for file in manifest.files] == ["a.json", "plots/one.png"]


def test_that_any_missing_or_changed_file_makes_it_none(folder: Path, identity: JobIdentity) -> None:
    for name, change in itertools.product(("a.json", "plots/one.png"), ("longer", "same size", "gone")):
        path = folder / name
        whole = path.read_bytes()
        if change == "gone":
            path.unlink()
        else:
            path.write_bytes(whole + b"x" if change == "longer" else whole[::-1])
        assert verified(folder, identity) is None, (name, change)
        path.write_bytes(whole)
    assert verified(folder, identity) is not None


def test_that_a_quick_look_reads_the_result_itself_and_the_sizes_of_the_rest(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    (folder / "plots" / "one.png").write_bytes(b"PICTURE")
    assert agrees(folder, manifest, thoroughly=False)
    assert not agrees(folder, manifest)
    (folder / "a.json").write_text('{"discharge": 9.5}')
    assert not agrees(folder, manifest, thoroughly=False)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"job_id": 1}', b"\xff"])
def test_that_a_damaged_manifest_is_none(folder: Path, identity: JobIdentity, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    assert read_manifest(folder) is None
    assert verified(folder, identity) is None
    assert read_manifest(folder / "nowhere") is None


def test_that_more_outputs_serve_who_wants_fewer_but_not_the_other_way(identity: JobIdentity) -> None:
    bare = identity.model_copy(update={"has_plots": False})
    full = identity.model_copy(update={"has_project": True})
    assert serves(identity, bare)
    assert serves(full, identity)
    assert not serves(bare, identity)
    assert not serves(identity, full)
    assert not serves(identity.model_copy(update={"velocity": "x"}), identity)
    assert not serves(identity.model_copy(update={"discharge": "x"}), identity)


def test_that_a_changed_video_makes_it_out_of_date_and_a_touched_one_does_not(
    folder: Path, job: PlannedJob, identity: JobIdentity
) -> None:
    video = job.job.video_path
    whole = video.read_bytes()
    os.utime(video, (1e9, 1e9))
    assert up_to_date(folder, job, identity) is not None
    video.write_bytes(whole[::-1])
    assert up_to_date(folder, job, identity) is None
    video.write_bytes(whole + b"more")
    assert up_to_date(folder, job, identity) is None
    video.unlink()
    assert up_to_date(folder, job, identity) is None


# -- what is part of an identity --------------------------------------------------------------------------------------


def test_that_equal_jobs_have_equal_identities(job: PlannedJob) -> None:
    same = PlannedJob(replace(job.job, extra={"x": "y"}, line=7), job.scaffold)
    assert identity_of(same, MethodChoice()) == identity_of(job, MethodChoice())


@pytest.mark.parametrize("change", [{"alpha": 0.9}, {"title": "Flood"}, {"comments": "ice"}, {"gage_height": 2.0}])
def test_that_what_comes_after_the_velocities_changes_only_the_discharge(
    job: PlannedJob, change: dict[str, object]
) -> None:
    other = identity_of(PlannedJob(replace(job.job, **change), job.scaffold), MethodChoice())
    mine = identity_of(job, MethodChoice())
    assert other.velocity == mine.velocity
    assert other.discharge != mine.discharge


def test_that_level_site_and_method_change_both(job: PlannedJob) -> None:
    mine = identity_of(job, MethodChoice())
    others = [
        identity_of(PlannedJob(replace(job.job, water_surface_elevation_m=101.5000001), job.scaffold), MethodChoice()),
        identity_of(PlannedJob(job.job, replace(job.scaffold, grid_points=21)), MethodChoice()),
        identity_of(PlannedJob(job.job, replace(job.scaffold, calibration_image=b"other")), MethodChoice()),
        identity_of(job, MethodChoice(name="klt")),
        identity_of(job, MethodChoice(version="2")),
        identity_of(job, MethodChoice(settings={"window_px": 8})),
    ]
    assert len({other.velocity for other in others} | {mine.velocity}) == 7
    assert len({other.discharge for other in others} | {mine.discharge}) == 7


def test_that_roughness_and_who_chose_the_alpha_do_not_matter(job: PlannedJob) -> None:
    rough = replace(job.scaffold.section, manning_n=(0.03, 0.08), subsection_bounds_m=(4.0,))
    changed = replace(job.scaffold, section=rough, is_alpha_set=True)
    given, said = (replace(job.job, alpha_source=source) for source in (AlphaSource.GIVEN, AlphaSource.PROJECT))
    assert identity_of(PlannedJob(said, changed), MethodChoice()) == identity_of(
        PlannedJob(given, job.scaffold), MethodChoice()
    )


def test_that_where_the_scaffold_lies_does_not_matter(job: PlannedJob) -> None:
    moved = PlannedJob(job.job, replace(job.scaffold, source_path=Path("/elsewhere/site.ivy")))
    assert identity_of(moved, MethodChoice()) == identity_of(job, MethodChoice())
