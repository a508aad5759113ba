"""Why velocities are out of date, in words."""

from __future__ import annotations

from ...domain.project import Project

_SETTINGS = "the settings were changed after the velocities were measured: measure again"


def why_out_of_date(project: Project) -> str:
    """What changed since the velocities were measured, and what to do; empty while they are current."""
    if project.velocities is None or project.are_velocities_current:
        return ""
    return why_another_film(project) or _SETTINGS


def why_another_film(project: Project) -> str:
    """That the video is not the film on which the velocities were measured; empty if it is, or nobody can tell."""
    then = None if project.velocities is None else project.velocities.basis.video.film
    now = project.video.film
    if not project.is_film_replaced or project.video.path is None:
        return ""
    measured = "" if then is None else f" ({then})"
    present = "" if now is None else f" ({now})"
    return (
        f"the velocities were measured on another film{measured} than {project.video.path.name}{present}: "
        "measure again, or find the film that they were measured on"
    )
