"""Progress thinned out at its source."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.builtins.executors.progress_thinning import ThinnedProgress


class _Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0.0, 0.6)), max_size=60))
def test_that_every_change_of_stage_passes_and_nothing_else_sooner_than_a_quarter_of_a_second(
    calls: list[tuple[str, float]],
) -> None:
    clock = _Clock()
    passed: list[tuple[float, str]] = []
    progress = ThinnedProgress(lambda stage, fraction: passed.append((clock.now_s, stage)), clock)
    changes = 0
    before = None
    for stage, step_s in calls:
        clock.now_s += step_s
        progress(stage, 0.5)
        changes += stage != before
        before = stage
    told = [stage for _, stage in passed]
    assert sum(earlier != later for earlier, later in pairwise([None, *told])) == changes
    for (earlier_s, earlier), (later_s, later) in pairwise(passed):
        assert earlier != later or later_s - earlier_s >= 0.25


def test_that_steady_progress_is_told_four_times_a_second() -> None:
    clock = _Clock()
    passed: list[float] = []
    progress = ThinnedProgress(lambda stage, fraction: passed.append(fraction), clock)
    for step in range(1024):
        clock.now_s = step / 128
        progress("decode", step / 1024)
    assert len(passed) == 32
