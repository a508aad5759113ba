"""Names that surveys give the axes of the world, as words of :class:`..column_titles.ColumnTitle`."""

from __future__ import annotations

EAST = frozenset({
    "x", "e", "east", "easting", "eastings", "este", "ost", "ostwert", "rechtswert", "rechts", "world x", "x world",
    "x coordinate", "coord x", "x coord",
})  # fmt: skip
NORTH = frozenset({
    "y", "n", "north", "northing", "northings", "norte", "nord", "nordwert", "hochwert", "hoch", "world y",
    "y world", "y coordinate", "coord y", "y coord",
})  # fmt: skip
HEIGHT_WORDS = frozenset({
    "z", "elevation", "elevations", "elev", "el", "elevacion", "altitude", "alt", "altitud", "height", "hohe",
    "kote", "cote", "cota", "level", "stage", "rl", "reduced", "up",
})  # fmt: skip
