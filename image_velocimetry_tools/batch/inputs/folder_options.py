"""What a user says about a folder of videos that is used in place of a jobs CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ...domain.errors import VideoError


class FolderOptions(BaseModel):
    """Which videos of a folder count and where their water levels come from.

    Levels are in the display units of the scaffold, the offset included. With ``strict`` a video that gets no level
    stops the batch; otherwise it is left out and said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: Annotated[
        str | None, Field(description="which file names count, e.g. '*.mp4'; all videos if left out")
    ] = None
    recursive: Annotated[bool, Field(description="look into subfolders too")] = False
    wse: Annotated[float | None, Field(description="one water level for all videos, display units of the scaffold")] = (
        None
    )
    stage_record: Annotated[
        Path | None,
        Field(description="levels over time instead: a USGS NWIS tab file, or a CSV; a unit that it states is heeded"),
    ] = None
    column: Annotated[str | None, Field(description="level column of the record, if it has several")] = None
    timezone: Annotated[
        str | None, Field(description="zone of the times in file names: America/Chicago, CDT, '-05:00'")
    ] = None
    datum_offset: Annotated[
        float,
        Field(
            description="added to every level, display units of the scaffold: gage datum to that of the control points"
        ),
    ] = 0.0
    max_gap_min: Annotated[
        float, Field(ge=0.0, description="largest distance between the readings round a video, minutes")
    ] = 30.0
    alpha: Annotated[
        float | None,
        Field(gt=0.0, le=1.0, description="mean over surface velocity; if left out, that of the project, else 0.85"),
    ] = None
    start_time: Annotated[str | float | None, Field(description="start of the clip in every video")] = None
    end_time: Annotated[str | float | None, Field(description="end of the clip in every video")] = None
    strict: Annotated[bool, Field(description="stop if a video has no level, rather than leave it out")] = False

    def require_levels(self) -> None:
        """Check that levels come from exactly one source.

        Raises
        ------
        VideoError
            If they come from none, or from two.
        """
        if self.wse is None and self.stage_record is None:
            what = "the videos of the folder have no water level"
            raise VideoError(what, remedy="Give one level for all (--wse) or a stage record (--stage-record)")
        if self.wse is not None and self.stage_record is not None:
            what = "the videos of the folder have two sources of water levels, one level for all and a stage record"
            raise VideoError(what, remedy="Give either --stage-record or --wse")
