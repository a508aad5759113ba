"""What is out of sight is brought up to date when it is looked at, not with every edit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .document import Change
from .events import Gate
from .rectified_image import RectifiedImage
from .workbench import Workbench


class Attention:
    """Which tab is looked at; presenters of the others hear of all that happened once they come to the front."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._front = ""
        self._gates: dict[str, tuple[Gate[Change], Gate[RectifiedImage]]] = {}

    @contextmanager
    def given_to(self, name: str) -> Iterator[None]:
        """Within, whoever subscribes to the workbench belongs to a tab."""
        changes: Gate[Change] = Gate(lambda earlier, later: earlier.then(later))
        images: Gate[RectifiedImage] = Gate(lambda earlier, later: later)
        changes.is_open = images.is_open = name == self._front
        self._gates[name] = changes, images
        with self._bench.document.changed.behind(changes), self._bench.rectified.changed.behind(images):
            yield

    def turn_to(self, name: str) -> None:
        """A tab comes to the front."""
        self._front = name
        for other, gates in self._gates.items():
            for gate in gates:
                gate.is_open = other == name
        self.catch_up(name)

    def catch_up(self, name: str) -> None:
        """Tell a tab all that it has not heard, wherever it stands."""
        for gate in self._gates.get(name, ()):
            gate.catch_up()
