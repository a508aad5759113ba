"""Keys and files of a project: which this program writes itself, which it carries along, and which it forgets."""

from __future__ import annotations

from ...domain.project import VideoSettings

OWN = "ivytools_measurement"
"""The dictionary of what the keys of USGS IVyTools have no place for; that program drops it when it saves."""

FRAMES = "1-images/"
SPACE_TIME_IMAGE = "1-images/STI_{:04d}.jpg"
RESULTS_GRID = "3-grids/results_grid.csv"
STIV_RESULTS = "4-velocities/stiv_results.csv"
DISCHARGE_TABLE = "5-discharge/discharge_table.csv"
CROSS_SECTION = "5-discharge/cross_section_ac3.mat"

#: Folders and states of the machine, or of the window, that saved the project.
MACHINE = frozenset({
    "swap_directory", "swap_image_directory", "swap_orthorectification_directory", "swap_grids_directory",
    "swap_velocities_directory", "swap_discharge_directory", "swap_qaqc_directory", "project_filename",
    "project_file_path", "__icon_path__", "__user__", "video_working_path", "extracted_frames_folder",
    "ivy_settings_file", "status_message", "progress_percent", "ffmpeg_thread_is_running",
    "ffmpeg_thread_is_finished", "image_processor_thread_is_running", "image_stack", "cam", "discharge_plot_fig",
    "video_clip_filename", "is_clip_created", "extraction_video_file_name", "stabilization_check_image_path",
    "orthotable_file_name", "orthotable_fname", "last_orthotable_file_name",
})  # fmt: skip

#: Facts of the video file; what is known of it replaces them.
OF_THE_VIDEO = frozenset({
    "video_metadata", "video_duration", "video_timestep_ms", "video_num_frames", "video_frame_rate",
    "video_resolution",
})  # fmt: skip

#: What the extracted frames are; they depend on the clip and on the preparation too.
OF_THE_FRAMES = frozenset({
    "imagebrowser_sequence", "imagebrowser_image_path", "sequence_index", "is_frames_extracted",
    "is_transformed_frames", "extraction_frame_rate", "extraction_timestep_ms", "extraction_num_frames",
    "stabilize_step1_finished", "stabilize_step2_finished", "stabilize_step3_finished", "stabilize_step4_finished",
})  # fmt: skip

#: What the parts of a project say anew on every save, whether they have a value or not.
REWRITTEN = frozenset({
    OWN, "video_file_name", "video_file", "video_clip_start_time", "video_clip_end_time", "video_rotation",
    "video_flip", "video_curve_preset", "video_strip_audio", "video_normalize_luma", "video_ffmpeg_stabilize",
    "is_video_loaded", "extraction_frame_step", "frame_step", "contrast_filters",
    "orthotable_dataframe", "orthotable_file_survey_units", "water_surface_elevation", "ortho_rectified_wse_m",
    "pixel_ground_scale_distance_m", "scene_averaged_pixel_gsd_m", "is_ortho_flip_x", "is_ortho_flip_y",
    "is_homography_matrix", "is_camera_matrix", "rectification_method", "reprojection_error_pixels",
    "reprojection_error_gcp_pixel_xy", "reprojection_error_gcp_pixel_total", "rectification_rmse_m",
    "rectified_transformed_gcp_points", "last_ortho_gcp_image_path", "is_ortho_table_loaded",
    "bathymetry_ac3_filename", "is_area_comp_loaded", "cross_section_line", "cross_section_start_bank",
    "cross_section_line_exists", "cross_section_top_width_m", "is_cross_section_grid", "line_mode",
    "number_grid_points_along_xs_line", "number_grid_points_along_line", "horz_grid_size", "vert_grid_size",
    "results_grid", "results_grid_world", "grid_points", "mask_polygons",
    "stiv_num_pixels", "stiv_search_line_length_m", "stiv_phi_origin", "stiv_phi_range", "stiv_dphi",
    "stiv_max_vel_threshold_mps", "stiv_opt_max_vel_threshold_mps", "stiv_gaussian_blur_sigma", "stiv_magnitudes",
    "stiv_directions", "stiv_magnitude_normals", "thetas", "stiv_thetas", "stiv_stis", "magnitudes_mps", "directions",
    "stiv_opt_magnitudes", "stiv_opt_directions", "manual_sti_lines", "manual_average_directions", "sti_comments",
    "stiv_exists", "stiv_opt_exists", "is_stis", "is_manual_sti_corrections",
    "alpha", "discharge", "area", "discharge_results", "discharge_summary", "u_iso", "u_iso_contribution", "u_ive",
    "u_ive_contribution", "job_id", "measurement_number", "measurement_date", "measurement_time", "gage_height",
    "comments", "display_units", "units", "units_label", "survey_units", "process_step", "open_tab_index",
    "__program_name__", "__version__",
})  # fmt: skip

#: Dictionaries of which this program knows these keys; the others in them are carried along.
SHARED = {
    "ffmpeg_parameters": frozenset({
        "input_video", "output_video", "start_time", "end_time", "video_rotation", "video_flip", "strip_audio",
        "normalize_luma", "curve_preset", "stabilize", "extract_frame_step", "frame_step", "extracted_frames_folder",
        "calibrate_radial", "cx", "cy", "k1", "k2",
    }),
    "rectification_parameters": frozenset({
        "homography_matrix", "camera_matrix", "pixel_coords", "world_coords", "extent", "pad_x", "pad_y",
        "water_surface_elev", "estimated_view_angle",
    }),
    "reporting": frozenset({
        "station_name", "station_number", "party", "weather", "meas_date", "gage_ht", "start_time", "end_time",
        "mid_time", "meas_number", "project_description",
    }),
}  # fmt: skip

#: Which video, and which frames of it, the carried keys and files belong to; never written.
CARRIED_VIDEO, CARRIED_FRAMES = "carried video", "carried frames"


def frames_of(video: VideoSettings) -> str:
    """What the extracted frames of a project depend on."""
    return repr((str(video.path), video.clip, video.preparation))
