from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.gui.models.dropped_files import Destination, destination_of


@pytest.mark.parametrize(
    ("name", "destination"),
    [
        ("river.ivy", Destination.PROJECT),
        ("RIVER.MP4", Destination.VIDEO),
        ("river.mkv", Destination.VIDEO),
        ("site.JPG", Destination.IMAGE),
        ("section.mat", Destination.SECTION),
        ("notes.docx", Destination.UNKNOWN),
    ],
)
def test_that_files_go_where_their_names_say(tmp_path: Path, name: str, destination: Destination) -> None:
    assert destination_of(tmp_path / name) is destination


@pytest.mark.parametrize(
    ("header", "destination"),
    [
        ("# ID,X,Y,Z\n1,2,3,4\n", Destination.POINTS),
        ("\ufeff# ID,X (ft),Y (ft),Z (ft),X (pixel)\n", Destination.POINTS),
        ("Station (m);Elevation (m)\n0;1\n", Destination.SECTION),
        ("Name,Northing,Easting,Elevation\nA,1,2,3\n", Destination.UNKNOWN),
        ("video_path,water_surface_elevation\na.mp4,1\n", Destination.JOBS),
        ("job_id;video_path;water_surface_elevation\n", Destination.JOBS),
        ("a,b\n1,2\n", Destination.UNKNOWN),
        ("", Destination.UNKNOWN),
    ],
)
def test_that_tables_go_where_their_header_says(tmp_path: Path, header: str, destination: Destination) -> None:
    path = tmp_path / "table.csv"
    path.write_text(header, "utf-8")
    assert destination_of(path) is destination


def test_that_a_folder_is_one_of_frames(tmp_path: Path) -> None:
    assert destination_of(tmp_path) is Destination.FRAMES


def test_that_a_table_that_is_gone_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    assert destination_of(tmp_path / "gone.csv") is Destination.UNKNOWN
