"""Use cases on top of the numerics and the files: each service is usable alone from Python, without a window."""
