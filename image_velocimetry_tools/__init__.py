"""IVyTools: river discharge from video."""

__version__ = "2.0.0"
