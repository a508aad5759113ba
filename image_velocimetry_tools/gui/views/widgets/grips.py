"""Dragging what is annotated."""

from __future__ import annotations

from image_velocimetry_tools.gui.views.widgets.annotations import Annotations, Grip
from image_velocimetry_tools.gui.views.widgets.layers import Layer


class GripDrag:
    """One drag of a handle: the layer follows the mouse until it is released or the drag is abandoned.

    A layer that the program sets anew in the middle of a drag ends it: the new one stays as it is.
    """

    def __init__(self, annotations: Annotations, grip: Grip, x: float, y: float) -> None:
        self._annotations = annotations
        self._grip = grip
        self._shown: Layer = grip.layer
        # Whoever takes hold of a symbol beside its middle does not want it to jump.
        self._offset = (grip.xy[0] - x, grip.xy[1] - y)

    @property
    def alive(self) -> bool:
        """Whether the layer is still the one that is being dragged."""
        return self._annotations.get(self._grip.name) is self._shown

    def move(self, x: float, y: float) -> None:
        """Follow the mouse, at an image position."""
        if self.alive:
            self._shown = self._grip.layer.with_handle_at(self._grip.handle, x + self._offset[0], y + self._offset[1])
            self._annotations.put(self._grip.name, self._shown)

    def abandon(self) -> None:
        """Put the layer back as it was."""
        if self.alive:
            self._annotations.put(self._grip.name, self._grip.layer)

    def moved(self) -> Grip:
        """The handle where it is now."""
        return self._grip._replace(layer=self._shown)
