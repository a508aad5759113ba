"""What the engine says, as the panel says it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from panel_host import TestHost

from image_velocimetry_tools import batch
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.gui.batch_panel.models.panel_host import TranslatedHost
from image_velocimetry_tools.gui.batch_panel.models.panel_words import in_panel_words, panel_words

_OPTION = re.compile(r"(?<![\w-])--[a-z]|ivytools-batch")
_LITERAL = re.compile(r'"([^"\n]*(?:--[a-z]|ivytools-batch)[^"\n]*)"')


def said_by_the_batch() -> list[str]:
    """Every text in the batch package that names a command or an option of the command line."""
    sources = sorted(Path(batch.__path__[0]).rglob("*.py"))
    return [text for source in sources for text in _LITERAL.findall(source.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("text", said_by_the_batch())
def test_that_no_sentence_names_commands_or_options(text: str) -> None:
    assert not _OPTION.search(panel_words(text))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "the folder holds no batch. Give the output folder of an earlier 'ivytools-batch run'.",
            "the folder holds no batch. Choose the folder for the results of a batch.",
        ),
        ("C:\\rivers\\set_up\\jobs.csv, line 3: alpha is odd", "alpha is odd"),
        ("/my rivers/a, b/set_up/jobs.csv, line 3: alpha is odd", "alpha is odd"),
        ("--gauged-file: there is no such file", "'Gauged file': there is no such file"),
        ("7 more things are missing; --verbose lists them.", "7 more things are missing."),
        ("Look at the batch -- it is there", "Look at the batch -- it is there"),
    ],
)
def test_that_a_sentence_becomes_one_of_the_panel(said: str, shown: str) -> None:
    assert panel_words(said) == shown


def test_that_every_part_of_an_error_is_translated() -> None:
    error = IvyError("told with --output", where="--memory-limit", remedy="Start one with 'ivytools-batch resume'")
    error.stage = "output"
    told = in_panel_words(error)
    assert str(told) == "'Memory limit': told with 'Output'. Press Resume."
    assert told.stage == "output"


def test_that_work_beside_the_window_fails_in_the_words_of_the_panel() -> None:
    def work(control: object) -> None:
        raise IvyError("no process runs it", remedy="Start one with 'ivytools-batch resume'")

    with pytest.raises(IvyError, match="Press Resume"):
        TranslatedHost(TestHost()).tasks.start("Resume", work, lambda _: None)
