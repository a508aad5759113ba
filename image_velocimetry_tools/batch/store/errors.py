"""What can go wrong with the store, told to the user."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from sqlalchemy import exc

from ...domain.errors import IvyError, OutputError


class StoreError(IvyError):
    """The database of batches cannot be opened, read or written."""


class NotFoundError(StoreError):
    """The batch or job that was asked for is not in the database."""


# Extended SQLite codes share their last byte with the code they refine.
_SQLITE_BUSY, _SQLITE_READONLY, _SQLITE_IOERR, _SQLITE_FULL = (5, 6), 8, 10, 13
_SQLITE_CORRUPT, _SQLITE_CANTOPEN, _SQLITE_NOTADB = 11, 14, 26
_POSTGRESQL_DISK_FULL, _POSTGRESQL_READ_ONLY, _POSTGRESQL_BUSY = "53100", "25006", "55P03"
# SQLite reports a full disk as an input/output error while it extends its shared memory.
_NEXT_TO_NOTHING_BYTES = 1 << 20


def explain(error: Exception, location: str, file: Path | None, secret: str = "") -> IvyError:
    """An error of the database as a sentence.

    Parameters
    ----------
    location
        The database as the user knows it, without a password.
    file
        The file of an SQLite database; None for a server.
    secret
        The password, which is taken out of any message.

    Returns
    -------
    IvyError
        Its cause is ``error``; for a full disk the cause is an ``OSError`` that says so.
    """
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    explained = _of_file(cause, location, file) if file else _of_server(cause, location, secret)
    if explained.__cause__ is None:
        explained.__cause__ = error
    return explained


def _of_file(cause: BaseException, location: str, file: Path) -> IvyError:
    code = (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF
    if code == _SQLITE_FULL or (code == _SQLITE_IOERR and _is_full(file)):
        return _disk_full(location, cause)
    if code in (_SQLITE_CORRUPT, _SQLITE_NOTADB):
        return _damaged(location)
    if code in _SQLITE_BUSY:
        return _busy(location)
    if code == _SQLITE_READONLY:
        what, remedy = "the database of batches may only be read", "Make the file and its folder writable"
    elif code == _SQLITE_CANTOPEN:
        what, remedy = "the database of batches cannot be opened", "Make the file and its folder readable and writable"
    else:
        what, remedy = f"the database of batches cannot be used ({_line(cause)})", "Check the disk and its permissions"
    return StoreError(what, where=location, remedy=remedy)


def _of_server(cause: BaseException, location: str, secret: str) -> IvyError:
    state = getattr(cause, "sqlstate", None)
    if state == _POSTGRESQL_DISK_FULL:
        return _disk_full(location, cause)
    if state == _POSTGRESQL_BUSY:
        return _busy(location)
    if state == _POSTGRESQL_READ_ONLY:
        return StoreError("the database may only be read", where=location, remedy="Ask for the right to write to it")
    reason = _line(cause).replace(secret, "***") if secret else _line(cause)
    # Without a state the server did not answer; 08 and 57 are broken connections and a server that is going down.
    if isinstance(cause, UnicodeError) or (state is not None and state[:2] not in ("08", "57")):
        what, remedy = f"the database refuses what it is asked ({reason})", "Check the rights of its user"
    else:
        what = f"the database cannot be reached ({reason})"
        remedy = "Check that the server runs and that address, name and password are right"
    return StoreError(what, where=location, remedy=remedy)


def _busy(location: str) -> StoreError:
    return StoreError(
        "another program is writing to the database of batches",
        where=location,
        remedy="Try again when it has finished",
    )


def _damaged(location: str) -> StoreError:
    return StoreError(
        "the file is damaged or is no database of batches",
        where=location,
        remedy="Move it away and run again; results that are complete stay in the output folder",
    )


def _disk_full(location: str, cause: BaseException) -> OutputError:
    error = OutputError("the disk is full", where=location, remedy="Free some space and go on with the batch")
    # Whoever looks for a full disk looks for the error of the operating system.
    reason = OSError(errno.ENOSPC, "the disk is full", location)
    reason.__cause__ = cause
    error.__cause__ = reason
    return error


def _is_full(file: Path) -> bool:
    try:
        return shutil.disk_usage(file.parent).free < _NEXT_TO_NOTHING_BYTES
    except OSError:
        return False


def _line(cause: BaseException) -> str:
    return " ".join(str(cause).split()) or type(cause).__name__
