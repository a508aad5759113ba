"""The one page of help says all that the window offers."""

from __future__ import annotations

import re

import pytest

from image_velocimetry_tools.gui.models.help_page import HELP_PAGE, anchor_of, help_text
from image_velocimetry_tools.gui.tab_set import TABS
from image_velocimetry_tools.gui.views.window_actions import MENUS, OFFERS
from image_velocimetry_tools.services.measuring import verdict

SUBMENUS = {"RECENT": "Open recent", "UNITS": "Units", "THEME": "Colours"}
WORDS = {offer.name: offer.text.replace("&", "") for offer in OFFERS} | SUBMENUS


def _section(title: str) -> str:
    return help_text().split(f"## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("menu", MENUS, ids=lambda menu: menu[0])
def test_that_every_menu_entry_is_described(menu: tuple[str, str]) -> None:
    section = _section("Menus")
    entries = [WORDS[name] for name in menu[1].split() if name != "|"]
    assert f"| {menu[0].replace('&', '')} |" in section
    assert [entry for entry in entries if not re.search(rf"[|,] {re.escape(entry)}[ ,|]", section)] == []


@pytest.mark.parametrize("offer", [offer for offer in OFFERS if offer.keys], ids=lambda offer: offer.name)
def test_that_every_key_of_the_window_is_described(offer) -> None:
    section = _section("Keys")
    assert [key for key in offer.keys.split() if not re.search(rf"(?<![+\w]){re.escape(key)}(?![+\w])", section)] == []


def test_that_every_tab_has_its_section() -> None:
    for number, tab in enumerate(TABS, 1):
        assert f"### {number}. {tab.title}\n" in help_text()


def test_that_the_limits_of_the_verdict_are_those_that_decide() -> None:
    said = _section("What the verdicts mean")
    for row in (
        f"below {100 * verdict.MEASURED_SHARE[0]:g} % | below {100 * verdict.MEASURED_SHARE[1]:g} %",
        f"below {verdict.MEDIAN_QUALITY[0]:g} | below {verdict.MEDIAN_QUALITY[1]:g}",
        f"above {100 * verdict.MEDIAN_SPREAD[0]:g} % | above {100 * verdict.MEDIAN_SPREAD[1]:g} %",
        f"above {100 * verdict.MEDIAN_DISPERSION[0]:g} % | above {100 * verdict.MEDIAN_DISPERSION[1]:g} %",
        f"search range | above {100 * verdict.FAN_EDGE_FRACTION:g} %",
        f"can measure | above {100 * verdict.SPEED_RATIO:g} %",
        f"expected direction | above {100 * verdict.REVERSE_FRACTION:g} %",
        f"Froude number | above {verdict.FROUDE[0]:g} | above {verdict.FROUDE[1]:g}",
        f"pixels | above {verdict.GCP_RMSE_PX[0]:g} | above {verdict.GCP_RMSE_PX[1]:g}",
        f"water | above {100 * verdict.GCP_RMSE_SHARE[0]:g} % | above {100 * verdict.GCP_RMSE_SHARE[1]:g} %",
        f"differs by {100 * verdict.LENGTH_MISMATCH[0]:g} % | differs by {100 * verdict.LENGTH_MISMATCH[1]:g} %",
        f"| {100 * verdict.CAMERA_SHIFT_SHARE[0]:g} % | {100 * verdict.CAMERA_SHIFT_SHARE[1]:g} %",
        f"below {verdict.DARK_LEVEL:g} or above {verdict.BRIGHT_LEVEL:g}",
        f"Exposure varies | above {100 * verdict.BRIGHTNESS_VARIATION:g} %",
        f"Frames missing | above {100 * verdict.EMPTY_SLOTS[0]:g} % | above {100 * verdict.EMPTY_SLOTS[1]:g} %",
        f"the one before | above {100 * verdict.REPEATED_FRAMES:g} %",
        f"stabilised | above {100 * verdict.UNRELIABLE_FRAMES:g} %",
        f"below {verdict.FEWEST_SECONDS:g} s",
    ):
        assert row in said


def test_that_the_window_shows_no_pictures_and_no_links_that_lead_nowhere() -> None:
    text = help_text()
    headings = {anchor_of(title) for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    assert "![" not in text
    assert {target for target in re.findall(r"\]\(([^)]*)\)", text)} <= {f"#{name}" for name in headings}


def test_that_pictures_and_pages_of_the_documentation_are_there() -> None:
    targets = re.findall(r"\]\((\.\.[^)]*)\)", HELP_PAGE.read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (HELP_PAGE.parent / target).is_file()] == []
