"""What the benchmarks share: processes that are measured from outside, generated cases, and the words of a report."""
