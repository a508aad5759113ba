"""Settings that do not do, in the user's words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.plan.changed_settings import settings_error


def sentences(**given: Any) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        RunSettings.model_validate(given)
    return [str(problem) for problem in settings_error(raised.value).problems]


def test_that_a_misspelt_setting_is_answered_with_the_nearest() -> None:
    assert sentences(max_retrys=1) == ["there is no setting 'max_retrys'. Use 'max_retries'."]


def test_that_an_unknown_setting_is_answered_with_all_there_are() -> None:
    assert "stop_on_first_failure" in sentences(zzz=1)[0]


def test_that_every_wrong_value_is_named_with_its_setting() -> None:
    found = sentences(job_timeout_s=-1, retry_delay_s="soon")
    assert len(found) == 2
    assert "setting 'job_timeout_s'" in found[0]
    assert "-1" in found[0]
    assert "'soon'" in found[1]
