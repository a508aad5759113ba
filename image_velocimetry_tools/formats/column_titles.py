"""Titles of columns as surveyors write them: a name in words, and the unit that stands with it.

``Station (ft)``, ``Elevation [m NAVD88]``, ``Stage, ft (NGVD 29)``, ``station_ft``, ``Höhe / m``, ``X (pixel)``: the
unit is in brackets or comes last before them. Words in brackets are a unit or a remark on one, so that an unknown unit
is told from none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ..domain.errors import IvyError, Problem
from ..domain.units import METRES_PER_FOOT, DisplayUnits

METRES_PER_US_SURVEY_FOOT = 1200 / 3937
UNIT_NAMES = {
    1.0: "m",
    0.01: "cm",
    0.001: "mm",
    METRES_PER_FOOT: "ft",
    METRES_PER_FOOT / 12: "in",
    METRES_PER_US_SURVEY_FOOT: "US survey ft",
}
"""Names of the units of length that are known, by their length in metres."""
KNOWN_UNITS = ", ".join([*UNIT_NAMES.values()][:-1]) + f" or {UNIT_NAMES[METRES_PER_US_SURVEY_FOOT]}"

_METRIC = {
    1.0: "m metre metres meter meters metro metros masl mamsl msnm",
    0.01: "cm centimetre centimetres centimeter centimeters centimetro centimetros zentimeter",
    0.001: "mm millimetre millimetres millimeter millimeters milimetro milimetros",
}
_ENGLISH = {METRES_PER_FOOT: "ft foot feet ift pie pies pied pieds fuss", METRES_PER_FOOT / 12: "in inch inches zoll"}
_FOOT = ("ft", "foot", "feet")
_US_SURVEY = {"usft", "ftus", "sft", "ussft"} | {
    phrase.format(foot)
    for foot in _FOOT
    for phrase in ("us {}", "{} us", "us survey {}", "{} us survey", "survey {}", "us s{}")
}
_INTERNATIONAL = {f"{word} {foot}" for foot in _FOOT for word in ("international", "intl", "int")}
_SIGNS = {"'": "ft", "′": "ft", '"': "in", "″": "in"}
_METRES = (
    {word: metres for table in (_METRIC, _ENGLISH) for metres, words in table.items() for word in words.split()}
    | dict.fromkeys(_US_SURVEY, METRES_PER_US_SURVEY_FOOT)
    | dict.fromkeys(_INTERNATIONAL, METRES_PER_FOOT)
)
# told from a part of the name where they stand without brackets, to be refused
_OTHER_UNITS = frozenset({
    "yd", "yard", "yards", "km", "mi", "mile", "miles", "dm", "deg", "degree", "degrees", "fathom", "fathoms",
})  # fmt: skip
_PIXEL = frozenset({"px", "pix", "pixel", "pixels"})
_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class ColumnTitle:
    """A title as written, its name in plain lower-case words, and its unit.

    ``unit`` is the unit as written, empty without one; ``metres`` is its length, None if it is no known length.
    """

    text: str
    words: tuple[str, ...]
    unit: str = ""
    metres: float | None = None

    @property
    def name(self) -> str:
        """The words with single blanks between them."""
        return " ".join(self.words)

    @property
    def is_in_pixels(self) -> bool:
        """Whether its unit is the pixel."""
        return self.unit in _PIXEL


def column_title(text: str) -> ColumnTitle:
    """Take a title apart."""
    remarks = [remark.strip() for remark in _BRACKETS.findall(text) if remark.strip()]
    words = tuple(re.findall(r"[^\W_]+", _plain(_BRACKETS.sub(" ", text))))
    if not remarks:
        return _with_last_words(text, words)
    found = {unit for unit in map(_unit_of_remark, remarks) if unit}
    if not found and (title := _with_last_words(text, words)).unit:
        return title
    unit = found.pop() if len(found) == 1 else ", ".join(remarks)
    return ColumnTitle(text, words, unit, _METRES.get(unit))


def metres_of_columns(
    titles: Sequence[ColumnTitle], error: type[IvyError], where: str
) -> tuple[float, ...] | tuple[None, ...]:
    """Length in metres of the unit of each column; a column without unit has that of the others.

    Returns
    -------
    tuple
        All None if no title names a unit.

    Raises
    ------
    IvyError
        Of the given kind, for units that are not known, or if columns with units differ beside one without.
    """
    unknown = [title for title in titles if title.unit and title.metres is None]
    if unknown:
        remedy = f"Write {KNOWN_UNITS} in brackets after the name"
        raise error.from_problems(
            Problem(f"the unit '{title.unit}' of the column '{title.text}' is not known", where, remedy)
            for title in unknown
        )
    stated = {title.metres for title in titles if title.metres is not None}
    if not stated:
        return (None,) * len(titles)
    silent = next((title.text for title in titles if not title.unit), None)
    if silent is not None and len(stated) > 1:
        what = f"the column '{silent}' names no unit, and those of the other columns differ"
        raise error(what, where=where, remedy="Write the unit of every column in brackets after its name")
    only = next(iter(stated))
    return tuple(only if title.metres is None else title.metres for title in titles)


def system_of(metres: float) -> DisplayUnits:
    """The system to which a unit belongs, by its length in metres."""
    return DisplayUnits.METRIC if metres in _METRIC else DisplayUnits.ENGLISH


def _with_last_words(text: str, words: tuple[str, ...]) -> ColumnTitle:
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        unit = " ".join(words[-count:])
        if unit in _METRES or unit in _PIXEL or unit in _OTHER_UNITS:
            return ColumnTitle(text, words[:-count], unit, _METRES.get(unit))
    return ColumnTitle(text, words)


def _unit_of_remark(remark: str) -> str:
    """The unit with which a part of a remark begins, as in ``NAVD88, ft`` or ``m above gauge zero``; or nothing."""
    if remark in _SIGNS:
        return _SIGNS[remark]
    for part in re.split(r"[,;]", _plain(remark).replace(".", "")):
        words = re.findall(r"[^\s+_-]+", part)
        if len(words) > 1 and words[0] == "in":
            words = words[1:]
        for count in range(min(_MOST_WORDS, len(words)), 0, -1):
            unit = " ".join(words[:count])
            if unit in _METRES or unit in _PIXEL:
                return unit
    return ""


def _plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
