"""Sentences of the batch engine, which speaks to people at a command line, in the words of the panel."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ....domain.errors import IvyError

_Said = str | Callable[[re.Match[str]], str]

_JOBS_FILE = r"^.*?set_up[/\\]jobs\.csv"


def _as_label(option: re.Match[str]) -> str:
    words = option[1].replace("-", " ")
    return f"'{words[:1].upper()}{words[1:]}'"


_SENTENCES: tuple[tuple[re.Pattern[str], _Said], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (rf"{_JOBS_FILE}, line \d+: ", ""),
        (rf"{_JOBS_FILE}: ", ""),
        (r" \(line \d+\)", ""),
        (r"Give the output folder of an earlier 'ivytools-batch run'", "Choose the folder for the results of a batch"),
        (r"[Ss]tart one with 'ivytools-batch resume'", "Press Resume"),
        (r"Run it first, with: ivytools-batch resume", "Press Resume, and wait for the first result"),
        (
            r"Measure the job again, with: ivytools-batch run --force",
            "Measure it again: start the batch into another folder",
        ),
        (r"see why there is none with 'ivytools-batch status'", "see the messages in the table"),
        (r"See '(?:ivytools-batch )?status'", "See the table of jobs"),
        (r"; see it with: ivytools-batch watch .*", ""),
        (r"'ivytools-batch plugins list' names them", "the form lists them"),
        (r"Choose another with --state-dir", "Choose another folder for the results"),
        (r"give a folder of this machine with --state-dir", "choose a folder of this machine for the results"),
        (r"Choose another name with --output", "Choose another name"),
        (r"; --verbose lists them", ""),
        (
            r"Give one level for all \(--wse\) or a stage record \(--stage-record\)",
            "Say where the levels come from: Change… beside Water levels",
        ),
        (r"Give either --stage-record or --wse", "Choose one of the two: Change… beside Water levels"),
        (r", or look into subfolders with --recursive", ""),
        (r"in --config", "in the file of settings"),
        (r"--([a-z][a-z-]*[a-z])(?:/--no-[a-z-]+)?", _as_label),
        (r"'?ivytools-batch [a-z]+'?", "the Batch panel"),
    )
)


def panel_words(text: str) -> str:
    """A sentence without the names of commands, options and files that the panel keeps to itself.

    Examples
    --------
    >>> panel_words("the folder cannot be made. Choose another with --state-dir.")
    'the folder cannot be made. Choose another folder for the results.'
    >>> panel_words("/rivers/out/set_up/jobs.csv, line 9: job 'b' measures the same as job 'a' (line 3)")
    "job 'b' measures the same as job 'a'"
    """
    for pattern, said in _SENTENCES:
        text = pattern.sub(said, text)
    return text


def in_panel_words(error: IvyError) -> IvyError:
    """The same error with its sentences in the words of the panel."""
    told = IvyError.from_problems(
        replace(one, what=panel_words(one.what), where=panel_words(one.where), remedy=panel_words(one.remedy))
        for one in error.problems
    )
    told.stage = error.stage
    return told
