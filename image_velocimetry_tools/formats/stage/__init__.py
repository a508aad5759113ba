"""Water levels of a gauge over time, from which the videos of a folder get theirs."""
