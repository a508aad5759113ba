"""Limits on the threads of numerical libraries, before and after they are loaded."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)


def thread_environment(threads: int) -> dict[str, str]:
    """The variables that libraries read when they are loaded."""
    return dict.fromkeys(_VARIABLES, str(threads))


def limit_threads(threads: int) -> None:
    """Limit this process to ``threads``: libraries that are loaded by their setters, later ones by the environment."""
    os.environ.update(thread_environment(threads))
    if "numpy" in sys.modules:
        _pools().limit(limits=threads)
    if "cv2" in sys.modules:
        import cv2

        if cv2.getNumThreads() != threads:
            cv2.setNumThreads(threads)


@cache
def _pools() -> ThreadpoolController:
    """The libraries loaded so far; finding them takes longer than a fork, so the fork server does it for all."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
