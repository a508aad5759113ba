from __future__ import annotations

import pytest

from image_velocimetry_tools.domain.sentences import begun_with_capital


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the section line is not drawn.", "The section line is not drawn."),
        ("rec: it is no kind of file.", "rec: it is no kind of file."),
        ("Draw it.", "Draw it."),
        ("", ""),
        ("creek.mp4: it holds no frames.", "creek.mp4: it holds no frames."),
        ("data/creek: it is no folder.", "data/creek: it is no folder."),
        ("gcp_1: it has no pixels.", "gcp_1: it has no pixels."),
        ("3 points are set aside.", "3 points are set aside."),
    ],
)
def test_that_sentences_begin_with_a_capital_and_names_stay_as_they_are(said: str, shown: str) -> None:
    assert begun_with_capital(said) == shown
