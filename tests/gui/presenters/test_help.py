from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from image_velocimetry_tools.gui.presenters.help import HelpPresenter, HelpView


@pytest.mark.parametrize(
    ("tab", "heading"), [("video", "1. Video"), ("panel_batch", "The Batch panel"), ("panel of somebody", "")]
)
def test_that_the_help_opens_at_the_section_of_the_tab(tab: str, heading: str) -> None:
    view = create_autospec(HelpView, instance=True)
    view.has_page = False
    HelpPresenter(view, lambda: tab, lambda: "## 1. Video").begin()
    view.show_page.assert_called_once_with("## 1. Video")
    view.open_at.assert_called_once_with(heading)


def test_that_the_page_is_read_once() -> None:
    view = create_autospec(HelpView, instance=True)
    view.has_page = True
    HelpPresenter(view, lambda: "video").begin()
    view.show_page.assert_not_called()
