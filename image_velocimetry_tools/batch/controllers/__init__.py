"""Presenters of the command line: one method for each command, shown on a view, answered by an exit code."""
