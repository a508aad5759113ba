"""Videos of invented rivers whose discharge is known exactly: for the demonstration and for tests."""

from __future__ import annotations

from .alder_mill import alder_mill_site, alder_mill_videos, write_demo_case
from .camera import PinholeCamera
from .case import write_case
from .profile import BetaProfile
from .rendering import calibration_picture, frames, render_video
from .site import SyntheticSite, SyntheticVideo
from .truth import FlowTruth, flow_truth

__all__ = [
    "BetaProfile",
    "FlowTruth",
    "PinholeCamera",
    "SyntheticSite",
    "SyntheticVideo",
    "alder_mill_site",
    "alder_mill_videos",
    "calibration_picture",
    "flow_truth",
    "frames",
    "render_video",
    "write_case",
    "write_demo_case",
]
