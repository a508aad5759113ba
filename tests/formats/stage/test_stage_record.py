from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import StageRecordError
from image_velocimetry_tools.domain.units import ENGLISH, METRIC, UnitSystem
from image_velocimetry_tools.formats.stage.stage_record import StageRecord, read_stage_record

NWIS = "# comment\n#\nagency_cd\tsite_no\tdatetime\ttz_cd\t43559_00065\t43559_00065_cd\n5s\t15s\t20d\t6s\t14n\t10s\n"
CHICAGO = "America/Chicago"


def read(folder: Path, text: str | bytes, **options: Any) -> StageRecord:
    path = folder / "stage.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_stage_record(path, **options)


def message_of(folder: Path, text: str | bytes, **options: Any) -> str:
    with pytest.raises(StageRecordError) as caught:
        read(folder, text, **options)
    assert caught.value.remedy
    assert str(folder / "stage.txt") in str(caught.value)
    return str(caught.value)


def site(*rows: str) -> str:
    return NWIS + "".join(f"USGS\t1\t{row}\tA\n" for row in rows)


@pytest.fixture
def sample(shared_data: Path) -> StageRecord:
    path = shared_data / "boneyard_site" / "stage_sample.rdb"
    return read_stage_record(path, timezone=CHICAGO, datum_offset=315.0)


def test_that_the_sample_gives_levels_in_the_datum_of_the_control_points(sample: StageRecord) -> None:
    assert sample.column == "43559_00065"
    assert sample.level_at(datetime(2017, 6, 30, 11, 55)) == pytest.approx(318.42)
    assert sample.level_at(datetime(2017, 6, 30, 16, 55, tzinfo=UTC)) == pytest.approx(318.42)
    assert sample.level_at(datetime(2017, 6, 30, 11, 57, 30)) == pytest.approx(318.435)


def test_that_a_non_number_is_bridged_and_said(sample: StageRecord) -> None:
    assert sample.level_at(datetime(2017, 6, 30, 11, 15)) == pytest.approx(318.20)
    (warning,) = sample.warnings
    assert "without a level (such as 'Ice') left out" in warning


def test_that_a_gap_is_refused_with_its_neighbours(sample: StageRecord) -> None:
    with pytest.raises(StageRecordError) as caught:
        sample.level_at(datetime(2017, 6, 30, 13, 30))
    text = str(caught.value)
    assert "2017-06-30 13:30:00 lies in a gap of 60 min" in text
    assert (
        "between 318.36 at 2017-06-30 13:15 CDT and 318.12 at 2017-06-30 14:15 CDT; the largest gap is 30 min" in text
    )


def test_that_a_larger_gap_can_be_allowed(shared_data: Path) -> None:
    path = shared_data / "boneyard_site" / "stage_sample.rdb"
    record = read_stage_record(path, timezone=CHICAGO, max_gap=timedelta(hours=1))
    assert record.level_at(datetime(2017, 6, 30, 13, 45)) == pytest.approx((3.36 + 3.12) / 2)


def test_that_nothing_is_extrapolated(sample: StageRecord) -> None:
    with pytest.raises(StageRecordError, match=r"is before all readings .* 318\.1 at 2017-06-30 10:00 CDT"):
        sample.level_at(datetime(2017, 6, 30, 9, 59, 59))
    with pytest.raises(StageRecordError, match=r"is after all readings .* 318\.1 at 2017-06-30 15:00 CDT"):
        sample.level_at(datetime(2017, 6, 30, 15, 0, 1))
    assert sample.level_at(datetime(2017, 6, 30, 15)) == pytest.approx(318.1)


def test_that_a_video_time_is_never_taken_to_be_in_the_zone_of_the_gauge(shared_data: Path) -> None:
    record = read_stage_record(shared_data / "boneyard_site" / "stage_sample.rdb")
    with pytest.raises(StageRecordError, match="has no time zone") as caught:
        record.level_at(datetime(2017, 6, 30, 12))
    assert "--timezone" in caught.value.remedy


def test_that_standard_time_of_the_gauge_and_daylight_time_of_the_camera_are_an_hour_apart(tmp_path: Path) -> None:
    rows = [f"2017-06-30 {hour:02d}:00\tCST\t{hour}.0" for hour in range(9, 14)]
    record = read(tmp_path, site(*rows), timezone=CHICAGO)
    assert record.level_at(datetime(2017, 6, 30, 12)) == 11.0


def test_that_the_discharge_record_is_not_taken_for_levels(shared_data: Path) -> None:
    with pytest.raises(StageRecordError, match=r"has no level column .*Discharge_cfs"):
        read_stage_record(shared_data / "boneyard_site" / "03337000_results.txt")
    chosen = read_stage_record(shared_data / "boneyard_site" / "03337000_results.txt", column="Discharge_cfs")
    # 11:00 CST, which is noon on the clock of the camera, is 163 cfs in the published record.
    assert chosen.level_at(datetime(2017, 6, 30, 17, 0, tzinfo=UTC)) == 163.0


def test_that_a_csv_with_offsets_needs_no_zone(tmp_path: Path) -> None:
    text = "time,stage_m\n2017-06-30T10:00:00-05:00,1.0\n2017-06-30T15:10:00Z,2.0\n2017-06-30 15:20 UTC,3.0\n"
    record = read(tmp_path, text)
    assert record.level_at(datetime(2017, 6, 30, 15, 5, tzinfo=UTC)) == pytest.approx(1.5)
    assert record.level_at(datetime(2017, 6, 30, 15, 20, tzinfo=UTC)) == 3.0


def test_that_semicolons_decimal_commas_and_two_time_columns_are_read(tmp_path: Path) -> None:
    text = "Date;Time;Level\n2017/6/3;10:00;1,5\n2017/06/03;10:10;2,5\n"
    record = read(tmp_path, text, timezone="UTC")
    assert record.level_at(datetime(2017, 6, 3, 10, 5)) == pytest.approx(2.0)


def test_that_naive_times_need_a_zone(tmp_path: Path) -> None:
    assert "line 2: the times of the stage record have no time zone" in message_of(
        tmp_path, "datetime,level\n2017-06-30 10:00,1\n"
    )
    assert "the time zone 'XST' is not known" in message_of(tmp_path, site("2017-06-30 10:00\tXST\t1.0"))


def test_that_a_skipped_hour_is_left_out_and_a_repeated_one_taken_in_order(tmp_path: Path) -> None:
    rows = ["01:45", "02:15", "03:00"]
    spring = read(
        tmp_path, "time,level\n" + "".join(f"2017-03-12 {t},{i}\n" for i, t in enumerate(rows)), timezone=CHICAGO
    )
    assert spring.level.tolist() == [0.0, 2.0]
    assert "line 3 at times that clocks skip (such as '2017-03-12 02:15') left out" in spring.warnings[0]
    times = ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"]
    lines = [f"2017-11-05 {t},{i}\n" for i, t in enumerate(times)]
    for ordered in (lines, lines[::-1]):
        autumn = read(tmp_path, "time,level\n" + "".join(ordered), timezone=CHICAGO)
        assert autumn.level.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
        assert np.diff(autumn.time_s).tolist() == [1800.0] * 5
        assert "4 lines" in autumn.warnings[0]
        assert "in an hour that occurs twice" in autumn.warnings[0]


def test_that_a_video_time_in_a_changed_hour_is_refused(tmp_path: Path) -> None:
    record = read(tmp_path, "time,level\n2017-03-12 00:00,1\n2017-11-06 00:00,1\n", timezone=CHICAGO)
    with pytest.raises(StageRecordError, match="2017-11-05 01:30:00 occurs twice in America/Chicago"):
        record.level_at(datetime(2017, 11, 5, 1, 30))
    with pytest.raises(StageRecordError, match="2017-03-12 02:30:00 does not occur in America/Chicago"):
        record.level_at(datetime(2017, 3, 12, 2, 30))


def test_that_several_level_columns_are_listed_and_one_can_be_chosen(tmp_path: Path) -> None:
    text = "time,stage_upper,stage_lower\n2017-06-30T10:00Z,1,2\n"
    assert "has several level columns: stage_upper, stage_lower" in message_of(tmp_path, text)
    assert read(tmp_path, text, column="stage_lower").level.tolist() == [2.0]
    assert "has no column 'x' (its columns are time, stage_upper" in message_of(tmp_path, text, column="x")


def test_that_records_that_cannot_serve_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StageRecordError, match="the stage record does not exist"):
        read_stage_record(tmp_path / "no.txt")
    assert "the stage record is empty" in message_of(tmp_path, "# only\n# comments\n")
    assert "contains no readings" in message_of(tmp_path, NWIS)
    assert "has no time column" in message_of(tmp_path, "a,level\n1,2\n")
    assert "holds no level in column '43559_00065'" in message_of(tmp_path, site("2017-06-30 10:00\tCDT\tEqp"))
    assert "holds 2 sites: 1, 2" in message_of(
        tmp_path, site("2017-06-30 10:00\tCDT\t1") + "USGS\t2\t2017-06-30 11:00\tCDT\t1\tA\n"
    )
    assert "lines 5 and 6 give two levels for one time: 1 and 2" in message_of(
        tmp_path, site("2017-06-30 10:00\tCDT\t1", "2017-06-30 10:00\tCDT\t2")
    )


def test_that_missing_value_numbers_are_no_levels(tmp_path: Path) -> None:
    record = read(tmp_path, site("2017-06-30 10:00\tCDT\t-999999", "2017-06-30 10:05\tCDT\t-2.5"))
    assert record.level.tolist() == [-2.5]


def test_that_equal_readings_of_one_time_count_once(tmp_path: Path) -> None:
    record = read(tmp_path, site("2017-06-30 10:00\tCDT\t1", "2017-06-30 09:00\tCST\t1", "2017-06-30 10:05\tCDT\t2"))
    assert record.level.tolist() == [1.0, 2.0]


def test_that_times_that_cannot_be_read_are_all_listed(tmp_path: Path) -> None:
    text = message_of(tmp_path, "time,level\n" + "".join(f"{i}/6/2017 10:00,1\n" for i in range(1, 31)), timezone="UTC")
    assert "line 2: the time '1/6/2017 10:00' cannot be read. Write times as 2017-06-30 12:05." in text
    assert len(text.splitlines()) == 21
    assert "and 10 more rows" in text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=120)
    | st.lists(
        st.sampled_from(["time", "level", ",", "\t", "\n", "2017-06-30 10:00", "1.5", "CDT", "tz_cd", "#", "5s", '"']),
        max_size=25,
    ).map("".join)
)
def test_that_any_text_is_a_record_or_our_error(tmp_path: Path, text: str) -> None:
    try:
        record = read(tmp_path, text.encode(errors="replace"), timezone="UTC")
    except StageRecordError:
        return
    assert (np.diff(record.time_s) > 0).all()


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=6), st.floats(0, 1))
def test_that_levels_between_readings_lie_between_them(levels: list[float], share: float) -> None:
    times = np.arange(len(levels)) * 600.0
    record = StageRecord("r", times, np.array(levels), "level")
    second = share * times[-1]
    level = record.level_at(datetime.fromtimestamp(second, UTC))
    assert level == pytest.approx(np.interp(round(second, 6), times, levels), abs=1e-6)


@pytest.mark.parametrize(
    ("header", "unit", "metres"),
    [
        ("stage_m", "m", 1.0),
        ("stage (ft)", "ft", 0.3048),
        ('"Gage height, feet"', "ft", 0.3048),
        ('"Stage, ft (NGVD 29)"', "ft", 0.3048),
        ("level [cm]", "cm", 0.01),
        ("level (US survey ft)", "US survey ft", 1200 / 3937),
        ("level", None, None),
        ("stage ft above 5 m datum", None, None),
    ],
)
@pytest.mark.parametrize("units", [METRIC, ENGLISH])
def test_that_levels_come_in_the_units_that_are_wanted(
    tmp_path: Path, header: str, unit: str | None, metres: float | None, units: UnitSystem
) -> None:
    record = read(tmp_path, f"time,{header}\n2017-06-30 10:00Z,3.10\n", units=units, datum_offset=100.0)
    assert record.unit == unit
    level_m = (3.10 / units.length) if metres is None else 3.10 * metres
    assert record.level[0] - 100.0 == pytest.approx(level_m * units.length)
    if unit is None:
        (warning,) = record.warnings
        assert f"nothing says the unit of the levels in column '{header}'" in warning
        assert f"taken to be in {units.length_label}, the display unit of the scaffold" in warning
    elif unit == units.length_label:
        assert record.warnings == ()
    else:
        assert f"are in {unit}, as the record says; they were converted to {units.length_label}" in record.warnings[0]


def test_that_gage_height_of_nwis_is_in_feet(tmp_path: Path) -> None:
    record = read(tmp_path, site("2017-06-30 10:00\tCST\t3.10"), units=METRIC)
    assert record.level[0] == pytest.approx(3.10 * 0.3048)
    assert read(tmp_path, site("2017-06-30 10:00\tCST\t3.10"), units=ENGLISH).level[0] == 3.10


def test_that_other_parameters_of_nwis_are_in_the_unit_that_its_comments_describe(tmp_path: Path) -> None:
    text = site("2017-06-30 10:00\tCST\t3.10").replace("00065", "72279")
    described = text.replace("# comment", "#  43559  72279  Tidal stage, above datum, meters")
    assert read(tmp_path, described, units=METRIC).unit == "m"
    assert read(tmp_path, text, units=METRIC).unit is None
