"""Job ids: they name folders and files, so they must be safe on every system that the results may travel to."""

from __future__ import annotations

import re
import unicodedata

LONGEST_JOB_ID = 100
#: File names hold 255 bytes on most systems; suffixes need some of them.
LONGEST_BYTES = 200

_UNSAFE = re.compile(r"[^\w.\-]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_OF_THE_BATCH = re.compile(r".*\.(partial|old)-[0-9]+", re.IGNORECASE)
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>| ]')


def job_id_problem(job_id: str) -> str:
    """Why a job id cannot name a folder, as the end of a sentence; empty if it can.

    Examples
    --------
    >>> job_id_problem("NUL.txt")
    'is a reserved device name on Windows'
    """
    if not job_id.strip():
        return "is empty"
    if len(job_id) > LONGEST_JOB_ID or len(job_id.encode("utf-8", errors="replace")) > LONGEST_BYTES:
        return f"is longer than {LONGEST_JOB_ID} characters"
    if job_id.startswith(".") or job_id.endswith("."):
        return "starts or ends with a dot"
    if _UNSAFE.search(job_id):
        return "holds characters other than letters, digits, '.', '-' and '_'"
    if _RESERVED.fullmatch(job_id):
        return "is a reserved device name on Windows"
    if _OF_THE_BATCH.fullmatch(job_id):
        return "ends like a folder that a batch keeps for unfinished or replaced results"
    return ""


def job_id_key(job_id: str) -> str:
    """What two ids share if some file system takes them for one: case and Unicode form do not count."""
    return unicodedata.normalize("NFC", job_id).casefold()


def safe_job_id(text: str) -> str:
    """The nearest job id to any text, such as the name of a video.

    Examples
    --------
    >>> safe_job_id("flood 2017/06 (1)")
    'flood_2017_06__1'
    """
    cleaned = re.sub(r"_{3,}", "__", _UNSAFE.sub("_", text)).strip("._")[:LONGEST_JOB_ID]
    while len(cleaned.encode("utf-8", errors="replace")) > LONGEST_BYTES:
        cleaned = cleaned[:-1]
    cleaned = cleaned.strip("._") or "job"
    if _RESERVED.fullmatch(cleaned) or _OF_THE_BATCH.fullmatch(cleaned):
        return f"job_{cleaned.replace('.', '_')}"[:LONGEST_JOB_ID]
    return cleaned


def numbered_job_id(number: int) -> str:
    """The id of a row that names none: ``job_001`` for the first."""
    return f"job_{number:03d}"


def make_windows_safe_filename(text: str) -> str:
    r"""The text with each of ``\ / : * ? " < > |`` and every blank replaced by ``_``, as USGS IVyTools does it."""
    return _NOT_IN_FILE_NAMES.sub("_", text)
