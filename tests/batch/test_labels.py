"""Names and priorities of batches."""

from __future__ import annotations

import pytest

from image_velocimetry_tools.batch.labels import BatchLabels
from image_velocimetry_tools.domain.errors import IvyError


@pytest.mark.parametrize("name", ["a", "x" * 100, "  Boneyard, May  "])
@pytest.mark.parametrize("priority", [0, 10])
def test_that_names_up_to_100_characters_and_priorities_up_to_10_do(name: str, priority: int) -> None:
    labels = BatchLabels(name, priority=priority)
    assert labels.checked() is labels


def test_that_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(IvyError) as raised:
        BatchLabels("  ", priority=11).checked()
    assert len(raised.value.problems) == 2
    for labels in (BatchLabels("x" * 101), BatchLabels("a", priority=-1)):
        with pytest.raises(IvyError):
            labels.checked()
