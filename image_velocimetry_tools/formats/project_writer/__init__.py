"""A measurement, of the window or of a job of a batch, as the state and the files of a project."""
