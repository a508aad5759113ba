"""The parts of the report, each from the sources to its blocks."""
