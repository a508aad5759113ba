"""The inline executor keeps what the contract asks of executors without isolation."""

from __future__ import annotations

from image_velocimetry_tools.builtins.executors.inline import InlineExecutor
from image_velocimetry_tools.testing.executor_contract import ExecutorContract


class TestInline(ExecutorContract):
    def make_executor(self) -> InlineExecutor:
        return InlineExecutor()
