from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from full_projects import full_project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from image_velocimetry_tools.api import process_video
from image_velocimetry_tools.domain.errors import Cancelled, IvyError
from image_velocimetry_tools.domain.project import (
    CommentCategory,
    GridSettings,
    PointLayout,
    PointReview,
    Project,
    StationEdit,
)
from image_velocimetry_tools.domain.scaffold import StivParameters
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.formats.project.archive import read_project, write_project
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.project_files import open_project, save_project
from image_velocimetry_tools.services.project_service import ProjectService

INPUTS = Path(__file__).parents[2] / "batch_test_data" / "inputs"
NOT_SETTINGS = {"carried", "carried_files", "metadata", "basis", "images", "comments"}
SCAFFOLDS = ("boneyard", "long", "trapezoid", "welton")


def assert_same(one: Any, other: Any, where: str = "project", tolerance: float = 0.0) -> None:
    """Both hold the same values; ``tolerance`` is relative and absolute."""
    if is_dataclass(one):
        assert type(one) is type(other), where
        for field in fields(one):
            if field.name not in NOT_SETTINGS:
                pair = getattr(one, field.name), getattr(other, field.name)
                assert_same(*pair, f"{where}.{field.name}", tolerance)
    elif isinstance(one, np.ndarray):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance, err_msg=where)
    elif isinstance(one, Mapping):
        assert list(one) == list(other), where
        for key in one:
            assert_same(one[key], other[key], f"{where}[{key}]", tolerance)
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), where
        for index, pair in enumerate(zip(one, other, strict=True)):
            assert_same(*pair, f"{where}[{index}]", tolerance)
    elif isinstance(one, float) and isinstance(other, float):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance, err_msg=where)
    else:
        assert one == other, where


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "flood.mp4"
    path.write_bytes(b"a video that nobody reads")
    return path


@pytest.fixture
def project(video: Path) -> Project:
    return full_project(video)


def test_that_everything_comes_back_as_it_was_saved(project: Project, tmp_path: Path) -> None:
    saved = save_project(tmp_path / "site", project, user="me")
    opened = open_project(saved.path)
    assert saved.path == tmp_path / "site.ivy"
    assert opened.warnings == ()
    assert_same(opened.project, saved.project)
    assert opened.project.comments == saved.project.comments
    assert opened.project.are_velocities_current


def test_that_the_discharge_is_the_same_after_opening(project: Project, tmp_path: Path) -> None:
    before = discharge_of_project(project)
    after = discharge_of_project(open_project(save_project(tmp_path / "site", project).path).project)
    assert_same(before, after, "discharge", 1e-12)
    assert after.verdict is before.verdict


def test_that_a_second_round_changes_nothing(project: Project, tmp_path: Path) -> None:
    first = open_project(save_project(tmp_path / "one", project).path).project
    save_project(tmp_path / "two", first)
    one, two = read_project(tmp_path / "one.ivy"), read_project(tmp_path / "two.ivy")
    assert two.names == one.names
    assert [name for name in one.names[1:] if one.read(name) != two.read(name)] == []
    # the metadata of the video are not looked up on opening, and stay as they were written
    assert two.data == one.data


def test_that_a_figure_that_is_not_known_is_null_in_the_file_and_stays_unknown(
    project: Project, tmp_path: Path
) -> None:
    found = project.velocities
    assert found is not None
    assert found.figures is not None
    unknown = replace(found, rectification_rmse_m=float("nan"), figures=replace(found.figures, max_froude=float("nan")))
    path = save_project(tmp_path / "site", replace(project, velocities=unknown)).path
    own: Any = read_project(path).data["ivytools_measurement"]
    json.loads(json.dumps(own["velocities"]["figures"], allow_nan=False))
    assert own["velocities"]["rectification_rmse_m"] is None
    again = open_project(path)
    assert again.warnings == ()
    assert_same(again.project.velocities, unknown, "velocities")


def test_that_space_time_images_stay_good_enough_to_review(project: Project, tmp_path: Path) -> None:
    smooth = tuple(np.tile(np.arange(206, dtype=np.uint8), (30, 1)) for _ in range(12))
    assert project.velocities is not None
    project = replace(project, velocities=replace(project.velocities, images=smooth))
    found = open_project(save_project(tmp_path / "site", project).path).project.velocities
    assert found is not None
    assert [image.shape for image in found.images] == [(30, 206)] * 12
    assert max(int(np.abs(image.astype(int) - smooth[0]).max()) for image in found.images) <= 4


CHANGES: dict[str, Callable[[Project], Any]] = {
    "video": lambda project: replace(project.video, clip=Clip(0.5, 3.25, 4)),
    "calibration": lambda project: replace(project.calibration, flip_y=True),
    "section": lambda project: replace(project.section, start_bank=Bank.LEFT),
    "grid": lambda project: replace(project.grid, count=30),
    "velocimetry": lambda project: replace(project.velocimetry, parameters=StivParameters(), method="stiv"),
}


@pytest.mark.parametrize("part", CHANGES)
def test_that_velocities_out_of_date_stay_out_of_date(part: str, project: Project, tmp_path: Path) -> None:
    before = project
    project = replace(project, **{part: CHANGES[part](project)})
    assert not project.are_velocities_current
    opened = open_project(save_project(tmp_path / "site", project).path).project
    again = open_project(save_project(tmp_path / "again", opened).path).project
    for found in (opened, again):
        assert found.velocities is not None
        assert not found.are_velocities_current
        basis = found.velocities.basis
        changed = list(basis.changed_parts(found.basis))
        assert changed == [part]
        assert_same(getattr(found, part), getattr(project, part))
        if part not in ("calibration", "section"):
            # what the velocities were measured with is known all the same
            assert_same(getattr(basis, part), getattr(before, part))


def test_that_the_film_of_the_velocities_comes_back_beside_another_one_in_its_place(
    project: Project, tmp_path: Path
) -> None:
    film = project.video.film
    assert film is not None
    swapped = replace(project, video=replace(project.video, film=replace(film, fingerprint="another")))
    again = open_project(save_project(tmp_path / "site", swapped).path).project
    assert again.velocities is not None
    assert again.velocities.basis.video.film == film
    assert again.is_film_replaced
    assert not again.are_velocities_current
    restored = replace(again, video=replace(again.video, film=film))
    assert restored.are_velocities_current


def test_that_a_moved_film_is_the_same_film_after_saving(project: Project, tmp_path: Path) -> None:
    moved = replace(project, video=replace(project.video, path=tmp_path / "elsewhere.mp4", metadata=None))
    again = open_project(save_project(tmp_path / "site", moved).path).project
    assert again.video.path == tmp_path / "elsewhere.mp4"
    assert again.are_velocities_current


def test_that_a_project_without_facts_of_its_film_goes_by_the_name(project: Project, tmp_path: Path) -> None:
    path = save_project(tmp_path / "site", project).path
    file = read_project(path)
    data: Any = json.loads(json.dumps(file.data))
    del data["ivytools_measurement"]["film"], data["ivytools_measurement"]["velocities"]["film"]
    write_project(path, data, {name: file.read(name) for name in file.names[1:]})
    again = open_project(path)
    assert again.warnings == ()
    assert again.project.video.film is None
    looked_into = replace(again.project, video=replace(again.project.video, film=project.video.film))
    assert looked_into.are_velocities_current


def test_that_an_empty_project_comes_back_empty(tmp_path: Path) -> None:
    opened = open_project(save_project(tmp_path / "empty", Project()).path)
    assert opened.warnings == ()
    assert_same(opened.project, Project())


@pytest.mark.parametrize("layout", [PointLayout.LINE, PointLayout.REGULAR])
def test_that_points_off_the_section_come_back(layout: PointLayout, project: Project, tmp_path: Path) -> None:
    assert project.velocities is not None
    project = replace(project, grid=GridSettings(layout, 12, np.array([[1.0, 2.0], [30.0, 40.0]])))
    found = replace(project.velocities, station_m=np.full(12, np.nan), basis=project.basis)
    project = replace(project, velocities=found, section=replace(project.section, line_px=None))
    found = replace(found, basis=project.basis)
    project = replace(project, velocities=found)
    path = save_project(tmp_path / "site", project).path
    opened = open_project(path)
    assert opened.warnings == ()
    assert_same(opened.project, project)
    assert ("3-grids/results_grid.csv" in read_project(path).names) == (layout is PointLayout.REGULAR)


def test_that_a_direction_nobody_stated_is_not_for_batches(project: Project, tmp_path: Path) -> None:
    project = replace(project, velocimetry=replace(project.velocimetry, is_direction_set=False))
    path = save_project(tmp_path / "site", project).path
    assert not open_project(path).project.velocimetry.is_direction_set
    assert open_project(path).warnings == ()
    with pytest.raises(IvyError, match="stiv_phi_origin"):
        ProjectService().load_scaffold(path)


def test_that_saving_notes_the_discharge_once(project: Project, tmp_path: Path) -> None:
    first = save_project(tmp_path / "site", project, user="me").project
    again = save_project(tmp_path / "site", first, user="you").project
    changed = replace(again, discharge=replace(again.discharge, alpha=0.5))
    last = save_project(tmp_path / "site", changed, user="you").project
    entries = [comment for comment in last.comments if comment.category is CommentCategory.SYSTEM]
    assert [entry.user for entry in entries] == ["me", "you"]
    found = discharge_of_project(project).measurement
    expected = f"File Saved Q = {found.discharge.discharge_m3s / 0.3048**3:.2f} (ft³/s) (ISO Uncert.) "
    assert entries[0].text == f"{expected}{found.iso.u95_percent:.2f}%"
    assert again.comments == first.comments
    assert save_project(tmp_path / "copy", project, notes_discharge=False).project is project


def test_that_a_stopped_save_leaves_the_file_as_it_was(project: Project, tmp_path: Path) -> None:
    path = save_project(tmp_path / "site", Project()).path
    before = path.read_bytes()
    stop = threading.Event()
    seen: list[float] = []

    def progress(fraction: float) -> None:
        seen.append(fraction)
        if fraction > 0.5:
            stop.set()

    with pytest.raises(Cancelled):
        save_project(path, project, progress=progress, cancel=stop)
    assert path.read_bytes() == before
    assert list(tmp_path.glob(".*")) == []
    stop.clear()
    save_project(path, project, progress=seen.append, cancel=stop)
    assert seen[-1] == 1.0
    stop.set()
    with pytest.raises(Cancelled):
        open_project(path, cancel=stop)


@pytest.mark.parametrize("site", SCAFFOLDS)
def test_that_a_reference_scaffold_is_the_same_after_saving(site: str, shared_data: Path, tmp_path: Path) -> None:
    check_scaffold(shared_data / site / "scaffold_project.ivy", tmp_path)


def test_that_the_example_scaffold_is_the_same_after_saving(tmp_path: Path) -> None:
    check_scaffold(INPUTS / "scaffold_project.ivy", tmp_path)


def check_scaffold(path: Path, folder: Path) -> None:
    service = ProjectService()
    opened = service.open(path)
    assert opened.warnings == ()
    saved = service.save(folder / "saved", opened.project)
    original, again = service.load_scaffold(path), service.load_scaffold(saved.path)
    assert again.warnings == original.warnings == ()
    for field in fields(original.scaffold):
        if field.name not in ("project", "source_path"):
            assert_same(getattr(original.scaffold, field.name), getattr(again.scaffold, field.name), field.name)
    member = "5-discharge/cross_section_ac3.mat"
    assert read_project(saved.path).read(member) == read_project(path).read(member)


@pytest.fixture(scope="module", params=[(1, 413.4, 0.85), (2, 413.9, 0.8)], ids=["good", "with_rejected_points"])
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The project of one job of a batch, and its result; at the other level some points are set aside."""
    number, level, alpha = request.param
    folder = tmp_path_factory.mktemp("batch")
    result = process_video(
        scaffold_path=INPUTS / "scaffold_project.ivy",
        video_path=INPUTS / "videos" / f"alder_mill_{number}.mp4",
        water_surface_elevation=level,
        output_directory=folder,
        alpha=alpha,
        plots=False,
        save_project=True,
        comments="from a batch",
    )
    assert result.result_path is not None
    return next(folder.rglob("*.ivy")), json.loads(result.result_path.read_text())


def test_that_the_project_of_a_batch_opens_with_its_discharge(measured: tuple[Path, dict[str, Any]]) -> None:
    path, result = measured
    opened = open_project(path)
    assert opened.warnings == ()
    found = discharge_of_project(opened.project)
    assert found.measurement.discharge.discharge_m3s == pytest.approx(result["discharge_m3s"], rel=1e-9)
    assert found.measurement.iso.u95_percent == pytest.approx(result["uncertainty"]["iso_u95"], rel=1e-9)
    assert found.is_current
    assert found.verdict == result["quality"]["verdict"]
    assert list(found.reasons) == result["quality"]["reasons"]
    assert found.measurement.is_used.tolist() == [point["used"] for point in result["points"]]


def test_that_the_project_of_a_batch_keeps_its_discharge_when_usgs_ivytools_saved_it(
    measured: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """That program keeps its own keys only, so that there is no verdict any more."""
    path, result = measured
    state = dict(read_project(path).data)
    del state["ivytools_measurement"]
    opened = open_project(write_usgs(tmp_path / "usgs.ivy", path, state))
    assert opened.warnings == ()
    found = discharge_of_project(opened.project)
    assert found.measurement.discharge.discharge_m3s == pytest.approx(result["discharge_m3s"], rel=1e-9)
    assert found.measurement.iso.u95_percent == pytest.approx(result["uncertainty"]["iso_u95"], rel=1e-9)
    assert found.is_current
    assert found.verdict is None
    assert found.measurement.is_used.tolist() == [point["used"] for point in result["points"]]
    assert opened.project.velocities is not None
    stations = [point["station_m"] for point in result["points"]]
    np.testing.assert_allclose(opened.project.velocities.station_m, stations, rtol=0, atol=1e-9)


def test_that_the_project_of_a_batch_holds_points_and_words(measured: tuple[Path, dict[str, Any]]) -> None:
    path, result = measured
    project = open_project(path).project
    velocities = project.velocities
    assert velocities is not None
    np.testing.assert_allclose(velocities.station_m, [p["station_m"] for p in result["points"]], rtol=0, atol=1e-9)
    assert len(velocities.images) == 25
    assert velocities.interval_s == pytest.approx(1 / 25, rel=0.5)
    assert np.hypot(*velocities.downstream) == pytest.approx(1.0)
    assert velocities.rectification_rmse_m > 0.0
    assert project.video.path is not None
    assert project.video.path.is_file()
    assert any(comment.text == "from a batch" for comment in project.comments)


def test_that_the_project_of_a_batch_can_be_saved_and_opened_again(
    measured: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    path, result = measured
    opened = open_project(path).project
    again = open_project(save_project(tmp_path / "again", opened).path)
    assert again.warnings == ()
    assert_same(again.project.velocities, opened.velocities, "velocities")
    found = discharge_of_project(again.project).measurement.discharge.discharge_m3s
    assert found == pytest.approx(result["discharge_m3s"], rel=1e-12)
    images = [name for name in read_project(path).names if "STI_" in name]
    assert images
    assert all(read_project(path).read(n) == read_project(tmp_path / "again.ivy").read(n) for n in images)


def test_that_a_batch_measures_with_a_saved_project_as_its_scaffold(tmp_path: Path) -> None:
    opened = open_project(INPUTS / "scaffold_project.ivy").project
    saved = save_project(tmp_path / "mine", opened).path
    results = [
        process_video(
            scaffold_path=scaffold,
            video_path=INPUTS / "videos" / "alder_mill_1.mp4",
            water_surface_elevation=413.4,
            output_directory=tmp_path / scaffold.stem,
            plots=False,
        )
        for scaffold in (INPUTS / "scaffold_project.ivy", saved)
    ]
    assert results[0].success
    assert results[1].total_discharge == results[0].total_discharge


def test_that_the_job_of_an_own_project_forgets_what_was_measured_by_hand(project: Project, tmp_path: Path) -> None:
    site = open_project(INPUTS / "scaffold_project.ivy").project
    by_hand = replace(site, discharge=replace(project.discharge, alpha=0.7), reviews=project.reviews)
    saved = save_project(tmp_path / "mine", by_hand).path
    process_video(
        scaffold_path=saved,
        video_path=INPUTS / "videos" / "alder_mill_1.mp4",
        water_surface_elevation=413.4,
        output_directory=tmp_path / "out",
        plots=False,
        save_project=True,
    )
    job = open_project(next((tmp_path / "out").rglob("*.ivy"))).project
    assert job.reviews == {}
    assert job.discharge.alpha == 0.7
    assert job.discharge.gap_rule == "froude"
    assert job.velocities is not None
    assert np.isfinite(job.velocities.station_m).all()


@pytest.fixture
def usgs_state(project: Project, tmp_path: Path) -> dict[str, Any]:
    """What USGS IVyTools holds of the measurement: none of our own keys, amounts of velocities, its table."""
    plain = replace(project, discharge=replace(project.discharge, stations={}, gap_rule="froude"), reviews={})
    data: dict[str, Any] = dict(read_project(save_project(tmp_path / "plain", plain).path).data)
    # the stations of the sample do not lie on its line, so its table says nothing here
    for key in ("ivytools_measurement", "grid_points", "alpha", "discharge_results"):
        del data[key]
    data["stiv_magnitude_normals"] = json.dumps([abs(v) for v in json.loads(data["stiv_magnitude_normals"])])
    return data


def write_usgs(path: Path, plain: Path, state: dict[str, Any]) -> Path:
    archive = read_project(plain)
    write_project(path, state, {name: archive.read(name) for name in archive.names[1:]})
    return path


def test_that_a_project_of_usgs_ivytools_has_stations_and_a_discharge(
    usgs_state: dict[str, Any], project: Project, tmp_path: Path
) -> None:
    opened = open_project(write_usgs(tmp_path / "usgs.ivy", tmp_path / "plain.ivy", usgs_state))
    found = opened.project.velocities
    assert opened.warnings == ()
    assert found is not None
    assert project.velocities is not None
    # right bank at the start: stations fall along the line, from edge to edge of the water
    assert (np.diff(found.station_m) < 0.0).all()
    assert found.figures is None
    assert np.isnan(found.quality).all()
    assert set(found.own_flags) == {()}
    np.testing.assert_array_equal(found.speed_mps, project.velocities.speed_mps)
    measured = discharge_of_project(opened.project)
    assert measured.is_current
    assert measured.measurement.discharge.discharge_m3s > 0.0


def test_that_decisions_in_the_station_table_of_usgs_ivytools_are_kept(
    usgs_state: dict[str, Any], tmp_path: Path
) -> None:
    opened = open_project(write_usgs(tmp_path / "usgs.ivy", tmp_path / "plain.ivy", usgs_state)).project
    assert opened.velocities is not None
    speeds = [0.0 if np.isnan(v) else abs(float(v)) for v in opened.velocities.normal_mps]
    rows = [(s, 0.87) for s in (0.0, *speeds, 0.0)]
    table = {
        str(i): {"ID": i, "Status": "Used", "Station Distance": float(i), "α (alpha)": a, "Surface Velocity": v}
        for i, (v, a) in enumerate(rows)
    }
    # line order here is falling station, the table's is rising: row 1 is the last point
    table["1"]["Status"] = "Not Used"
    table["2"]["α (alpha)"] = 0.9
    for i in range(1, 13):
        table[str(i)]["Surface Velocity"] = speeds[12 - i]
    table["4"]["Surface Velocity"] = 0.123
    usgs_state["discharge_results"] = table
    edits = open_project(write_usgs(tmp_path / "usgs.ivy", tmp_path / "plain.ivy", usgs_state)).project.discharge
    assert edits.alpha == 0.87
    assert edits.stations == {
        11: StationEdit(is_used=False),
        10: StationEdit(alpha=0.9),
        8: StationEdit(velocity_mps=0.123),
    }


def test_that_lines_of_usgs_ivytools_are_upstream_where_their_velocity_is(
    usgs_state: dict[str, Any], tmp_path: Path
) -> None:
    normals = json.loads(usgs_state["stiv_magnitude_normals"])
    normals[3] = -normals[3]
    lines: list[Any] = [[] for _ in normals]
    lines[2], lines[3] = [[[0.0, 1.0], [5.0, 9.0]]], [[0.0, 1.0], [5.0, 9.0]]
    usgs_state |= {"stiv_magnitude_normals": json.dumps(normals), "manual_sti_lines": lines}
    opened = open_project(write_usgs(tmp_path / "usgs.ivy", tmp_path / "plain.ivy", usgs_state)).project
    line = ((0.0, 1.0, 5.0, 9.0),)
    assert opened.reviews == {2: PointReview(line), 3: PointReview(line, is_upstream=True)}


def test_that_a_table_that_does_not_fit_is_told_and_left_out(usgs_state: dict[str, Any], tmp_path: Path) -> None:
    usgs_state["discharge_results"] = {str(i): {"Status": "Not Used"} for i in range(5)}
    opened = open_project(write_usgs(tmp_path / "usgs.ivy", tmp_path / "plain.ivy", usgs_state))
    assert opened.project.discharge.stations == {}
    assert any("table of stations does not fit" in warning for warning in opened.warnings)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -1, 1e308, 1e-300, float("inf"), "NaN", "[[1, 2], [3]]", "[NaN]", "00:99:00"])
    | st.floats()
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], dict[str, bytes]]:
    """Folder, state and files of a full project, small enough to be written a hundred times."""
    folder = tmp_path_factory.mktemp("odd")
    found = full_project()
    assert found.velocities is not None
    found = replace(found, velocities=replace(found.velocities, images=()))
    archive = read_project(save_project(folder / "whole", found, user="me").path)
    return folder, archive.data, {name: archive.read(name) for name in archive.names[1:]}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_that_odd_values_never_break_the_opening(
    data: st.DataObject, whole: tuple[Path, dict[str, Any], dict[str, bytes]]
) -> None:
    folder, state, files = whole
    odd: dict[str, Any] = json.loads(json.dumps(state))
    is_foreign = data.draw(st.booleans())
    if is_foreign:
        del odd["ivytools_measurement"]
    places: list[dict[str, Any]] = [odd, *(part for part in odd.values() if isinstance(part, dict))]
    own = odd.get("ivytools_measurement", {})
    places += [part for part in own.values() if isinstance(part, dict)]
    for _ in range(data.draw(st.integers(1, 4))):
        part = data.draw(st.sampled_from([place for place in places if place]))
        key = data.draw(st.sampled_from(sorted(part)))
        if data.draw(st.booleans()):
            part[key] = data.draw(JSON_VALUES)
        else:
            part.pop(key)
            places = [place for place in places if place]
    kept = {name: content for name, content in files.items() if data.draw(st.integers(0, 9)) or name.endswith("jpg")}
    write_project(folder / "odd.ivy", odd, kept)
    opened = open_project(folder / "odd.ivy")
    try:
        again = save_project(folder / "odd_again", opened.project)
    except IvyError:
        return
    open_project(again.path)


@pytest.mark.parametrize(
    "member",
    ["2-orthorectification/!calibration_image.jpg", "5-discharge/cross_section_ac3.mat", "1-images/STI_0003.jpg"],
)
def test_that_a_damaged_file_inside_leaves_the_rest(
    member: str, project: Project, tmp_path: Path, damage: Callable[[Path, str], None]
) -> None:
    path = save_project(tmp_path / "site", project).path
    damage(path, member)
    opened = open_project(path)
    assert opened.warnings
    assert opened.project.velocities is not None
    assert opened.project.reporting == project.reporting


@pytest.fixture
def damage() -> Callable[[Path, str], None]:
    def cut(path: Path, member: str) -> None:
        with zipfile.ZipFile(path) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
        contents[member] = contents[member][:20]
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in contents.items():
                archive.writestr(name, content)

    return cut


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 and nothing"])
def test_that_only_what_is_no_project_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.ivy").write_bytes(content)
    with pytest.raises(IvyError):
        open_project(tmp_path / "x.ivy")
    with pytest.raises(IvyError, match="does not exist"):
        open_project(tmp_path / "y.ivy")
