"""Exact area and discharge of a generated video."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain.section import Bank
from .site import SyntheticSite, SyntheticVideo

FloatArray = NDArray[np.float64]
PROFILE_POINTS = 41


@dataclass(frozen=True, slots=True, eq=False)
class FlowTruth:
    """What a perfect measurement of one video would report, SI; distances count from the start of the site's line."""

    discharge_m3s: float
    area_m2: float
    wetted_width_m: float
    max_surface_velocity_mps: float
    distance_m: FloatArray
    velocity_mps: FloatArray


def water_edges(site: SyntheticSite, level_m: float) -> tuple[float, float]:
    """Stations of the left and right edge of the water that stands over the deepest point of the section.

    Raises
    ------
    ValueError
        If the level is below the bed or above the end of a bank.
    """
    stations, elevations = np.array(site.station_m), np.array(site.elevation_m)
    deepest = int(np.argmin(elevations))
    if elevations[deepest] >= level_m:
        raise ValueError(f"the level {level_m} m is not above the bed of {site.name}")
    left = _edge(stations[deepest::-1], elevations[deepest::-1], level_m)
    return left, _edge(stations[deepest:], elevations[deepest:], level_m)


def _edge(stations: FloatArray, elevations: FloatArray, level_m: float) -> float:
    dry = np.flatnonzero(elevations >= level_m)
    if dry.size == 0:
        raise ValueError(f"the level {level_m} m is above the end of the bank")
    outer = int(dry[0])
    share = (level_m - elevations[outer - 1]) / (elevations[outer] - elevations[outer - 1])
    return float(stations[outer - 1] + share * (stations[outer] - stations[outer - 1]))


def wetted_polyline(site: SyntheticSite, level_m: float) -> tuple[FloatArray, FloatArray]:
    """Stations and depths of the bed between the edges of water; a wall is two points at one station."""
    left, right = water_edges(site, level_m)
    stations, depths = np.array(site.station_m), level_m - np.array(site.elevation_m)
    deepest = int(np.argmax(depths))
    index = np.arange(len(stations))
    dry = depths <= 0.0
    first = int(index[dry & (index < deepest)].max()) + 1
    last = int(index[dry & (index > deepest)].min())
    return (
        np.concatenate([[left], stations[first:last], [right]]),
        np.concatenate([[0.0], depths[first:last], [0.0]]),
    )


def flow_truth(site: SyntheticSite, video: SyntheticVideo) -> FlowTruth:
    """Area and discharge without any discretisation: depth is linear between survey points, velocity a beta law."""
    left, right = water_edges(site, video.level_m)
    width = right - left
    stations, depths = wetted_polyline(site, video.level_m)
    normal = float(np.cos(np.radians(video.skew_deg)))
    surface_flux = _surface_flux((stations - left) / width, depths, video) * width * normal
    position = np.linspace(0.0, 1.0, PROFILE_POINTS)
    velocity = video.profile.velocity_mps(position) * normal
    return FlowTruth(
        discharge_m3s=video.alpha * surface_flux,
        area_m2=float(np.trapezoid(depths, stations)),
        wetted_width_m=width,
        max_surface_velocity_mps=abs(video.profile.peak_mps),
        distance_m=position * width,
        velocity_mps=velocity if site.start_bank is Bank.LEFT else velocity[::-1],
    )


def _surface_flux(xi: FloatArray, depths: FloatArray, video: SyntheticVideo) -> float:
    """Integral of v(xi) d(xi) over the relative position xi: panels of linear depth, moments in closed form."""
    run = np.diff(xi)
    sloped = run > 0.0
    slope = np.diff(depths)[sloped] / run[sloped]
    constant = depths[:-1][sloped] - slope * xi[:-1][sloped]
    flux = np.diff(video.profile.moment(xi, 0))[sloped] * constant
    return float(np.sum(flux + np.diff(video.profile.moment(xi, 1))[sloped] * slope))
