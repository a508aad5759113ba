"""Bad input, each kind once, through the whole program: the words of the error, and an output folder left clean."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from image_velocimetry_tools.cli.main import app

INPUTS = Path(__file__).parents[2] / "batch_test_data" / "inputs"
VIDEO = INPUTS / "videos" / "alder_mill_1.mp4"
SCAFFOLD = INPUTS / "scaffold_project.ivy"
LEVEL_FT = 413.4

Edit = Callable[[dict[str, Any], dict[str, bytes]], None]


def run_program(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def words_of(result: Result) -> str:
    """What the user reads; a traceback is never part of it."""
    text = " ".join((result.stdout + result.stderr).split())
    assert "Traceback" not in text
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return text


def process(
    tmp_path: Path, *options: object, scaffold: Path = SCAFFOLD, video: Path = VIDEO, level: float = LEVEL_FT
) -> Result:
    return run_program(
        "process", scaffold, video, "--wse", level, "--output", tmp_path / "out", "--no-plots", "--quiet", *options
    )


def assert_refused(result: Result, tmp_path: Path, *parts: str, codes: tuple[int, ...] = (1, 2)) -> None:
    text = words_of(result)
    for part in parts:
        assert part.lower() in text.lower(), text
    assert result.exit_code in codes, text
    left = [path.name for path in (tmp_path / "out").rglob("*") if path.is_file() and path.name != "batch.log"]
    assert left == [], left
    assert not list(tmp_path.rglob("*.partial*"))


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[Edit], Path]:
    """Make a scaffold from that of the demonstration by changing its state and its files."""

    def edit(change: Edit) -> Path:
        with zipfile.ZipFile(SCAFFOLD) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        data = json.loads(files.pop("project_data.json"))
        change(data, files)
        path = tmp_path / "edited.ivy"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("project_data.json", json.dumps(data))
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    return edit


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


# -- scaffold ---------------------------------------------------------------------------------------------------------


def test_that_a_scaffold_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.ivy"
    path.write_text("this is not a zip")
    assert_refused(process(tmp_path, scaffold=path), tmp_path, "site.ivy", "zip", codes=(2,))


def test_that_a_truncated_scaffold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.ivy"
    path.write_bytes(SCAFFOLD.read_bytes()[: SCAFFOLD.stat().st_size // 2])
    assert_refused(process(tmp_path, scaffold=path), tmp_path, "site.ivy", codes=(2,))


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "a/../../evil.txt"])
def test_that_a_member_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "site.ivy", {"project_data.json": b"{}", name: b"x"})
    assert_refused(process(tmp_path, scaffold=path), tmp_path, "site.ivy", "evil.txt", codes=(2,))


def test_that_a_zip_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "site.ivy", {"project_data.json": b"{}", "bomb.bin": bytes(80 << 20)})
    assert path.stat().st_size < 1 << 20
    assert_refused(process(tmp_path, scaffold=path), tmp_path, "site.ivy", "bomb.bin", codes=(2,))


def test_that_a_scaffold_without_its_state_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "site.ivy", {"readme.txt": b"x"})
    assert_refused(process(tmp_path, scaffold=path), tmp_path, "project_data.json", codes=(2,))


def test_that_broken_state_is_refused_with_the_place(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "site.ivy", {"project_data.json": b'{"a": 1,\n "b": }'})
    assert_refused(process(tmp_path, scaffold=path), tmp_path, "project_data.json", "line 2", codes=(2,))


def test_that_another_rectification_method_is_refused(tmp_path: Path, edited: Callable[[Edit], Path]) -> None:
    path = edited(lambda data, files: data.update(rectification_method="homography"))
    assert_refused(process(tmp_path, scaffold=path), tmp_path, "camera matrix", "homography", codes=(2,))


def _keep_points(count: int) -> Edit:
    def change(data: dict[str, Any], files: dict[str, bytes]) -> None:
        parameters = data["rectification_parameters"]
        for key in ("world_coords", "pixel_coords"):
            parameters[key] = parameters[key][:count]
        files.pop("2-orthorectification/ground_control_points.csv", None)

    return change


def _flatten(data: dict[str, Any], files: dict[str, bytes]) -> None:
    for point in data["rectification_parameters"]["world_coords"]:
        point[2] = 126.0
    files.pop("2-orthorectification/ground_control_points.csv", None)


def _duplicate(data: dict[str, Any], files: dict[str, bytes]) -> None:
    parameters = data["rectification_parameters"]
    for key in ("world_coords", "pixel_coords"):
        parameters[key][1] = parameters[key][0]
    files.pop("2-orthorectification/ground_control_points.csv", None)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (_keep_points(5), ("6", "5")),
        (_flatten, ("plane",)),
        (_duplicate, ("same",)),
    ],
    ids=["five", "coplanar", "duplicate"],
)
def test_that_control_points_that_make_no_camera_are_refused(
    tmp_path: Path, edited: Callable[[Edit], Path], change: Edit, parts: tuple[str, ...]
) -> None:
    assert_refused(process(tmp_path, scaffold=edited(change)), tmp_path, *parts, codes=(2,))


def _section(data: bytes | None) -> Edit:
    def change(state: dict[str, Any], files: dict[str, bytes]) -> None:
        name = next(name for name in files if name.endswith(".mat"))
        del files[name]
        if data is not None:
            files[name] = data

    return change


def _mat(units: str = "English", stations: tuple[float, ...] = (0.0, 5.0, 10.0, 20.0)) -> bytes:
    import numpy as np
    from scipy.io import savemat

    elevation = np.array([420.0, 408.0, 408.0, 420.0])
    survey = {
        "stage": 0.0,
        "stationOffset": 0.0,
        "file_id": "survey.csv",
        "survey_type": "CSV",
        "csv_survey": np.column_stack([stations, elevation, elevation]),
        "start_edge": "LEW",
    }
    buffer = io.BytesIO()
    savemat(buffer, {"version": "1.3.4", "units": units, "survey_names": np.array(["survey"]), "survey": survey})
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (None, ("cross-section", ".mat")),
        (b"not a matlab file", (".mat",)),
        (_mat(units="Furlongs"), ("Furlongs",)),
        (_mat(stations=(0.0, 10.0, 5.0, 20.0)), ("station",)),
    ],
    ids=["missing", "unreadable", "units", "unsorted"],
)
def test_that_a_section_that_cannot_be_used_is_refused(
    tmp_path: Path, edited: Callable[[Edit], Path], data: bytes | None, parts: tuple[str, ...]
) -> None:
    assert_refused(process(tmp_path, scaffold=edited(_section(data))), tmp_path, *parts, codes=(2,))


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (None, ("cross_section_line",)),
        ("[[[100.0, 100.0], [90000.0, 200.0]]]", ("line", "outside")),
    ],
    ids=["missing", "outside"],
)
def test_that_a_section_line_that_is_missing_or_outside_is_refused(
    tmp_path: Path, edited: Callable[[Edit], Path], line: str | None, parts: tuple[str, ...]
) -> None:
    def change(data: dict[str, Any], files: dict[str, bytes]) -> None:
        data.pop("cross_section_line")
        if line is not None:
            data["cross_section_line"] = line

    assert_refused(process(tmp_path, scaffold=edited(change)), tmp_path, *parts, codes=(2,))


# -- jobs CSV ---------------------------------------------------------------------------------------------------------

HEADER = "video_path,water_surface_elevation"
ROW = f"{VIDEO},{LEVEL_FT}"


def run_csv(tmp_path: Path, content: str | bytes | None, *options: object) -> Result:
    path = tmp_path / "jobs.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return run_program("run", SCAFFOLD, path, "--output", tmp_path / "out", "--no-plots", "--quiet", *options)


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (None, ("jobs.csv", "not exist")),
        ("", ("jobs.csv", "empty")),
        (f"{HEADER}\n", ("jobs.csv", "no")),
        (f"video_path\n{VIDEO}\n", ("water_surface_elevation",)),
        (f"{HEADER},stiv_num_pixel\n{ROW},40\n", ("stiv_num_pixel", "stiv_num_pixels")),
        (f"{HEADER}\n{VIDEO},high\n", ("line 2", "water_surface_elevation", "high")),
        (f"{HEADER},alpha\n{ROW},1.4\n", ("line 2", "alpha", "1.4")),
        (f"{HEADER},start_time,end_time\n{ROW},2,1\n", ("line 2", "end_time", "start")),
        (f"{HEADER},job_id\n{ROW},a\n{ROW},A\n", ("line 3", "job_id")),
        (f"{HEADER},job_id\n{ROW},../a\n", ("line 2", "job_id", "../a")),
        (f"{HEADER},job_id\n{ROW},CON\n", ("line 2", "job_id", "CON")),
        (f"{HEADER}\nmissing.mp4,{LEVEL_FT}\n", ("line 2", "missing.mp4")),
        (f"{HEADER}\n{VIDEO},380\n", ("line 2", "below")),
        (f"{HEADER}\n{VIDEO},600\n", ("line 2", "above")),
        (b"\xff\xfe\x00\xd8\x00\x00broken", ("jobs.csv",)),
    ],
)
def test_that_a_bad_jobs_file_is_refused_with_line_column_and_value(
    tmp_path: Path, content: str | bytes | None, parts: tuple[str, ...]
) -> None:
    assert_refused(run_csv(tmp_path, content), tmp_path, *parts, codes=(2,))
    assert not (tmp_path / "out").exists()


def test_that_every_one_of_hundreds_of_bad_rows_is_reported(tmp_path: Path) -> None:
    rows = "".join(f"{VIDEO},bad{index}\n" for index in range(300))
    result = run_csv(tmp_path, f"{HEADER}\n{rows}")
    assert_refused(result, tmp_path, "bad0", "bad299", codes=(2,))
    assert sum(f"bad{index}" in result.stderr for index in range(300)) == 300


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\n{ROW}\n".encode(),
        f"video_path;water_surface_elevation\n{VIDEO};413,4\n".encode(),
        f"{HEADER}\r\n{ROW}\r\n\r\n".encode(),
    ],
    ids=["bom", "semicolons", "windows"],
)
def test_that_what_spreadsheets_write_is_read(tmp_path: Path, content: bytes) -> None:
    result = run_csv(tmp_path, content, "--dry-run")
    assert result.exit_code == 0, words_of(result)


# -- video ------------------------------------------------------------------------------------------------------------


def ffmpeg(*arguments: object) -> None:
    import subprocess

    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def test_that_a_missing_video_is_refused(tmp_path: Path) -> None:
    assert_refused(process(tmp_path, video=tmp_path / "gone.mp4"), tmp_path, "gone.mp4", codes=(2,))


def test_that_a_video_of_zero_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert_refused(process(tmp_path, video=path), tmp_path, "empty.mp4", "empty", codes=(2,))


def test_that_a_video_without_its_index_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(VIDEO.read_bytes()[:100_000])
    assert_refused(process(tmp_path, video=path), tmp_path, "cut.mp4")


def test_that_a_file_with_sound_only_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", path)
    assert_refused(process(tmp_path, video=path), tmp_path, "sound.mp4", "sound only")


def test_that_frames_of_another_shape_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "square.mp4"
    ffmpeg("-i", VIDEO, "-vf", "scale=400:400", path)
    assert_refused(process(tmp_path, video=path), tmp_path, "square.mp4", "400x400", "704x396")


def test_that_a_clip_that_the_video_is_too_short_for_is_refused(tmp_path: Path) -> None:
    result = process(tmp_path, "--start", "1", "--end", "60")
    assert_refused(result, tmp_path, "alder_mill_1.mp4", "2.5")


def test_that_a_clip_of_fewer_than_ten_frames_is_refused(tmp_path: Path) -> None:
    result = process(tmp_path, "--start", "1", "--end", "1.2")
    assert_refused(result, tmp_path, "frames", "10")


# -- water level ------------------------------------------------------------------------------------------------------


def test_that_a_level_below_the_bed_is_refused(tmp_path: Path) -> None:
    assert_refused(process(tmp_path, level=380.0), tmp_path, "below", codes=(2,))


def test_that_a_level_above_the_survey_is_refused(tmp_path: Path) -> None:
    assert_refused(process(tmp_path, level=600.0), tmp_path, "above", codes=(2,))


def test_that_a_level_at_which_the_section_leaves_the_picture_is_refused(
    tmp_path: Path, edited: Callable[[Edit], Path]
) -> None:
    """The survey is raised by walls of 400 ft: the level is inside it, the water far above the camera."""

    def change(data: dict[str, Any], files: dict[str, bytes]) -> None:
        name = next(name for name in files if name.endswith(".mat"))
        files[name] = _mat_with_walls()

    result = process(tmp_path, scaffold=edited(change), level=700.0)
    assert_refused(result, tmp_path, "outside the picture")


def _mat_with_walls() -> bytes:
    import numpy as np
    from scipy.io import savemat

    station = np.array([0.0, 0.0, 10.0, 20.0, 20.0])
    elevation = np.array([900.0, 410.0, 408.0, 410.0, 900.0])
    survey = {
        "stage": 0.0,
        "stationOffset": 0.0,
        "file_id": "survey.csv",
        "survey_type": "CSV",
        "csv_survey": np.column_stack([station, elevation, elevation]),
        "start_edge": "LEW",
    }
    buffer = io.BytesIO()
    savemat(buffer, {"version": "1.3.4", "units": "English", "survey_names": np.array(["survey"]), "survey": survey})
    return buffer.getvalue()


# -- output and results -----------------------------------------------------------------------------------------------


def test_that_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    result = process(tmp_path)
    assert "out" in words_of(result)
    assert result.exit_code == 2
    assert (tmp_path / "out").read_text() == "a file"


def test_that_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    write_text = Path.write_text

    def full(self: Path, *arguments: Any, **options: Any) -> int:
        if self.suffix == ".json":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_text(self, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    assert_refused(process(tmp_path), tmp_path, "disk is full", "free", codes=(1,))


def test_that_a_video_in_which_every_velocity_is_rejected_fails_with_the_reasons(tmp_path: Path) -> None:
    """Noise in the dark: no discharge of zero, and no other one either."""
    path = tmp_path / "night.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=0x101010:s=704x396:r=30:d=2,noise=alls=12:allf=t", "-crf", "12", path)
    result = process(tmp_path, video=path)
    assert_refused(result, tmp_path, "velocities", "can be used", codes=(1,))


def test_that_one_bad_video_does_not_stop_the_others(tmp_path: Path) -> None:
    shutil.copy(VIDEO, tmp_path / "good.mp4")
    ffmpeg("-i", VIDEO, "-vf", "scale=400:400", tmp_path / "square.mp4")
    content = f"{HEADER}\nsquare.mp4,{LEVEL_FT}\ngood.mp4,{LEVEL_FT}\n"
    result = run_csv(tmp_path, content)
    assert result.exit_code == 1
    summary = (tmp_path / "out" / "batch_summary.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in summary[1:]] == ["failed", "completed"]
    log = (tmp_path / "out" / "errors.log").read_text(encoding="utf-8")
    assert all(part in log for part in ("job_001", "400x400", "geometry"))
    assert sorted(path.name for path in (tmp_path / "out" / "jobs").iterdir()) == ["job_002"]
