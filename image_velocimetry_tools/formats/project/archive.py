"""The ``.ivy`` project file: a zip archive with ``project_data.json`` at its root and the files of the project.

Nothing is ever unpacked to the disk. What an archive may declare is bounded (see the constants), so that a hostile or
broken one is refused before it costs memory.
"""

from __future__ import annotations

import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ...domain.errors import OutputError, ScaffoldError
from ..atomic_file import replace_file

PROJECT_DATA = "project_data.json"

#: Projects with all their frames reach some gigabytes; more than this is refused.
MAX_TOTAL_BYTES = 8 * 1024**3
#: The state is text; space-time images stored inside it reach some hundred megabytes.
MAX_PROJECT_DATA_BYTES = 512 * 1024**2
#: Deflate reaches about 1000:1 on zeros, pictures 1:1 and numbers as text 10:1; small members may do what they like.
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 50 * 1024**2
MAX_MEMBERS = 200_000

_SAVE_AGAIN = "Save the project again in the desktop application, or copy the file again from its source"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OverflowError,
    KeyError,
    IndexError,
)


@dataclass(frozen=True, slots=True)
class IvyProject:
    """An opened project: its state, and its files, which are read when they are asked for.

    ``data`` is the content of ``project_data.json``; ``names`` are the members, with forward slashes.
    """

    path: Path
    data: dict[str, object]
    names: tuple[str, ...]
    _member_names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def read(self, name: str) -> bytes:
        """Content of a member, checked against its checksum.

        Raises
        ------
        ScaffoldError
            If there is no such member or it is damaged.
        """
        if name not in self._member_names:
            raise ScaffoldError(f"holds no file '{name}'", where=str(self.path), remedy=_SAVE_AGAIN)
        try:
            with zipfile.ZipFile(self.path) as archive:
                return _read_member(archive, archive.getinfo(self._member_names[name]), self.path)
        except _BROKEN as error:
            raise _damaged(self.path, name, error) from error

    def sizes(self) -> dict[str, int]:
        """Sizes of the members, bytes, as the archive declares them.

        Raises
        ------
        ScaffoldError
            If the archive cannot be read any more.
        """
        try:
            with zipfile.ZipFile(self.path) as archive:
                return {name: archive.getinfo(stored).file_size for name, stored in self._member_names.items()}
        except _BROKEN as error:
            raise _unreadable_archive(self.path, error) from error


def read_project(path: str | Path) -> IvyProject:
    """Open a project file; members stay in the archive until they are read.

    Raises
    ------
    ScaffoldError
        If the file is missing, no ``.ivy``, no zip archive, truncated, damaged or encrypted; if members have names that
        lead out of the archive or claim to unpack to more than is plausible; if its state is missing or broken.
    """
    path = Path(path)
    _check_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked_members(archive, path)
            if PROJECT_DATA not in members:
                raise _no_state(path, members)
            content = _read_member(archive, members[PROJECT_DATA], path)
    except _BROKEN as error:
        raise _unreadable_archive(path, error) from error
    names = {name: info.filename for name, info in members.items()}
    return IvyProject(path, _parse_state(content, path), tuple(names), names)


def write_project(
    path: str | Path,
    data: Mapping[str, object],
    files: Mapping[str, bytes | Path],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a project file atomically, laid out as USGS IVyTools expects it.

    Parameters
    ----------
    path
        Target; replaced only once the new file is complete.
    data
        The state; top-level keys are sorted. The key ``project_file_path`` is left out, as it is on every save.
    files
        Members by name (forward slashes), as bytes or as the path of a file; ``*.dat`` are scratch files and left out.
    progress
        Called with the members done and their number after each one.

    Raises
    ------
    OutputError
        If the file cannot be written.
    ValueError
        If a member's name leads out of the archive, or the state holds what JSON cannot.
    """
    state = {key: data[key] for key in sorted(data) if key != "project_file_path"}
    try:
        content = json.dumps(state, indent=4).encode("ascii")
    except TypeError as error:
        raise ValueError(f"the project holds what JSON cannot: {error}") from error
    kept = {name: files[name] for name in sorted(files) if name != PROJECT_DATA and not name.endswith(".dat")}
    for name in kept:
        if _normalised(name) != name or not _is_safe(name):
            raise ValueError(f"{name!r} cannot be the name of a file of a project")
    with replace_file(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        _write_member(archive, PROJECT_DATA, content)
        for done, (name, source) in enumerate(kept.items(), start=2):
            _write_member(archive, name, source)
            if progress is not None:
                progress(done, len(kept) + 1)
        if progress is not None and not kept:
            progress(1, 1)


def _write_member(archive: zipfile.ZipFile, name: str, source: bytes | Path) -> None:
    # A fixed date makes equal projects equal files.
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    if isinstance(source, bytes):
        archive.writestr(info, source)
        return
    try:
        reader: IO[bytes] = source.open("rb")
    except OSError as error:
        raise OutputError("cannot be read", where=str(source), remedy="Check that it still exists") from error
    with reader, archive.open(info, "w", force_zip64=source.stat().st_size >= 2**31) as writer:
        while chunk := reader.read(1 << 20):
            writer.write(chunk)


def _check_file(path: Path) -> None:
    where = str(path)
    try:
        is_there, is_file = path.exists(), path.is_file()
    except (OSError, ValueError) as error:
        raise ScaffoldError("is not a usable path", where=where, remedy="Check the path") from error
    if not is_there:
        raise ScaffoldError("the project file does not exist", where=where, remedy="Check the path")
    if not is_file:
        raise ScaffoldError("is a folder, not a project file", where=where, remedy="Give the path of an .ivy file")
    if path.suffix.lower() != ".ivy":
        raise ScaffoldError("is not an .ivy file", where=where, remedy="Give the project that the application saved")
    if path.stat().st_size == 0:
        raise ScaffoldError("the project file is empty", where=where, remedy=_SAVE_AGAIN)


def _checked_members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise _refused(path, f"holds {len(infos)} files, more than a project can have")
    for info in infos:
        if not _is_safe(_normalised(info.filename)):
            raise _refused(path, f"holds a file whose name leads out of the archive: {info.filename!r}")
        if info.flag_bits & 0x1:
            raise ScaffoldError("the project file is encrypted", where=str(path), remedy="Save it without a password")
        too_dense = info.file_size > MAX_RATIO * max(info.compress_size, 1)
        if info.file_size > RATIO_COUNTS_FROM_BYTES and too_dense:
            raise _refused(path, f"'{info.filename}' would unpack to {_megabytes(info.file_size)} from almost nothing")
    total = sum(info.file_size for info in infos)
    if total > MAX_TOTAL_BYTES:
        raise _refused(path, f"would unpack to {_megabytes(total)}; the limit is {_megabytes(MAX_TOTAL_BYTES)}")
    return {_normalised(info.filename): info for info in infos}


def _normalised(name: str) -> str:
    return name.replace("\\", "/")


def _is_safe(name: str) -> bool:
    if not name or name.startswith("/") or re.match(r"[A-Za-z]:", name) or "\0" in name:
        return False
    return ".." not in name.split("/")


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bytes:
    limit = MAX_PROJECT_DATA_BYTES if _normalised(info.filename) == PROJECT_DATA else MAX_TOTAL_BYTES
    if info.file_size > limit:
        raise _refused(path, f"'{info.filename}' would unpack to {_megabytes(info.file_size)}")
    with archive.open(info) as member:
        content = member.read(info.file_size)
        # Reading past the declared end makes zipfile check the sum even of an empty member.
        if len(content) != info.file_size or member.read(1):
            raise zipfile.BadZipFile("size differs from what the archive declares")
        return content


def _parse_state(content: bytes, path: Path) -> dict[str, object]:
    where = f"{path}, {PROJECT_DATA}"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte has a meaning here: cp1252 as Windows saved it, and its five unused bytes as replacements.
        text = content.decode("cp1252", errors="replace")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}, column {error.colno}"
        what = f"the project data is not valid JSON ({error.msg})"
        raise ScaffoldError(what, where=place, remedy=_SAVE_AGAIN) from None
    except (ValueError, RecursionError) as error:
        raise ScaffoldError("the project data is not valid JSON", where=where, remedy=_SAVE_AGAIN) from error
    if not isinstance(data, dict):
        raise ScaffoldError("the project data must contain a dictionary", where=where, remedy=_SAVE_AGAIN)
    return data


def _no_state(path: Path, members: Mapping[str, zipfile.ZipInfo]) -> ScaffoldError:
    nested = next((name for name in members if name.endswith(f"/{PROJECT_DATA}")), None)
    hint = f" at its root (there is '{nested}')" if nested else ""
    return ScaffoldError(f"the project file has no {PROJECT_DATA}{hint}", where=str(path), remedy=_SAVE_AGAIN)


def _unreadable_archive(path: Path, error: Exception) -> ScaffoldError:
    if isinstance(error, PermissionError):
        return ScaffoldError("the project file cannot be read", where=str(path), remedy="Check its permissions")
    try:
        with path.open("rb") as stream:
            is_zip = stream.read(4) == b"PK\x03\x04"
    except OSError:
        is_zip = False
    if not is_zip:
        return ScaffoldError("is not a zip archive, so not a project file", where=str(path), remedy=_SAVE_AGAIN)
    if "not a zip file" in str(error):
        return ScaffoldError("the project file is truncated", where=str(path), remedy=_SAVE_AGAIN)
    return ScaffoldError(f"the project file is damaged ({error})", where=str(path), remedy=_SAVE_AGAIN)


def _damaged(path: Path, name: str, error: Exception) -> ScaffoldError:
    return ScaffoldError(f"'{name}' in the project file is damaged ({error})", where=str(path), remedy=_SAVE_AGAIN)


def _refused(path: Path, what: str) -> ScaffoldError:
    return ScaffoldError(f"the project file {what}", where=str(path), remedy="Use only project files that you trust")


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:.0f} MB"
