"""Steps of stopping."""

from __future__ import annotations

from image_velocimetry_tools.batch.engine.stop_control import Stop, StopControl


def test_that_ctrl_c_goes_from_finishing_over_cancelling_to_leaving() -> None:
    control = StopControl()
    assert [control.next_step() for _ in range(4)] == [Stop.FINISH, Stop.CANCEL, Stop.LEAVE, Stop.LEAVE]


def test_that_a_wish_never_becomes_milder_and_wakes_the_loop() -> None:
    control, woken = StopControl(), []
    control.ask(Stop.FINISH)
    control.connect(lambda: woken.append(control.step))
    control.ask(Stop.CANCEL)
    control.ask(Stop.FINISH)
    assert control.step is Stop.CANCEL
    assert woken == [Stop.CANCEL, Stop.CANCEL]
    assert StopControl().next_step() is Stop.FINISH


def test_that_ctrl_c_after_an_interruption_leaves() -> None:
    control = StopControl()
    control.ask(Stop.INTERRUPT)
    assert control.next_step() is Stop.LEAVE
