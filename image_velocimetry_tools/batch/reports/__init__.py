"""The report of a batch: one model collected from its results, written as HTML, JSON or CSV."""
