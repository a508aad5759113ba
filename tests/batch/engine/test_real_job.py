"""The estimate against a real job, measured as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.engine.estimates import EstimateModel
from image_velocimetry_tools.batch.engine.job_facts import job_facts
from image_velocimetry_tools.batch.models import BatchJob, PlannedJob
from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
from image_velocimetry_tools.media.probing import probe

CASE = Path(__file__).parents[3] / "batch_test_data" / "inputs"
VIDEO = CASE / "videos" / "alder_mill_1.mp4"
LEVEL_M = 126.0
MEASURE = """
import sys
from pathlib import Path
from image_velocimetry_tools.batch.job.executor import JobExecutor
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
scaffold, video, level_m, output = sys.argv[1:]
job = BatchJob("job", Path(video), float(level_m))
JobExecutor(threads=1).execute(job, ScaffoldLoader().load(Path(scaffold)).scaffold, Path(output))
# ru_maxrss would count what the parent held when it started this process
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) * 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_that_a_real_job_keeps_within_its_estimate_and_teaches_the_model(tmp_path: Path) -> None:
    scaffold_path = CASE / "scaffold_project.ivy"
    planned = PlannedJob(BatchJob("job", VIDEO, LEVEL_M), ScaffoldLoader().load(scaffold_path).scaffold)
    facts = job_facts(planned, probe(VIDEO))
    model = EstimateModel()
    estimate = model.estimate(facts)

    command = [sys.executable, "-c", MEASURE, str(scaffold_path), str(VIDEO), str(LEVEL_M), str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    peak_bytes = int(done.stdout)
    written_bytes = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())

    assert 0.5 * estimate.memory_bytes <= peak_bytes <= estimate.memory_bytes
    assert written_bytes <= estimate.disk_bytes <= 20 * written_bytes
    for _ in range(3):
        model.learn(facts, peak_memory_bytes=peak_bytes)
    assert model.estimate(facts).memory_bytes == pytest.approx(1.1 * peak_bytes, rel=0.01)
