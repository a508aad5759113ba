"""The local executor keeps the contract, however it starts processes."""

from __future__ import annotations

from image_velocimetry_tools.builtins.executors.local import LocalExecutor
from image_velocimetry_tools.builtins.executors.settings import LocalSettings, StartMethod
from image_velocimetry_tools.testing.executor_contract import ExecutorContract


class TestForked(ExecutorContract):
    def make_executor(self) -> LocalExecutor:
        return LocalExecutor(LocalSettings(preload=False, terminate_after_s=0.2, kill_after_s=0.4))


class TestSpawned(ExecutorContract):
    def make_executor(self) -> LocalExecutor:
        settings = LocalSettings(start_method=StartMethod.SPAWN, terminate_after_s=0.2, kill_after_s=0.4)
        return LocalExecutor(settings)
