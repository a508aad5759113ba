"""Settings of the Dask executor."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from ..settings import LocalSettings


class DaskSettings(LocalSettings):
    """Where the cluster is, and how jobs run on its workers: there, each has a process as on a single machine."""

    scheduler: str | None = Field(
        default=None,
        description="Address of the Dask scheduler, such as tcp://10.0.0.5:8786; without it, a cluster of processes is "
        "started on this machine",
    )
    workers: int | None = Field(
        default=None, ge=1, description="Workers of the cluster on this machine; one for each core if not given"
    )
    memory_resource: str = Field(
        default="memory",
        description="Name of the resource by which workers declare their memory in bytes; where no worker declares it, "
        "Dask is not told how much memory a job needs",
    )
    connect_timeout_s: float = Field(
        default=10.0, gt=0.0, description="Seconds to wait for the scheduler before giving up"
    )
    tls_ca_file: Path | None = Field(default=None, description="Certificate authority of an encrypted cluster (PEM)")
    tls_cert_file: Path | None = Field(default=None, description="Certificate of this side of an encrypted cluster")
    tls_key_file: Path | None = Field(default=None, description="Private key that belongs to the certificate")

    @model_validator(mode="after")
    def _checked_together(self) -> Self:
        if self.workers is not None and self.scheduler is not None:
            raise ValueError("workers is for a cluster on this machine; leave it out, or leave scheduler out")
        files = (self.tls_ca_file, self.tls_cert_file, self.tls_key_file)
        if any(files) and not all(files):
            raise ValueError("tls_ca_file, tls_cert_file and tls_key_file belong together; give all three or none")
        if any(files) and self.scheduler is None:
            raise ValueError("certificates are for a scheduler elsewhere; give its address, or leave them out")
        return self

    @property
    def is_encrypted(self) -> bool:
        """Whether the cluster asks for certificates."""
        return self.tls_ca_file is not None
