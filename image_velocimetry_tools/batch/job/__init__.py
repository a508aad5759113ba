"""One job, from its video to its results."""
