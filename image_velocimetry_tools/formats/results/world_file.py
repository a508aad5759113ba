"""World files: where a picture lies in the coordinates of a site, as geographic information systems read it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

WORLD_SUFFIX = ".jgw"
"""That of the world file of a JPEG picture."""


def world_file_text(world_matrix: ArrayLike) -> str:
    """The six lines of a world file.

    Parameters
    ----------
    world_matrix
        Affine matrix (3, 3) from homogeneous pixels (column, row; whole numbers at their middles) to X and Y in metres.
    """
    (x_column, x_row, x_first), (y_column, y_row, y_first), _ = np.asarray(world_matrix, dtype=float)
    lines = (x_column, y_column, x_row, y_row, x_first, y_first)
    return "".join(f"{value:.12g}\n" for value in lines)
