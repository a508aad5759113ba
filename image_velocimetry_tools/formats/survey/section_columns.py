"""Which columns of a table of a section hold stations and elevations, by their titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...domain.errors import SectionError
from ..column_titles import ColumnTitle, column_title, metres_of_columns
from .axis_names import EAST, HEIGHT_WORDS, NORTH

_STATION_WORDS = frozenset({
    "station", "stations", "stationing", "sta", "distance", "dist", "chainage", "offset", "tagline",
    "stationierung", "entfernung", "abstand", "estacion", "distancia", "abscisse",
})  # fmt: skip
_DEPTH_WORDS = frozenset({
    "depth", "depths", "tiefe", "profondeur", "profundidad", "sounding", "soundings",
})  # fmt: skip
# of the water or of something else, never of the bed
_OTHER_WORDS = frozenset({
    "id", "no", "nr", "number", "name", "code", "type", "remark", "remarks", "comment", "comments", "note", "notes",
    "error", "uncertainty", "accuracy", "quality", "velocity", "width", "area", "discharge", "time", "date",
    "status", "water", "wse", "wsel", "wasserspiegel", "instrument", "latitude", "longitude",
})  # fmt: skip
_REMEDY = "Name the columns and their units, such as Station (m), Elevation (m)"


@dataclass(frozen=True, slots=True)
class SectionColumns:
    """Where a table has what.

    ``indices`` are the columns of station and elevation; or of easting, northing and elevation. ``metres`` are the
    lengths of their units, all None if the titles name none. ``is_depth`` tells that the last of them counts downwards
    from the water.
    """

    indices: tuple[int, ...]
    metres: tuple[float, ...] | tuple[None, ...]
    is_depth: bool = False

    @property
    def is_plan(self) -> bool:
        """Whether places are coordinates in plan in place of stations."""
        return len(self.indices) == 3


UNTITLED = SectionColumns((0, 1), (None, None))


def is_titles(cells: Sequence[str]) -> bool:
    """Whether a first row is of titles: none of its first cells begins as a number does."""
    return not any(cell.lstrip("+-.,")[:1].isdigit() for cell in cells[:2])


def section_columns(cells: Sequence[str], where: str) -> SectionColumns:
    """The columns of a row of titles.

    Raises
    ------
    SectionError
        If they do not say beyond doubt which columns are meant, or name a unit that is not known.
    """
    titles = [column_title(cell) for cell in cells]
    elevations = [i for i, title in enumerate(titles) if _is(title, HEIGHT_WORDS)]
    depths = [i for i, title in enumerate(titles) if _is(title, _DEPTH_WORDS, _OTHER_WORDS - {"water"})]
    places = _places(titles, where)
    height = _only(elevations or depths, titles, "elevation", where)
    indices = (*places, height)
    metres = metres_of_columns([titles[index] for index in indices], SectionError, where)
    if len(places) == 2 and metres[0] != metres[1]:
        what = f"the columns '{titles[places[0]].text}' and '{titles[places[1]].text}' have different units"
        raise SectionError(what, where=where, remedy="Give both coordinates in one unit")
    return SectionColumns(indices, metres, is_depth=not elevations)


def _places(titles: Sequence[ColumnTitle], where: str) -> tuple[int, ...]:
    stations = [i for i, title in enumerate(titles) if _is(title, _STATION_WORDS)]
    east = [i for i, title in enumerate(titles) if title.name in EAST]
    north = [i for i, title in enumerate(titles) if title.name in NORTH]
    if not stations and len(east) == len(north) == 1:
        return east[0], north[0]
    return (_only(stations or east, titles, "station", where),)


def _is(title: ColumnTitle, words: frozenset[str], others: frozenset[str] = _OTHER_WORDS) -> bool:
    return bool(words & {*title.words}) and not others & {*title.words}


def _only(found: Sequence[int], titles: Sequence[ColumnTitle], what: str, where: str) -> int:
    if len(found) == 1:
        return found[0]
    if found:
        named = ", ".join(f"'{titles[index].text}'" for index in found)
        raise SectionError(f"several columns could be the {what}: {named}", where=where, remedy="Keep one of them")
    listed = ", ".join(f"'{title.text}'" for title in titles if title.text)
    raise SectionError(f"no column is titled as the {what} (the titles are {listed})", where=where, remedy=_REMEDY)
