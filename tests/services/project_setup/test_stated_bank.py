from __future__ import annotations

from dataclasses import replace

import pytest
from known_rivers import facts_of
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.video import FramePreparation
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.measuring.verdict import Verdict
from image_velocimetry_tools.services.project_setup.editing import with_flips, with_section_line, with_start_bank
from image_velocimetry_tools.services.project_setup.scaffold import scaffold_of
from image_velocimetry_tools.services.project_setup.stated_bank import contradicted_bank
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService
from image_velocimetry_tools.services.rectification.start_bank import bank_remark, contradicted_bank_of_job


@pytest.fixture(scope="module")
def project() -> Project:
    """A river whose line starts at the bank on the left hand of who looks downstream."""
    mill = measured_mill()
    seen = contradicted_bank(mill)
    return mill if seen is None else with_start_bank(mill, seen)


def swapped(project: Project) -> Project:
    assert project.section.line_px is not None
    return with_section_line(project, project.section.line_px[::-1].copy())


def reversed_flow(project: Project) -> Project:
    parameters = project.velocimetry.parameters
    turned = replace(parameters, phi_origin_deg=(parameters.phi_origin_deg + 180.0) % 360.0)
    return replace(project, velocimetry=replace(project.velocimetry, parameters=turned))


def other(bank: Bank) -> Bank:
    return Bank.RIGHT if bank is Bank.LEFT else Bank.LEFT


def test_that_the_right_bank_is_not_contradicted_in_whatever_way_the_picture_is_mirrored(project: Project) -> None:
    for flip_x, flip_y in ((False, False), (True, False), (False, True), (True, True)):
        assert contradicted_bank(with_flips(project, flip_x, flip_y)) is None


@pytest.mark.parametrize("change", [swapped, reversed_flow])
def test_that_swapped_ends_and_a_reversed_flow_contradict_the_stated_bank(project: Project, change: object) -> None:
    assert callable(change)
    changed = change(project)
    assert contradicted_bank(changed) is other(project.section.start_bank)
    assert contradicted_bank(with_start_bank(changed, other(project.section.start_bank))) is None


def test_that_the_other_bank_is_contradicted(project: Project) -> None:
    bank = project.section.start_bank
    assert contradicted_bank(with_start_bank(project, other(bank))) is bank


def test_that_nothing_is_said_of_what_cannot_be_known(project: Project) -> None:
    wrong = with_start_bank(project, other(project.section.start_bank))
    assert contradicted_bank(with_section_line(wrong, None)) is None
    assert contradicted_bank(replace(wrong, velocimetry=replace(wrong.velocimetry, is_direction_set=False))) is None
    mirrored = replace(wrong, video=replace(wrong.video, preparation=FramePreparation(flip="hflip")))
    assert contradicted_bank(mirrored) is None


def test_that_a_job_and_its_project_say_the_same_of_the_bank(project: Project) -> None:
    for stated in (project, with_start_bank(project, other(project.section.start_bank))):
        scaffold, level_m = scaffold_of(stated), stated.calibration.water_surface_elevation_m
        assert level_m is not None
        geometry = JobGeometryService().prepare(scaffold, facts_of(), level_m)
        seen = contradicted_bank_of_job(geometry, scaffold.preparation, scaffold.start_bank)
        assert seen is contradicted_bank(stated)
        assert len(bank_remark(seen, scaffold.start_bank)) == (0 if stated is project else 1)
        assert contradicted_bank_of_job(geometry, FramePreparation(flip="hflip"), scaffold.start_bank) is None


def test_that_a_contradicted_bank_is_a_remark_and_no_downgrade(project: Project) -> None:
    wrong = with_start_bank(project, other(project.section.start_bank))
    assert wrong.velocities is not None
    found = discharge_of_project(replace(wrong, velocities=replace(wrong.velocities, basis=wrong.basis)))
    assert found.verdict is Verdict.GOOD
    assert found.reasons == ()
    assert any("depths may lie the wrong way round" in remark for remark in found.remarks)
