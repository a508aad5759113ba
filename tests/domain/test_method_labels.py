from __future__ import annotations

from image_velocimetry_tools.domain.velocimetry import method_label


def test_that_methods_are_called_by_what_they_do_and_those_of_plugins_by_their_names() -> None:
    assert method_label("stiv") == "Space-time images (STIV)"
    assert method_label("klt", short=True) == "KLT"
    assert method_label("radar") == method_label("radar", short=True) == "radar"
