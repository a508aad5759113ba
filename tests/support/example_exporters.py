"""Exporters of another package, for tests: each does one thing that can happen."""

from __future__ import annotations

from pathlib import Path

import pytest
from installed_plugins import install_package

CODE = """
import signal
from pathlib import Path
from pydantic import BaseModel, Field
from image_velocimetry_tools.domain.errors import Cancelled, OutputError
from image_velocimetry_tools.formats.atomic_file import replace_file
from image_velocimetry_tools.plugins.exporters import Exported
from image_velocimetry_tools.plugins.interfaces import PluginSpec

class Settings(BaseModel):
    prefix: str = Field("x", description="text before every id")

class Ids:
    suffix = ".txt"
    def __init__(self, settings):
        self.settings = settings
    def export(self, source, target, *, progress=None, cancel=None):
        with replace_file(target) as stream:
            for job in source.jobs:
                stream.write(f"{self.settings.prefix}{job.job_id} ".encode())
                progress(job.number / len(source.jobs), job.job_id)
        return Exported((target,), tuple(f"{job.job_id} has no colour." for job in source.jobs))

class Crash(Ids):
    def export(self, source, target, **options):
        with replace_file(target) as stream:
            stream.write(b"half")
            raise RuntimeError("a defect")

class Refuse(Ids):
    def export(self, source, target, **options):
        raise OutputError("the disk is full", where=str(target))

class Interrupt(Ids):
    def export(self, source, target, *, progress=None, cancel=None):
        with replace_file(target) as stream:
            stream.write(b"half")
            assert not cancel()
            signal.raise_signal(signal.SIGINT)
            if cancel():
                raise Cancelled
        return Exported((target,))

class Deaf(Ids):
    def export(self, source, target, **options):
        with replace_file(target) as stream:
            stream.write(b"half")
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
        return Exported((target,))

"""
NAMES = ("ids", "crash", "refuse", "interrupt", "deaf")


def install_example_exporters(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the package into ``folder``, which is searched from then on."""
    specs = [f'{name.upper()} = PluginSpec("{name}", "t", {name.title()}, Settings)' for name in NAMES]
    points = {f"ivytools.exporters:{name}": name.upper() for name in NAMES}
    install_package(folder, "example-exporters", "module_example_exporters", CODE + "\n".join(specs), points)
    monkeypatch.syspath_prepend(folder)
