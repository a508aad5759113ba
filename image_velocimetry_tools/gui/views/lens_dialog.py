"""The dialog of lens distortion: its centre in pixels and as a share of the frame, and its coefficients."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from ...domain.video import FrameSize, LensModel
from .widgets.dialog_buttons import DialogButtons
from .widgets.number_fields import NumberField

_CENTRE = ("centre_x", "centre_y")


class LensDialog(QDialog):
    """Asks for a lens model for frames of a size; pixels and shares of the centre follow each other."""

    def __init__(self, lens: LensModel, size: FrameSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Lens distortion")
        self._size = (size.width_px, size.height_px)
        # what nobody touches keeps all its digits, however few a field shows
        self._lens = lens
        self.pixelFields = [NumberField(self, unit="px", decimals=1, step=1.0, minimum=-99999.0) for _ in range(2)]
        self.shareFields = [NumberField(self, decimals=6, step=0.01, minimum=-10.0, maximum=10.0) for _ in range(2)]
        self.k1Field = NumberField(self, decimals=6, step=0.01, minimum=-10.0, maximum=10.0)
        self.k2Field = NumberField(self, decimals=6, step=0.01, minimum=-10.0, maximum=10.0)
        self.buttons = DialogButtons(DialogButtons.Ok | DialogButtons.Cancel, self)
        self._lay_out(size)
        self._name_fields()
        self._show()
        for name, pixels, shares, size_px in zip(_CENTRE, self.pixelFields, self.shareFields, self._size, strict=True):
            pixels.edited.connect(lambda value, name=name, size_px=size_px: self._change(name, value / size_px))
            shares.edited.connect(lambda value, name=name: self._change(name, value))
        self.k1Field.edited.connect(lambda value: self._change("k1", value))
        self.k2Field.edited.connect(lambda value: self._change("k2", value))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    @property
    def lens(self) -> LensModel:
        """What was entered."""
        return self._lens

    def _change(self, name: str, value: float) -> None:
        self._lens = replace(self._lens, **{name: value})
        self._show()

    def _show(self) -> None:
        for axis, share in enumerate((self._lens.centre_x, self._lens.centre_y)):
            self.pixelFields[axis].show_value(share * self._size[axis])
            self.shareFields[axis].show_value(share)
        self.k1Field.show_value(self._lens.k1)
        self.k2Field.show_value(self._lens.k2)

    def _name_fields(self) -> None:
        names = ("cxPixelField", "cyPixelField"), ("cxShareField", "cyShareField")
        for fields, given in zip((self.pixelFields, self.shareFields), names, strict=True):
            for field, name in zip(fields, given, strict=True):
                field.setObjectName(name)
                field.setToolTip("Centre of the distortion in the frame")
        for field, name in ((self.k1Field, "k1Field"), (self.k2Field, "k2Field")):
            field.setObjectName(name)
            field.setToolTip("Coefficient of the distortion; 0 is none, negative corrects a barrel")

    def _lay_out(self, size: FrameSize) -> None:
        text = QLabel(
            f"A corrected pixel at radius r shows the recorded one at r (1 + k1 r² + k2 r⁴); r is 1 at half the"
            f" diagonal of the frame, which is {size.width_px} × {size.height_px} px.",
            self,
        )
        text.setWordWrap(True)
        grid = QGridLayout()
        for row, name in enumerate(("Centre x", "Centre y")):
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(self.pixelFields[row], row, 1)
            grid.addWidget(QLabel("or, as a share"), row, 2)
            grid.addWidget(self.shareFields[row], row, 3)
        for row, (name, field) in enumerate((("k1", self.k1Field), ("k2", self.k2Field)), 2):
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(field, row, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(grid)
        layout.addWidget(self.buttons)
