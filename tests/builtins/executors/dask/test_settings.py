"""The settings of the Dask executor, and what its plugin costs that does not use it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from image_velocimetry_tools.builtins.executors.dask import DASK
from image_velocimetry_tools.builtins.executors.dask.settings import DaskSettings
from image_velocimetry_tools.plugins.settings_options import setting_options


def test_that_the_plugin_is_named_without_loading_dask() -> None:
    module = "image_velocimetry_tools.builtins.executors.dask"
    code = f"import sys; from {module} import DASK; print('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"scheduler": "tcp://a:1", "workers": 2}, "workers is for a cluster on this machine"),
        ({"scheduler": "tls://a:1", "tls_ca_file": "ca.pem"}, "belong together"),
        ({"tls_ca_file": "a", "tls_cert_file": "b", "tls_key_file": "c"}, "give its address"),
        ({"workers": 0}, "greater than or equal to 1"),
        ({"connect_timeout_s": 0}, "greater than 0"),
        ({"kill_after_s": 1.0, "terminate_after_s": 2.0}, "must not be less"),
    ],
)
def test_that_settings_that_do_not_go_together_are_refused(values: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        DaskSettings(**values)


def test_that_every_setting_is_an_option() -> None:
    flags = {option.flag for option in setting_options(DASK)}
    assert {"--dask-scheduler", "--dask-workers", "--dask-memory-resource", "--dask-kill-after-s"} <= flags
    assert len(flags) == len(DaskSettings.model_fields)


def test_that_encryption_follows_from_the_certificates() -> None:
    files = {"tls_ca_file": "a", "tls_cert_file": "b", "tls_key_file": "c"}
    assert DaskSettings(scheduler="tls://a:1", **files).is_encrypted
    assert not DaskSettings(scheduler="tcp://a:1").is_encrypted
