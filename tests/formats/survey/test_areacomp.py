from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import loadmat, savemat

from image_velocimetry_tools.domain.errors import IvyError, SectionError
from image_velocimetry_tools.domain.section import Bank, SubSurvey
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.survey.areacomp import read_areacomp, write_areacomp
from image_velocimetry_tools.formats.survey.matlab_v5 import MatlabFileError, read_matlab
from image_velocimetry_tools.numerics.section import wetted
from image_velocimetry_tools.numerics.section_merge import merge_sub_surveys

TABLE = [[0.0, 3.0, 3.0], [2.0, 1.0, 1.0], [4.0, 3.0, 3.0]]


def survey(**changes: Any) -> dict[str, Any]:
    record = {
        "stage": 0.0,
        "stationOffset": 0.0,
        "file_id": "A.csv",
        "survey_type": "CSV",
        "csv_survey": np.array(TABLE),
        "start_edge": "LEW",
    }
    return record | changes


def mat(**variables: Any) -> bytes:
    content = {"units": "Metric", "survey_names": ["A.csv"], "A.csv": survey()} | variables
    stream = io.BytesIO()
    savemat(stream, {key: value for key, value in content.items() if value is not None})
    return stream.getvalue()


def message_of(content: bytes) -> str:
    with pytest.raises(SectionError) as caught:
        read_areacomp(content, name="x.mat")
    assert caught.value.remedy
    assert "x.mat" in str(caught.value)
    return str(caught.value)


def test_that_the_boneyard_section_has_its_areas(shared_data: Path) -> None:
    section = read_areacomp(shared_data / "boneyard_site" / "Cross-Section_AC3_meters.mat")
    (only,) = section.sub_surveys
    assert (section.units, section.version, section.manning_n) == (DisplayUnits.ENGLISH, "1.3.4", (0.01,))
    assert (only.name, only.survey_type, only.start_edge, len(only.station_m)) == (
        "Cross-Section-eng.csv",
        "CSV",
        Bank.LEFT,
        101,
    )
    assert section.subsection_bounds_m == ()
    merged = merge_sub_surveys(section.sub_surveys)
    areas = [wetted(merged, level_ft * 0.3048).area_m2 for level_ft in (317.6, 318.211, 318.6)]
    assert areas == pytest.approx([4.04233, 5.15978, 5.87122], abs=5e-6)


def test_that_our_reader_and_scipy_read_the_same(shared_data: Path) -> None:
    path = shared_data / "boneyard_site" / "Cross-Section_AC3_meters.mat"
    ours, theirs = read_matlab(path.read_bytes()), loadmat(path)
    assert set(ours) == {name for name in theirs if not name.startswith("__")}
    for name in ("maxStage", "minStage", "increment", "subsection", "n_values", "char_stage"):
        np.testing.assert_array_equal(ours[name], theirs[name])
    record: Any = ours["Cross-Section-eng.csv"]
    np.testing.assert_array_equal(record[0]["csv_survey"], theirs["Cross-Section-eng.csv"]["csv_survey"][0, 0])


@pytest.mark.parametrize("do_compression", [False, True])
def test_that_every_kind_of_value_is_read(do_compression: bool) -> None:
    stream = io.BytesIO()
    values = {
        "double": np.arange(6.0).reshape(2, 3),
        "tiny": np.array([[7]], dtype=np.uint8),
        "int": np.array([[-3]]),
        "single": np.float32([[1.5]]),
        "text": "Ä 1",
        "rows": ["ab", "cde"],
        "empty": np.zeros((0, 2)),
        "no_text": "",
        "cell": np.array([[1.0, "x"]], dtype=object),
        "nested": {"a": {"b": 2.0}},
        "yes": np.array([[True]]),
    }
    savemat(stream, values, do_compression=do_compression)
    read: Any = read_matlab(stream.getvalue())
    np.testing.assert_array_equal(read["double"], values["double"])
    assert (read["tiny"][0, 0], read["int"][0, 0], read["single"][0, 0], read["yes"][0, 0]) == (7, -3, 1.5, 1)
    assert (read["text"], read["rows"], read["no_text"], read["empty"].shape) == ("Ä 1", ["ab", "cde"], "", (0, 2))
    assert (read["cell"][0].item(), read["cell"][1]) == (1.0, "x")
    assert read["nested"][0]["a"][0]["b"].item() == 2.0


def test_that_a_written_section_reads_back_and_is_what_scipy_expects(tmp_path: Path) -> None:
    path = tmp_path / "s.mat"
    first = SubSurvey("Main-1.csv", np.array([0.0, 0.0, 5.0]), np.array([3.0, 1.0, 1.25]), stage_offset_m=0.5)
    second = SubSurvey(
        "Side.csv", np.array([0.0, 2.0]), np.array([1.0, 3.0]), station_offset_m=5.0, start_edge=Bank.RIGHT
    )
    write_areacomp(path, [first, second], DisplayUnits.ENGLISH, manning_n=[0.04])
    read = read_areacomp(path)
    assert read.warnings == ()
    assert read.manning_n == (0.04,)
    for written, found in zip((first, second), read.sub_surveys, strict=True):
        np.testing.assert_allclose(found.station_m, written.station_m, atol=1e-12)
        np.testing.assert_allclose(found.elevation_m, written.elevation_m, atol=1e-12)
        assert (found.name, found.start_edge) == (written.name, written.start_edge)
        assert found.station_offset_m == pytest.approx(written.station_offset_m)
        assert found.stage_offset_m == pytest.approx(written.stage_offset_m)
    theirs = loadmat(path)
    assert theirs["units"][0] == "English"
    assert theirs["maxStage"].item() == pytest.approx(3.5 / 0.3048)
    assert theirs["manual_survey"].shape == (0, 2)
    assert [name.strip() for name in theirs["survey_names"]] == ["Main-1.csv", "Side.csv"]
    record = theirs["Main-1.csv"]
    assert set(record.dtype.names) == {"stage", "stationOffset", "file_id", "survey_type", "csv_survey", "start_edge"}
    np.testing.assert_allclose(record["csv_survey"][0, 0][:, 2] - record["csv_survey"][0, 0][:, 1], 0.5 / 0.3048)


def test_that_feet_are_converted_exactly() -> None:
    (only,) = read_areacomp(mat(units="English")).sub_surveys
    np.testing.assert_array_equal(only.station_m, np.array([0.0, 2.0, 4.0]) * 0.3048)


def test_that_without_an_offset_the_adjusted_stage_counts() -> None:
    table = np.add(TABLE, [0.0, 0.0, 0.25])
    (only,) = read_areacomp(mat(**{"A.csv": survey(csv_survey=table)})).sub_surveys
    np.testing.assert_array_equal(only.elevation_m, [3.25, 1.25, 3.25])


def test_that_an_offset_is_applied_once() -> None:
    table = np.add(TABLE, [0.0, 0.0, 0.5])
    read = read_areacomp(mat(**{"A.csv": survey(csv_survey=table, stage=0.5)}))
    np.testing.assert_array_equal(read.sub_surveys[0].elevation_m, [3.0, 1.0, 3.0])
    np.testing.assert_array_equal(merge_sub_surveys(read.sub_surveys).elevation_m, [3.5, 1.5, 3.5])
    assert read.warnings == ()


def test_that_an_adjusted_stage_that_is_out_of_date_is_warned_of() -> None:
    read = read_areacomp(mat(**{"A.csv": survey(stage=0.5)}))
    np.testing.assert_array_equal(merge_sub_surveys(read.sub_surveys).elevation_m, [3.5, 1.5, 3.5])
    assert "adjusted stages are not the surveyed ones plus the stage offset of 0.5" in read.warnings[0]


def test_that_two_columns_and_rows_without_numbers_are_enough() -> None:
    table = np.array([[0.0, 3.0], [np.nan, np.nan], [4.0, 1.0]])
    (only,) = read_areacomp(mat(**{"A.csv": survey(csv_survey=table)})).sub_surveys
    np.testing.assert_array_equal(only.station_m, [0.0, 4.0])


@pytest.mark.parametrize("cells", [False, True])
def test_that_points_added_by_hand_are_a_survey_of_their_own(cells: bool) -> None:
    points: Any = np.array([[3.0, 2.5], [1.0, 2.0]])
    read = read_areacomp(mat(manual_survey=points.astype(object) if cells else points))
    manual = read.sub_surveys[-1]
    assert manual.survey_type == "manual"
    np.testing.assert_array_equal([manual.station_m, manual.elevation_m], [[1.0, 3.0], [2.0, 2.5]])


def test_that_units_must_be_known() -> None:
    assert "the cross-section is in unknown units 'Furlong'" in message_of(mat(units="Furlong"))
    assert "does not name its units" in message_of(mat(units=None))


def test_that_unsorted_stations_are_named() -> None:
    table = np.array([[0.0, 3.0, 3.0], [4.0, 1.0, 1.0], [2.0, 3.0, 3.0]])
    text = message_of(mat(**{"A.csv": survey(csv_survey=table)}))
    assert "survey 'A.csv': the stations are not sorted: point 3 at 2 follows 4" in text


def test_that_all_that_is_wrong_with_surveys_is_said_at_once() -> None:
    bad = np.array(TABLE)
    bad[1, 1] = np.inf
    text = message_of(
        mat(
            survey_names=["A.csv", "B.csv", "C.csv", "gone.csv"],
            **{
                "A.csv": survey(csv_survey=bad),
                "B.csv": survey(csv_survey=np.zeros((1, 3))),
                "C.csv": survey(start_edge="UP", stage=np.nan),
            },
        )
    )
    assert "survey 'A.csv': point 2 is not a finite number" in text
    assert "survey 'B.csv': the survey has 1 points" in text
    assert "survey 'C.csv': the start edge is 'UP', not LEW or REW" in text
    assert "survey 'C.csv': the offset 'stage' is not a finite number" in text
    assert "names the survey 'gone.csv' but does not hold it" in text


def test_that_a_survey_needs_a_table_and_a_section_a_survey() -> None:
    assert "holds no table of stations" in message_of(mat(**{"A.csv": survey(csv_survey="none")}))
    assert "holds no survey" in message_of(mat(**{"A.csv": None, "survey_names": None}))
    assert "not pairs of numbers" in message_of(mat(manual_survey=np.zeros((2, 3))))


def test_that_files_that_cannot_be_read_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SectionError, match=r"no\.mat: the cross-section cannot be read: No such file"):
        read_areacomp(tmp_path / "no.mat")
    assert "it is too short" in message_of(b"short")
    assert "does not begin like a MATLAB 5 file" in message_of(b"x" * 300)
    assert "MATLAB 7.3 file" in message_of(b"\x89HDF\r\n\x1a\n" + bytes(300))
    assert "it is cut off" in message_of(mat()[:-40])


def test_that_a_compressed_bomb_is_refused() -> None:
    stream = io.BytesIO()
    savemat(stream, {"zeros": np.zeros((3000, 3000))}, do_compression=True)
    with pytest.raises(MatlabFileError, match="implausibly large"):
        read_matlab(stream.getvalue())


_GOOD = {"plain": mat(manual_survey=np.zeros((0, 2), dtype=object))}
_stream = io.BytesIO()
savemat(_stream, {"units": "Metric", "A.csv": survey()}, do_compression=True)
_GOOD["compressed"] = _stream.getvalue()


@settings(max_examples=400, deadline=None)
@given(
    kind=st.sampled_from(sorted(_GOOD)),
    changes=st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_that_mutated_files_raise_nothing_but_our_errors(kind: str, changes: list[tuple[int, int]]) -> None:
    content = bytearray(_GOOD[kind])
    for position, value in changes:
        content[position % len(content)] = value
    try:
        section = read_areacomp(bytes(content))
    except IvyError:
        return
    assert all(np.isfinite(part.elevation_m).all() for part in section.sub_surveys)


@given(st.binary(max_size=400))
def test_that_random_bytes_after_a_good_header_raise_nothing_but_our_errors(content: bytes) -> None:
    with pytest.raises(SectionError):
        read_areacomp(_GOOD["plain"][:128] + content)


def test_that_a_table_in_place_of_an_areacomp_file_is_told_where_it_can_go(tmp_path: Path) -> None:
    path = tmp_path / "section.csv"
    path.write_text("Station (m),Depth (m)\n0,0\n5,1\n", "utf-8")
    with pytest.raises(SectionError, match="must be an AreaComp file") as caught:
        read_areacomp(path)
    assert "imported in the desktop application" in caught.value.remedy
