"""The text file in an archive that says what is in it and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...plugins.exporters import ExportSource

README_NAME = "README.txt"

_CONTENT = """\
batch_summary.csv    one line per job
errors.log           what failed, why, and what to do; only if something failed
one folder per job   its result (.json, SI units), the plot of its section, and its project (.ivy) if one was saved
"""


def readme(source: ExportSource, missing: Sequence[str]) -> str:
    """The text; ``missing`` is a sentence for everything that is not in the archive."""
    counts = Counter(job.status.replace("_", " ") for job in source.jobs)
    jobs = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    state = "" if source.is_finished else "The batch was still running when this was written: more results may come.\n"
    absent = "\n".join(missing) if missing else "Nothing is missing."
    return (
        f"Batch: {source.name or source.batch_id}\nJobs:  {len(source.jobs)} ({jobs})\n{state}\n"
        f"Contents\n--------\n{_CONTENT}\nMissing\n-------\n{absent}\n"
    )
