from __future__ import annotations

import inspect
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.domain.errors import ScaffoldError
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.services.project_service import ProjectService


@pytest.fixture
def service() -> ProjectService:
    return ProjectService()


def bent(source: Path, target: Path, **changes: Any) -> Path:
    """A copy of a project in which top-level keys, or those of rectification_parameters, are replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "project_data.json":
                data = json.loads(content)
                for key, value in changes.items():
                    place = data["rectification_parameters"] if key in data["rectification_parameters"] else data
                    place[key] = value
                content = json.dumps(data).encode()
            new.writestr(name, content)
    return target


def test_that_a_project_is_saved_and_loaded(service: ProjectService, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    path = service.save_project(
        tmp_path / "site.1", {"a": 1}, {"x.bin": b"1", "scratch.dat": b"2"}, lambda n, of: calls.append((n, of))
    )
    assert path == tmp_path / "site.1.ivy"
    project = service.load_project(path)
    assert (project.data, project.read("x.bin")) == ({"a": 1}, b"1")
    assert "scratch.dat" not in project.names
    assert calls[-1] == (2, 2)
    assert service.save_project(path, {"a": 2}) == path
    assert service.load_project(path).data == {"a": 2}


def test_that_wrong_arguments_are_refused(service: ProjectService, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="project_dict must be a dictionary"):
        service.save_project(tmp_path / "a.ivy", ["a"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="output_zip_path cannot be empty"):
        service.save_project("", {})
    with pytest.raises(ValueError, match="path cannot be empty"):
        service.load_project("")


@pytest.mark.parametrize("case", ["boneyard", "trapezoid", "welton"])
def test_that_the_reference_scaffolds_are_valid(service: ProjectService, shared_data: Path, case: str) -> None:
    path = shared_data / case / "scaffold_project.ivy"
    assert service.validate(path) == ((), ())
    configuration = service.load_scaffold_configuration(path)
    assert isinstance(configuration["scaffold"], Scaffold)
    assert configuration["warnings"] == ()
    info = service.scaffold_info(path)
    assert info["is_valid"] is True
    assert info["has_cross_section"] is True
    assert info["problems"] == ()


def test_that_the_configuration_makes_a_scaffold_config(service: ProjectService, shared_data: Path) -> None:
    config = pytest.importorskip("image_velocimetry_tools.batch.config")
    path = shared_data / "boneyard" / "scaffold_project.ivy"
    made = config.ScaffoldConfig(scaffold_path=path, **service.load_scaffold_configuration(path))
    assert made.scaffold.source_path == path
    assert made.display_units == "English"


def test_that_information_is_in_display_units(service: ProjectService, shared_data: Path) -> None:
    info = service.scaffold_info(shared_data / "boneyard" / "scaffold_project.ivy")
    assert info["length_units"] == "ft"
    assert info["water_surface_elevation"] == pytest.approx(318.211)
    assert info["section_width"] == pytest.approx(19.686)
    assert (info["section_bottom"], info["section_top"]) == pytest.approx((315.3897341, 328.1))


def test_that_coplanar_and_repeated_points_are_found_with_everything_else(
    service: ProjectService, shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "trapezoid" / "scaffold_project.ivy"
    world = service.load_project(source).data["rectification_parameters"]["world_coords"]  # type: ignore[index, call-overload]
    flat = [[x, y, 1.0] for x, y, _ in world]
    path = bent(source, tmp_path / "flat.ivy", world_coords=flat, cross_section_line=None)
    problems, warnings = service.validate(path)
    text = "\n".join(map(str, problems))
    assert "lie in one plane" in text
    assert "'cross_section_line'" in text
    assert warnings == ()
    repeated = bent(source, tmp_path / "twice.ivy", world_coords=[world[1], *world[1:]])
    with pytest.raises(ScaffoldError) as caught:
        service.load_scaffold(repeated)
    assert caught.value.remedy
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_that_information_on_a_broken_project_says_what_is_broken(service: ProjectService, tmp_path: Path) -> None:
    path = service.save_project(tmp_path / "a.ivy", {})
    info = service.scaffold_info(path)
    assert (info["is_valid"], info["has_project_data"], info["has_cross_section"]) == (False, True, False)
    assert any("cross-section geometry file" in problem for problem in info["problems"])  # type: ignore[attr-defined]
    assert service.scaffold_info(tmp_path / "no.ivy")["has_project_data"] is False


def test_that_every_public_method_says_what_it_does() -> None:
    for name, method in inspect.getmembers(ProjectService, inspect.isfunction):
        assert name.startswith("_") or (method.__doc__ or "").strip(), name
