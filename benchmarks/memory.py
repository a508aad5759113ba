"""Peak memory of a measurement against the size of the frame and the length of the clip."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from harness.cases import Case, generated_case, looped_video, scaled_video
from harness.processes import best, interleaved
from harness.report import options, print_table

SIZES = ((640, 360), (1280, 720), (1920, 1080), (3840, 2160))
LOOPS = (1, 4, 12)
HEADER = ("", "frames", "line (px)", "decoding (MB)", "measurement (MB)", "more (MB)")


def main() -> None:
    """Measure one clip at several sizes and lengths; bare decoding of the same video stands beside each figure."""
    chosen = options(main.__doc__ or "", repeats=2)
    once_s = 1.0 if chosen.smoke else 5.0
    case = generated_case(704, 396, once_s)
    sizes, loops = (SIZES[:2], (1, 2)) if chosen.smoke else (SIZES, LOOPS)
    print("against the size of the frame")
    print_table(HEADER, list(_by_size(case, sizes, chosen.repeats)))
    print("\nagainst the length of the clip")
    print_table(HEADER, list(_by_length(case, once_s, loops, chosen.repeats)))


def _by_size(case: Case, sizes: Iterable[tuple[int, int]], repeats: int) -> Iterable[list[str]]:
    for width_px, height_px in sizes:
        video = scaled_video(case.video, width_px, height_px)
        yield [f"{width_px} x {height_px}", *_figures(Case(case.scaffold, video, case.level), repeats)]


def _by_length(case: Case, once_s: float, loops: Iterable[int], repeats: int) -> Iterable[list[str]]:
    for times in loops:
        video = looped_video(case.video, times)
        yield [f"{times * once_s:g} s", *_figures(Case(case.scaffold, video, case.level), repeats)]


def _figures(case: Case, repeats: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "results"
        runs = interleaved({"decoding": case.decoding, "measurement": lambda: case.measurement(output)}, repeats)
        result = next(path for path in output.rglob("*.json") if path.stem == path.parent.name)
        parameters = json.loads(result.read_text(encoding="utf-8"))["provenance"]["parameters"]
    decoding, measurement = best(runs["decoding"]).peak_mb, best(runs["measurement"]).peak_mb
    counts = [str(parameters["frames"]), str(parameters["num_pixels_used"])]
    return [*counts, f"{decoding:.0f}", f"{measurement:.0f}", f"{measurement - decoding:.0f}"]


if __name__ == "__main__":
    main()
