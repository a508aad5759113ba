"""The Dask executor keeps the contract on a cluster of two workers."""

from __future__ import annotations

import pytest

from image_velocimetry_tools.builtins.executors.dask.connection import connect
from image_velocimetry_tools.builtins.executors.dask.executor import DaskExecutor
from image_velocimetry_tools.builtins.executors.dask.settings import DaskSettings
from image_velocimetry_tools.testing.executor_contract import ExecutorContract


class TestDask(ExecutorContract):
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _settings(cls, dask_settings: DaskSettings) -> None:
        cls.settings = dask_settings

    def make_executor(self) -> DaskExecutor:
        return DaskExecutor(self.settings, connect)
