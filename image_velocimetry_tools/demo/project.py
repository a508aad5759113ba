"""The scaffold of a generated site: the project that a user would have set up by hand."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..domain.angles import geographic_direction
from ..domain.ground_control import GroundControlPoint, GroundControlPoints
from ..domain.scaffold import RasterExtent
from ..domain.section import Bank, SubSurvey
from ..formats.project.archive import write_project
from ..formats.survey.areacomp import write_areacomp
from ..formats.survey.gcp_csv import format_gcp_csv
from .rendering import Frame, calibration_picture
from .site import SyntheticSite, SyntheticVideo
from .truth import water_edges

FloatArray = NDArray[np.float64]
COMMENT_CATEGORIES = (
    "Video Preprocessing",
    "Image Frame Processing",
    "Orthorectification",
    "Cross-Section Geometry",
    "Grid Preparation",
    "Space-Time Image Velocimetry (Exhaustive)",
    "Space-Time Image Results",
    "Discharge",
    "Reporting",
    "System",
    "Other",
)
SECTION_NAME = "Cross-Section.csv"


@dataclass(frozen=True, slots=True)
class RasterGeometry:
    """Size of the rectified picture and the map from the world to its pixels, worked out from first principles."""

    extent: RasterExtent
    pixel_size_m: float
    width_px: int
    height_px: int
    flip_x: bool
    flip_y: bool

    @classmethod
    def of(cls, site: SyntheticSite) -> RasterGeometry:
        """The raster of a site: as many pixels in the extent as the frame has."""
        width, height = site.extent.x_max_m - site.extent.x_min_m, site.extent.y_max_m - site.extent.y_min_m
        frame = site.camera.frame
        size = float(np.sqrt(width * height / (frame.width_px * frame.height_px)))
        columns = len(np.arange(site.extent.x_min_m, site.extent.x_max_m, size))
        rows = len(np.arange(site.extent.y_min_m, site.extent.y_max_m, size))
        return cls(site.extent, size, columns, rows, site.flip_x, site.flip_y)

    def pixels(self, world_m: FloatArray) -> FloatArray:
        """Pixels (n, 2) of world XY (n, 2)."""
        x = (world_m[:, 0] - self.extent.x_min_m) / self.pixel_size_m
        y = self.height_px - 1 - (world_m[:, 1] - self.extent.y_min_m) / self.pixel_size_m
        return np.column_stack(
            [self.width_px - 1 - x if self.flip_x else x, self.height_px - 1 - y if self.flip_y else y]
        )

    def direction_deg(self, world_vector: FloatArray) -> float:
        """Geographic angle in the picture of a horizontal world vector (2,)."""
        x = -world_vector[0] if self.flip_x else world_vector[0]
        y = world_vector[1] if self.flip_y else -world_vector[1]
        return float(geographic_direction(x, y))

    @property
    def gsd_m(self) -> float:
        """Ground sampling distance as the project file states it: the mean of both axes."""
        width, height = self.extent.x_max_m - self.extent.x_min_m, self.extent.y_max_m - self.extent.y_min_m
        return (width / self.width_px + height / self.height_px) / 2.0


def section_line_px(site: SyntheticSite) -> FloatArray:
    """Rectified pixels (2, 2) of the edges of water at the scaffold's level, the start bank first."""
    edges = np.array(water_edges(site, site.level_m))
    if site.start_bank is Bank.RIGHT:
        edges = edges[::-1]
    return RasterGeometry.of(site).pixels(site.world_of(edges))


def digitised_pixels(site: SyntheticSite) -> FloatArray:
    """Pixels (n, 2) of the control points, with the error of the hand that clicked them."""
    exact = site.camera.project(np.array(site.control_points_m))
    error = np.random.default_rng([site.seed, 5]).standard_normal(exact.shape)
    return exact + site.control_noise_px * error


def project_data(site: SyntheticSite, video_name: str) -> dict[str, object]:
    """The content of ``project_data.json``."""
    raster = RasterGeometry.of(site)
    return {
        "__program_name__": "IVyTools",
        "__version__": "1.0.0.0",
        "comments": {category: [] for category in COMMENT_CATEGORIES},
        "display_units": str(site.display_units),
        "units": str(site.display_units),
        "open_tab_index": 2,
        "process_step": "Rectify Many Frames",
        "reporting": _reporting(site),
        "video_file_name": video_name,
        **_video_settings(site, video_name),
        **_rectification_settings(site, raster),
        **_section_settings(site),
        **_stiv_settings(site, raster),
    }


def _reporting(site: SyntheticSite) -> dict[str, object]:
    return {
        "station_name": site.name,
        "station_number": "00000000",
        "party": "",
        "weather": "",
        "meas_date": "5/14/2024",
        "meas_number": 1,
        "gage_ht": 0.0,
        "start_time": "12:00:00",
        "mid_time": "12:00:00",
        "end_time": "12:00:00",
        "project_description": "Generated case of known discharge",
    }


def _video_settings(site: SyntheticSite, video_name: str) -> dict[str, object]:
    preparation = site.preparation
    return {
        "video_rotation": preparation.rotation_deg,
        "video_flip": preparation.flip,
        "extraction_frame_step": site.frame_step,
        "extraction_timestep_ms": 1000.0 * site.frame_step / 30.0,
        "ffmpeg_parameters": {
            "input_video": video_name,
            "output_video": "",
            "start_time": "00:00:00.00",
            "end_time": None,
            "video_rotation": preparation.rotation_deg,
            "video_flip": preparation.flip,
            "strip_audio": True,
            "normalize_luma": preparation.normalize_luma,
            "curve_preset": preparation.curve_preset,
            "stabilize": preparation.stabilize,
            "extract_frames": True,
            "extract_frame_step": site.frame_step,
            "extracted_frames_folder": "",
            "extract_frame_pattern": "f%05d.jpg",
            "calibrate_radial": not preparation.lens.is_identity,
            "cx": preparation.lens.centre_x,
            "cy": preparation.lens.centre_y,
            "k1": preparation.lens.k1,
            "k2": preparation.lens.k2,
        },
    }


def _rectification_settings(site: SyntheticSite, raster: RasterGeometry) -> dict[str, object]:
    camera = site.camera.matrix
    return {
        "rectification_method": "camera matrix",
        "is_camera_matrix": True,
        "is_homography_matrix": False,
        "is_ortho_flip_x": site.flip_x,
        "is_ortho_flip_y": site.flip_y,
        "water_surface_elevation": site.level_m,
        "ortho_rectified_wse_m": site.level_m,
        "pixel_ground_scale_distance_m": raster.gsd_m,
        "scene_averaged_pixel_gsd_m": raster.gsd_m,
        "rectification_parameters": {
            "homography_matrix": np.eye(3).tolist(),
            "camera_matrix": (camera / camera[2, 3]).tolist(),
            "pixel_coords": digitised_pixels(site).tolist(),
            "world_coords": [list(point) for point in site.control_points_m],
            "extent": [site.extent.x_min_m, site.extent.x_max_m, site.extent.y_min_m, site.extent.y_max_m],
            "pad_x": 0,
            "pad_y": 0,
            "water_surface_elev": site.level_m,
        },
    }


def _section_settings(site: SyntheticSite) -> dict[str, object]:
    masks = [json.dumps([list(vertex) for vertex in polygon]) for polygon in site.mask_polygons_px]
    return {
        "bathymetry_ac3_filename": "cross_section_ac3.mat",
        "is_area_comp_loaded": True,
        "cross_section_line": json.dumps([section_line_px(site).tolist()]),
        "cross_section_line_exists": True,
        "cross_section_start_bank": str(site.start_bank),
        "is_cross_section_grid": True,
        "line_mode": "cross_section",
        "number_grid_points_along_xs_line": site.grid_points,
        "mask_polygons": masks or None,
    }


def _stiv_settings(site: SyntheticSite, raster: RasterGeometry) -> dict[str, object]:
    stiv = site.stiv
    return {
        "stiv_num_pixels": stiv.num_pixels,
        "stiv_search_line_length_m": stiv.num_pixels * raster.gsd_m,
        "stiv_phi_origin": round(raster.direction_deg(site.downstream)) % 360,
        "stiv_phi_range": stiv.phi_range_deg,
        "stiv_dphi": stiv.d_phi_deg,
        "stiv_max_vel_threshold_mps": stiv.max_velocity_mps,
        "stiv_gaussian_blur_sigma": stiv.blur_sigma_px,
    }


def control_points(site: SyntheticSite) -> GroundControlPoints:
    """The table of control points as digitised."""
    return GroundControlPoints(
        tuple(
            GroundControlPoint(f"GCP{index:02d}", *world, x_px=float(pixel[0]), y_px=float(pixel[1]))
            for index, (world, pixel) in enumerate(zip(site.control_points_m, digitised_pixels(site), strict=True), 1)
        )
    )


def write_scaffold(site: SyntheticSite, video: SyntheticVideo, path: Path) -> None:
    """Write the project of a site; the first frame of ``video``, at the site's level, is its calibration image."""
    picture = calibration_picture(site, replace(video, level_m=site.level_m))
    survey = SubSurvey(SECTION_NAME, np.array(site.station_m), np.array(site.elevation_m))
    with tempfile.TemporaryDirectory() as folder:
        section = Path(folder) / "section.mat"
        write_areacomp(section, [survey], site.display_units)
        files: dict[str, bytes | Path] = {
            "2-orthorectification/!calibration_image.jpg": _jpeg(picture),
            "2-orthorectification/ground_control_points.csv": format_gcp_csv(control_points(site)).encode(),
            "5-discharge/cross_section_ac3.mat": section,
        }
        write_project(path, project_data(site, f"videos/{video.name}.mp4"), files)


def _jpeg(picture: Frame) -> bytes:
    encoded, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
    if not encoded:
        raise ValueError("the calibration picture cannot be encoded")
    return content.tobytes()
