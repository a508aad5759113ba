"""The way to a Dask cluster: one that runs already, or one of this program's own."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import warnings
from dataclasses import dataclass

import dask
import distributed
from distributed.versions import VersionMismatchWarning
from tornado.platform.asyncio import BaseAsyncIOLoop

from ....batch.engine.resources import MachineResources
from ....domain.errors import IvyError
from .settings import DaskSettings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connection:
    """A client, and the cluster behind it if it is our own."""

    client: distributed.Client
    cluster: distributed.LocalCluster | None = None

    @property
    def address(self) -> str:
        """Where the scheduler is."""
        return str(self.client.scheduler.address) if self.client.scheduler is not None else ""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the client, which runs in a thread of its own."""
        assert isinstance(self.client.loop, BaseAsyncIOLoop)
        return self.client.loop.asyncio_loop

    def close(self) -> None:
        """Leave the scheduler, and end a cluster of our own."""
        self.client.close()
        if self.cluster is not None:
            self.cluster.close()


def connect(settings: DaskSettings) -> Connection:
    """Connect to the scheduler, or start a cluster on this machine.

    Raises
    ------
    IvyError
        If the scheduler cannot be reached, or the cluster cannot be started.
    """
    if settings.scheduler is not None:
        return Connection(_client(settings.scheduler, settings))
    cluster = _own_cluster(settings)
    try:
        return Connection(_client(cluster.scheduler_address, settings), cluster)
    except BaseException:
        cluster.close()
        raise


def _client(address: str, settings: DaskSettings) -> distributed.Client:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", VersionMismatchWarning)
        client = _attempted(address, settings)
    for warning in caught:
        _tell(warning)
    if isinstance(client, distributed.Client):
        return client
    # A client that did not come about closes itself when it is collected. Within the start of another one it would wait
    # for a lock that its own thread holds, so it goes now, and no exception may keep it.
    gc.collect()
    remedy = "Check the address and the certificates, and that 'dask scheduler' runs there"
    raise IvyError(f"the Dask scheduler cannot be reached ({client})", where=address, remedy=remedy)


def _attempted(address: str, settings: DaskSettings) -> distributed.Client | str:
    """A client, or in words why there is none."""
    timeout_s, security = settings.connect_timeout_s, _security(settings)
    try:
        return distributed.Client(address, timeout=timeout_s, security=security, set_as_default=False)
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        return _first_line(error)


def _tell(warning: warnings.WarningMessage) -> None:
    if not issubclass(warning.category, VersionMismatchWarning):
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
        return
    table = " ".join(str(warning.message).split())
    _log.warning("program, scheduler and workers of the Dask cluster differ in their versions: %s", table)


def _security(settings: DaskSettings) -> distributed.Security | None:
    if not settings.is_encrypted:
        return None
    return distributed.Security(
        require_encryption=True,
        tls_ca_file=str(settings.tls_ca_file),
        tls_client_cert=str(settings.tls_cert_file),
        tls_client_key=str(settings.tls_key_file),
    )


def _own_cluster(settings: DaskSettings) -> distributed.LocalCluster:
    workers = settings.workers or os.cpu_count() or 1
    logging.getLogger("distributed").setLevel(logging.ERROR)
    share_bytes = MachineResources().memory_limit_bytes() // workers
    try:
        with dask.config.set(_own_configuration()):
            return distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                # none at all would be one on the usual port of every network
                dashboard_address="127.0.0.1:0",
                worker_dashboard_address="127.0.0.1:0",
                # the nanny would look at the memory of the worker only, and jobs have processes of their own
                memory_limit=0,
                resources={settings.memory_resource: share_bytes},
                # would change handlers of the whole program; the levels that are set above are those of Dask alone
                silence_logs=False,
            )
    except (OSError, RuntimeError, ValueError) as error:
        remedy = "Start fewer workers, or choose the executor 'local'"
        raise IvyError(
            f"no Dask cluster can be started on this machine ({_first_line(error)})", remedy=remedy
        ) from error


def _own_configuration() -> dict[str, object]:
    before_spawning = dask.config.get("distributed.nanny.pre-spawn-environ", {})
    return {
        # tasks of a lost worker are repeated by the engine, which knows what has become of them
        "distributed.scheduler.allowed-failures": 0,
        "distributed.nanny.pre-spawn-environ": {**before_spawning, "DASK_LOGGING__DISTRIBUTED": "error"},
    }


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(":. ")
