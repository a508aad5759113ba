from __future__ import annotations

from image_velocimetry_tools.services.player.wishes import Exact, Near, Pause, Wishes


def test_that_only_the_latest_wish_counts() -> None:
    wishes = Wishes()
    wishes.put(Near(1.0))
    wishes.put(Exact(2.0))
    assert wishes.is_set()
    assert wishes.take(wait=True) == Exact(2.0)
    assert not wishes.is_set()
    assert wishes.take(wait=False) is None


def test_that_steps_are_added_to_the_wish_that_waits() -> None:
    wishes = Wishes()
    wishes.put(Near(1.0))
    wishes.add_steps(2)
    assert wishes.take(wait=False) == Exact(1.0, 2)
    wishes.put(Pause())
    wishes.add_steps(-1)
    wishes.add_steps(-1)
    assert wishes.take(wait=False) == Exact(None, -2)
