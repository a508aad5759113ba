"""A project up to its measurement: edits that keep it consistent, what it lacks, and what a batch would read."""
