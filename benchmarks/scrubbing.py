"""How quickly the player shows a 4K video while its slider is dragged, and the exact frame when it is released."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from harness.report import print_table

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.services.player.listener import PlayerListener, PlayerPicture, PlayerVideo
from image_velocimetry_tools.services.player.player_service import PlayerService, PlayerSession

GROUPS = (30, 60, 250)
WIDTH_PX = 1280
RELEASES = 10
HEADER = (
    "key frame every",
    "",
    "opened (s)",
    "pictures/s, once across",
    "to and fro",
    "exact: median (s)",
    "worst (s)",
    "prepared (s)",
)


class Screen:
    """Takes the pictures of a session and remembers when they came."""

    def __init__(self) -> None:
        self.video: PlayerVideo | None = None
        self.pictures = 0
        self._latest: PlayerPicture | None = None
        self._changed = threading.Condition()

    def opened(self, video: PlayerVideo) -> None:
        """Take the facts of the video."""
        with self._changed:
            self.video = video
            self._changed.notify_all()

    def show(self, picture: PlayerPicture) -> None:
        """Take a picture."""
        with self._changed:
            self._latest = picture
            self.pictures += 1
            self._changed.notify_all()

    def wait_for_video(self) -> PlayerVideo:
        """The facts of the video, when it is open."""
        with self._changed:
            self._changed.wait_for(lambda: self.video is not None, timeout=60)
        assert self.video is not None
        return self.video

    def wait_for_frame(self, number: int) -> None:
        """Return when a frame is shown."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: self._latest and self._latest.frame_index == number, timeout=60)
        assert arrived, f"frame {number} never came"


def main() -> None:
    """Drag and release at once after opening, and again when the player has looked ahead."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--smoke", action="store_true", help="only show that the benchmark runs, in seconds")
    parser.add_argument("--video", type=Path, help="a video of your own instead of generated ones")
    chosen = parser.parse_args()
    drag_s = 0.5 if chosen.smoke else 5.0
    videos = {"as it is": chosen.video} if chosen.video else _generated(chosen.smoke)
    rows = [row for name, video in videos.items() for row in _figures(name, video, drag_s)]
    print_table(HEADER, rows)


def _generated(is_smoke: bool) -> dict[str, Path]:
    if is_smoke:
        return {"12 frames": _video((320, 180), seconds=1, group=12)}
    videos = {f"{group} frames, 20 s": _video((3840, 2160), seconds=20, group=group) for group in GROUPS}
    return videos | {f"{GROUPS[0]} frames, 2 min": _repeated(videos[f"{GROUPS[0]} frames, 20 s"], times=6)}


def _figures(name: str, video: Path, drag_s: float) -> list[list[str]]:
    screen = Screen()
    began = time.perf_counter()
    listener = PlayerListener(screen.show, _raise, screen.opened)
    session = PlayerService().open(video, listener, width_px=WIDTH_PX)
    try:
        times_s = screen.wait_for_video().times_s
        opened_s = time.perf_counter() - began
        session.show_exact(0.0)
        screen.wait_for_frame(0)
        first = _row(session, screen, times_s, drag_s)
        prepared_s = _prepared(drag_s)
        second = _row(session, screen, times_s, drag_s)
    finally:
        session.close()
    return [
        [name, "just opened", f"{opened_s:.2f}", *first, ""],
        ["", "later", "", *second, f"{prepared_s:.1f}"],
    ]


def _row(session: PlayerSession, screen: Screen, times_s: np.ndarray, drag_s: float) -> list[str]:
    end_s = float(times_s[-1])
    before = screen.pictures
    _drag(session, 0.0, end_s, drag_s)
    slow = (screen.pictures - before) / drag_s
    before = screen.pictures
    for number in range(5):
        _drag(session, *((0.0, end_s) if number % 2 else (end_s, 0.0)), drag_s / 5)
    fast = (screen.pictures - before) / drag_s
    choose = np.random.default_rng(1)
    waits = []
    for number in choose.integers(0, len(times_s), RELEASES):
        _drag(session, float(choose.choice(times_s)), float(times_s[number]), drag_s / 5)
        released = time.perf_counter()
        session.show_exact(float(times_s[number]))
        screen.wait_for_frame(int(number))
        waits.append(time.perf_counter() - released)
    return [f"{slow:.1f}", f"{fast:.1f}", f"{statistics.median(waits):.2f}", f"{max(waits):.2f}"]


def _drag(session: PlayerSession, from_s: float, to_s: float, duration_s: float) -> None:
    """Move the slider evenly, with a request 60 times a second."""
    began = time.perf_counter()
    for step in range(max(1, round(duration_s * 60))):
        time.sleep(max(0.0, began + step / 60 - time.perf_counter()))
        session.show_near(from_s + (to_s - from_s) * step / (duration_s * 60))


def _prepared(most_s: float) -> float:
    """Wait until the player has nothing left to do, seconds."""
    began = time.perf_counter()
    while time.perf_counter() - began < 20 * most_s:
        used = time.process_time()
        time.sleep(0.25)
        if time.process_time() - used < 0.02:
            break
    return time.perf_counter() - began


def _raise(error: IvyError) -> None:
    raise error


def _video(size: tuple[int, int], seconds: int, group: int) -> Path:
    """A noisy film at 30 frames per second and 50 Mbit/s with a key frame every ``group`` frames."""
    from imageio_ffmpeg import get_ffmpeg_exe

    folder = Path(tempfile.gettempdir()) / "ivytools-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"scrubbing_{size[0]}x{size[1]}_{seconds}s_{group}.mp4"
    if target.exists():
        return target
    unfinished = target.with_name(f"unfinished_{target.name}")
    source = f"mandelbrot=size={size[0] // 4}x{size[1] // 4}:rate=30"
    picture = f"scale={size[0]}:{size[1]},noise=alls=7:allf=t,format=yuv420p"
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "50M", "-maxrate", "60M", "-bufsize", "60M"]
    keys = ["-g", str(group), "-keyint_min", str(group), "-sc_threshold", "0"]
    command = [get_ffmpeg_exe(), "-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", str(seconds), "-vf", picture]
    subprocess.run([*command, *codec, *keys, str(unfinished)], check=True)
    unfinished.rename(target)
    return target


def _repeated(video: Path, times: int) -> Path:
    """The same film several times over, as it is coded."""
    from imageio_ffmpeg import get_ffmpeg_exe

    target = video.with_name(f"{video.stem}_x{times}.mp4")
    unfinished = target.with_name(f"unfinished_{target.name}")
    if not target.exists():
        loop = ["-stream_loop", str(times - 1), "-i", str(video), "-c", "copy", str(unfinished)]
        subprocess.run([get_ffmpeg_exe(), "-v", "error", "-y", *loop], check=True)
        unfinished.rename(target)
    return target


if __name__ == "__main__":
    main()
