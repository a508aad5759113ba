"""Estimates against jobs that were measured, and what is learned from those of a batch."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from image_velocimetry_tools.batch.engine.estimates import (
    MIB,
    EstimateModel,
    percentile_95,
    prior_disk_bytes,
    prior_memory_bytes,
    prior_time_s,
)
from image_velocimetry_tools.batch.engine.job_facts import JobFacts


def facts(
    size: tuple[int, int] = (1280, 720),
    frames: int = 150,
    points: int = 25,
    tile: tuple[int, int] = (31, 43),
    plots: bool = False,
    **more: Any,
) -> JobFacts:
    return JobFacts(*size, frames, frames, points, *tile, plots=plots, **more)


# Whole processes on a machine with two cores: threads, largest resident set (MiB), time by the clock (s), output (kB).
MEASURED = [
    (facts(frames=195, tile=(31, 39)), 2, 140, 1.27, 23),
    (facts(frames=195, tile=(31, 39)), 1, 134, 1.16, 23),
    (facts(frames=195, tile=(31, 39), plots=True), 2, 165, 1.73, 174),
    (facts(points=21, tile=(35, 43)), 2, 139, 1.00, 20),
    (facts(points=21, tile=(35, 43), plots=True), 1, 151, 1.67, 164),
    (facts(frames=600, tile=(31, 39)), 2, 170, 1.99, 23),
    (facts(frames=600, tile=(31, 39)), 1, 162, 2.42, 23),
    (facts(frames=600, tile=(31, 39), plots=True), 2, 170, 2.50, 373),
    (facts(frames=600, tile=(31, 39), plots=True, save_project=True, scaffold_bytes=367_532), 2, 170, 2.40, 737),
    (facts(frames=600, points=100, tile=(31, 39)), 2, 225, 2.49, 79),
    (facts(frames=600, tile=(53, 71)), 1, 245, 4.03, 23),
    (facts(frames=600, tile=(99, 135)), 2, 654, 7.81, 23),
    (facts(frames=600, points=100, tile=(99, 135)), 1, 1273, 33.25, 79),
    (facts(frames=600, points=300, tile=(99, 135)), 2, 2865, 61.54, 228),
    (facts(frames=600, points=300, tile=(99, 135)), 1, 2830, 97.23, 228),
    (facts((400, 816), 300, tile=(13, 35)), 2, 126, 1.14, 22),
    (facts((640, 360), tile=(27, 39)), 2, 122, 0.84, 23),
    (facts((1920, 1080)), 2, 164, 1.38, 23),
    (facts((1920, 1080), has_deep_colour=True), 2, 195, 1.71, 23),
    (facts((3840, 2160)), 2, 300, 4.07, 23),
    (facts((3840, 2160)), 1, 248, 3.26, 23),
    (facts((3840, 2160), 600), 1, 271, 10.75, 23),
    (facts((3840, 2160), is_stabilised=True), 1, 397, 14.20, 23),
    (facts((704, 396), 1800), 2, 236, 2.49, 23),
    (facts((704, 396), 1800, tile=(37, 49)), 1, 292, 3.83, 23),
    (facts((704, 396), 9000), 2, 693, 10.97, 23),
    (facts((704, 396), 9000, plots=True), 2, 695, 11.33, 6061),
]


@pytest.mark.parametrize(("job", "threads", "peak_mib", "time_s", "output_kb"), MEASURED)
def test_that_a_measured_job_needs_what_was_estimated(
    job: JobFacts, threads: int, peak_mib: float, time_s: float, output_kb: float
) -> None:
    assert peak_mib <= prior_memory_bytes(job, threads) / MIB <= 1.5 * peak_mib
    assert time_s / 2 <= prior_time_s(job, threads) <= time_s * 2
    assert output_kb * 1024 <= prior_disk_bytes(job)


@pytest.mark.parametrize("field", ["frames", "points", "width_px", "tile_width_px", "decoded_frames"])
def test_that_more_of_anything_never_needs_less(field: str) -> None:
    job = facts(plots=True)
    more = replace(job, **{field: 3 * getattr(job, field)})
    assert prior_memory_bytes(more) >= prior_memory_bytes(job)
    assert prior_time_s(more) >= prior_time_s(job)
    assert prior_disk_bytes(more) >= prior_disk_bytes(job)


def test_that_more_threads_need_less_time_and_more_memory() -> None:
    assert prior_time_s(facts(), 4) < prior_time_s(facts(), 1)
    assert prior_memory_bytes(facts(), 4) > prior_memory_bytes(facts(), 1)


def test_that_nothing_is_learned_at_first() -> None:
    estimate = EstimateModel().estimate(facts())
    assert not estimate.is_learned
    assert estimate.memory_bytes == prior_memory_bytes(facts())
    assert estimate.time_s == prior_time_s(facts())


def test_that_one_greedy_job_raises_the_next_reservation_above_what_it_used() -> None:
    model = EstimateModel()
    peak = 2 * prior_memory_bytes(facts())
    model.learn(facts(), peak_memory_bytes=peak, time_s=1.0)
    assert model.estimate(facts()).memory_bytes > peak


def test_that_memory_is_lowered_only_after_several_jobs() -> None:
    model, prior = EstimateModel(), prior_memory_bytes(facts())
    lower = []
    for _ in range(3):
        model.learn(facts(), peak_memory_bytes=int(0.7 * prior))
        lower.append(model.estimate(facts()).memory_bytes)
    assert lower[:2] == [prior, prior]
    assert lower[2] == pytest.approx(0.77 * prior, rel=1e-3)


def test_that_a_rare_peak_counts_but_not_for_ever() -> None:
    model, prior = EstimateModel(), prior_memory_bytes(facts())
    for number in range(20):
        model.learn(facts(), peak_memory_bytes=2 * prior if number in (4, 9) else prior)
    assert model.estimate(facts()).memory_bytes > 2 * prior
    for _ in range(50):
        model.learn(facts(), peak_memory_bytes=prior)
    assert model.estimate(facts()).memory_bytes == pytest.approx(1.1 * prior, rel=1e-3)


@given(st.lists(st.integers(1, 10**13), min_size=1, max_size=80))
def test_that_the_correction_of_memory_is_bounded(peaks: list[int]) -> None:
    model, prior = EstimateModel(), prior_memory_bytes(facts())
    for peak in peaks:
        model.learn(facts(), peak_memory_bytes=peak)
    assert 0.5 * prior - 1 <= model.estimate(facts()).memory_bytes <= 10 * prior


def test_that_times_follow_the_machine_and_carry_over_to_other_lengths() -> None:
    model, long = EstimateModel(), facts(frames=3000)
    for _ in range(3):
        model.learn(facts(), time_s=3 * prior_time_s(facts()))
    estimate = model.estimate(long)
    assert estimate.is_learned
    assert estimate.time_s == pytest.approx(3 * prior_time_s(long))


def test_that_a_machine_that_slows_down_is_noticed() -> None:
    model, prior = EstimateModel(), prior_time_s(facts())
    for _ in range(10):
        model.learn(facts(), time_s=prior)
    for _ in range(10):
        model.learn(facts(), time_s=2 * prior)
    assert model.estimate(facts()).time_s == pytest.approx(2 * prior, rel=0.05)


def test_that_another_class_borrows_speed_and_greed_but_is_not_called_learned() -> None:
    model, other = EstimateModel(), facts((1920, 1080))
    model.learn(facts(), peak_memory_bytes=int(1.5 * prior_memory_bytes(facts())), time_s=2 * prior_time_s(facts()))
    estimate = model.estimate(other)
    assert not estimate.is_learned
    assert estimate.time_s == pytest.approx(2 * prior_time_s(other))
    assert estimate.memory_bytes == pytest.approx(1.5 * prior_memory_bytes(other), rel=1e-3)


def test_that_another_class_borrows_no_modesty() -> None:
    model, other = EstimateModel(), facts((1920, 1080))
    for _ in range(10):
        model.learn(facts(), peak_memory_bytes=prior_memory_bytes(facts()) // 2)
    assert model.estimate(other).memory_bytes == prior_memory_bytes(other)


def test_that_steady_times_have_a_small_spread_and_scattered_ones_a_large_one() -> None:
    steady, scattered = EstimateModel(), EstimateModel()
    for number in range(20):
        steady.learn(facts(), time_s=2.0 + 0.01 * (number % 2))
        scattered.learn(facts(), time_s=1.0 + 2.0 * (number % 2))
    assert steady.estimate(facts()).time_spread < 0.1 < 0.3 < scattered.estimate(facts()).time_spread


def test_that_the_model_stays_small_whatever_the_videos_are() -> None:
    model = EstimateModel()
    for width in range(1000, 1300):
        for _ in range(2):
            model.learn(facts((width, 720)), peak_memory_bytes=MIB, time_s=1.0)
    stored = model.as_dict()
    assert len(stored["classes"]) == 64
    assert model.estimate(facts((1299, 720))).is_learned
    assert not model.estimate(facts((1000, 720))).is_learned


def test_that_what_was_learned_survives_the_store() -> None:
    model = EstimateModel()
    for number in range(5):
        model.learn(facts(), peak_memory_bytes=(100 + number) * MIB, time_s=1.0 + number)
    again = EstimateModel.from_dict(json.loads(json.dumps(model.as_dict())))
    assert again.estimate(facts()) == model.estimate(facts())
    assert EstimateModel.from_dict({}).estimate(facts()) == EstimateModel().estimate(facts())


def test_that_something_else_in_the_store_is_refused() -> None:
    with pytest.raises(ValidationError):
        EstimateModel.from_dict({"classes": {"stiv": {"time_ratio": "fast"}}})


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=100))
def test_that_the_percentile_is_a_value_that_few_exceed(values: list[float]) -> None:
    found = percentile_95(values)
    assert found in values
    assert sum(value > found for value in values) <= math.floor(0.05 * len(values) + 1e-9)
