"""One attempt on the cluster, seen from the program; lives in the event loop of the client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError as LostFuture

import distributed

from ....plugins.executors import AttemptEnded, ExitCause
from .orders import BEGIN, AttemptOrder, AttemptReturn
from .worker_task import run_attempt

_INSTALLED = "Install the same version of IVyTools on every worker"
_GONE = "the worker that it ran on went away"


class RemoteAttempt:
    """Hands an attempt to the cluster and waits for its end.

    Parameters
    ----------
    key
        The engine's name of the attempt.
    order
        What the worker gets.
    resources
        What the worker must have free.
    tell_end
        Called once, with the log of the attempt.
    """

    def __init__(
        self,
        key: str,
        order: AttemptOrder,
        resources: dict[str, float],
        tell_end: Callable[[AttemptEnded, bytes], None],
    ) -> None:
        self._key, self._order, self._resources, self._tell_end = key, order, resources, tell_end
        self._is_submitted = asyncio.Event()
        self._is_revoked = False
        self._queue: distributed.Queue | None = None
        self._future: distributed.Future[AttemptReturn] | None = None

    async def run(self, client: distributed.Client) -> None:
        """Submit the attempt and wait; whatever happens, its end is told."""
        try:
            await self._submit(client)
            returned = await self._returned()
        except LostFuture:
            returned = self._unfinished("the connection to the Dask scheduler was lost")
        except distributed.KilledWorker as error:
            returned = AttemptReturn(detail=f"{_GONE} ({error.last_worker.address})")
        except OSError as error:
            returned = AttemptReturn(detail=f"the Dask scheduler went away ({error})")
        except Exception as error:
            what = f"a worker could not begin ({type(error).__name__}: {error}). {_INSTALLED}."
            returned = AttemptReturn(ExitCause.RAISED, detail=what)
        self._is_submitted.set()
        self._release(client)
        self._tell_end(returned.as_ended(self._key), returned.log)

    async def _submit(self, client: distributed.Client) -> None:
        self._queue = await distributed.Queue(self._order.name, client=client)
        await self._queue.put(BEGIN)
        self._future = client.submit(
            run_attempt,
            self._order,
            key=self._order.name,
            pure=False,
            retries=0,
            resources=self._resources or None,
        )
        self._is_submitted.set()

    async def _returned(self) -> AttemptReturn:
        assert self._future is not None
        returned: AttemptReturn = await self._future
        return self._unfinished(_GONE) if returned.is_refused else returned

    def _unfinished(self, detail: str) -> AttemptReturn:
        if self._is_revoked:
            return AttemptReturn(ExitCause.CANCELLED, detail="it had not begun")
        return AttemptReturn(ExitCause.LOST, detail=detail)

    def _release(self, client: distributed.Client) -> None:
        if client.status != "running":
            return
        if self._future is not None:
            self._future.release()
        if self._queue is not None:
            self._queue.close()

    async def stop(self, how: str) -> None:
        """Have it end: before it began by taking the permission back, afterwards by an order to the worker."""
        await self._is_submitted.wait()
        if self._queue is None or self._future is None or self._future.done():
            return
        try:
            if BEGIN in await self._queue.get(batch=True):
                self._is_revoked = True
                await self._future.cancel()
            else:
                await self._queue.put(how)
        except (OSError, KeyError):
            return  # it ended meanwhile, or the scheduler has gone: run() tells
