"""``manifest.json`` of a job's folder: what lies in it, and what it was made from.

A folder counts as a result only if it agrees with its manifest; that nothing is done twice after a crash, and that an
up-to-date job is skipped, rests on it and not on the mere existence of files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ..models import PlannedJob
from .identity import FileStamp, JobIdentity, is_same_video, sha256_of

FILE_NAME = "manifest.json"
FORMAT = 1


class ManifestFile(BaseModel):
    """A file of the folder; the path is relative to it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    path: str
    size_bytes: int
    sha256: str


class Manifest(BaseModel):
    """Content of a result folder, identity of the job and stamps of its inputs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int = FORMAT
    job_id: str
    attempt: int
    identity: JobIdentity
    inputs: dict[str, FileStamp]
    files: tuple[ManifestFile, ...]


def write_manifest(
    folder: Path, job_id: str, attempt: int, identity: JobIdentity, inputs: Mapping[str, FileStamp]
) -> Manifest:
    """Describe all files that lie in a folder and write the description beside them."""
    files = tuple(
        ManifestFile(path=path.relative_to(folder).as_posix(), size_bytes=path.stat().st_size, sha256=sha256_of(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
    manifest = Manifest(job_id=job_id, attempt=attempt, identity=identity, inputs=dict(inputs), files=files)
    (folder / FILE_NAME).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder, None if it has none that can be read."""
    try:
        return Manifest.model_validate(json.loads((folder / FILE_NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        return None


def agrees(folder: Path, manifest: Manifest, *, thoroughly: bool = True) -> bool:
    """Whether a folder holds what its manifest says; only the result file is read unless ``thoroughly``."""
    try:
        return all(_is_intact(folder, file, manifest.job_id, thoroughly) for file in manifest.files)
    except OSError:
        return False


def verified(folder: Path, identity: JobIdentity, *, thoroughly: bool = True) -> Manifest | None:
    """The manifest of a folder that holds a whole result of this identity; None if it does not."""
    manifest = read_manifest(folder)
    if manifest is None or not serves(manifest.identity, identity):
        return None
    return manifest if agrees(folder, manifest, thoroughly=thoroughly) else None


def serves(have: JobIdentity, want: JobIdentity) -> bool:
    """Whether a result of one identity is what another asks for: the same figures, and all outputs wanted."""
    same = have.velocity == want.velocity and have.discharge == want.discharge
    return same and have.has_plots >= want.has_plots and have.has_project >= want.has_project


def up_to_date(folder: Path, planned: PlannedJob, identity: JobIdentity) -> Manifest | None:
    """The manifest of a result that need not be made again, None if it must be.

    The figures must be of the same identity, the files intact, the video the same as then; see :func:`.is_same_video`.
    """
    manifest = verified(folder, identity, thoroughly=False)
    if manifest is None or "video" not in manifest.inputs:
        return None
    return manifest if is_same_video(manifest.inputs["video"], planned.job) else None


def _is_intact(folder: Path, file: ManifestFile, job_id: str, thoroughly: bool) -> bool:
    path = folder / file.path
    if path.stat().st_size != file.size_bytes:
        return False
    return sha256_of(path) == file.sha256 if thoroughly or file.path == f"{job_id}.json" else True
