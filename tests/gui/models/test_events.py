from __future__ import annotations

from image_velocimetry_tools.gui.models.events import Event, Gate


def test_that_listeners_are_told_in_the_order_of_subscription_until_they_end_it() -> None:
    event: Event[int] = Event()
    told: list[str] = []
    end = event.subscribe(lambda value: told.append(f"first {value}"))
    event.subscribe(lambda value: told.append(f"second {value}"))
    event.emit(1)
    end()
    event.emit(2)
    assert told == ["first 1", "second 1", "second 2"]


def test_that_a_closed_gate_tells_everything_as_one_when_it_catches_up() -> None:
    event: Event[str] = Event()
    gate: Gate[str] = Gate(lambda earlier, later: f"{earlier}, then {later}")
    told: list[str] = []
    with event.behind(gate):
        event.subscribe(told.append)
    event.emit("a")
    gate.is_open = False
    event.emit("b")
    event.emit("c")
    assert told == ["a"]
    gate.catch_up()
    gate.catch_up()
    assert told == ["a", "b, then c"]


def test_that_only_who_subscribes_behind_a_gate_waits_and_may_refuse_to() -> None:
    event: Event[str] = Event()
    gate: Gate[str] = Gate(lambda earlier, later: later)
    gate.is_open = False
    waiting: list[str] = []
    at_once: list[str] = []
    elsewhere: list[str] = []
    with event.behind(gate):
        end = event.subscribe(waiting.append)
        event.subscribe(at_once.append, while_hidden=True)
    event.subscribe(elsewhere.append)
    event.emit("a")
    assert (waiting, at_once, elsewhere) == ([], ["a"], ["a"])
    end()
    gate.catch_up()
    assert waiting == []
