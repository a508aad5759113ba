from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.formats.jobs.job_ids import (
    LONGEST_BYTES,
    job_id_key,
    job_id_problem,
    make_windows_safe_filename,
    numbered_job_id,
    safe_job_id,
)


@pytest.mark.parametrize("job_id", ["job_001", "a", "2017-06-30__cam.1", "Größe", "x" * 100])
def test_that_plain_names_are_fine(job_id: str) -> None:
    assert job_id_problem(job_id) == ""


@pytest.mark.parametrize(
    ("job_id", "problem"),
    [
        ("", "is empty"),
        (" ", "is empty"),
        ("x" * 101, "is longer than 100 characters"),
        ("水" * 70, "is longer"),
        (".hidden", "starts or ends with a dot"),
        ("..", "starts or ends"),
        ("end.", "starts or ends"),
        ("a/b", "holds characters"),
        ("a\\b", "holds characters"),
        ("a b", "holds characters"),
        ("a:b", "holds characters"),
        ("a\x00", "holds characters"),
        ("a\n", "holds characters"),
        ("con", "reserved"),
        ("COM1.txt", "reserved"),
        ("nul", "reserved"),
        ("a.partial-2", "a batch keeps"),
        ("a.old-1", "a batch keeps"),
    ],
)
def test_that_unsafe_names_are_refused_with_the_reason(job_id: str, problem: str) -> None:
    assert problem in job_id_problem(job_id)


@given(st.text(max_size=150))
def test_that_a_safe_id_can_be_made_of_anything(text: str) -> None:
    job_id = safe_job_id(text)
    assert job_id_problem(job_id) == ""
    assert len(job_id.encode()) <= LONGEST_BYTES


def test_that_ids_that_a_file_system_takes_for_one_have_one_key() -> None:
    assert job_id_key("Straße_É") == job_id_key("STRASSE_e\u0301")
    assert job_id_key("a") != job_id_key("b")


def test_that_default_ids_have_three_digits_or_more() -> None:
    assert [numbered_job_id(n) for n in (1, 42, 1000)] == ["job_001", "job_042", "job_1000"]


def test_that_windows_safe_file_names_replace_one_for_one() -> None:
    assert make_windows_safe_filename('a\\b/c:d*e?f"g<h>i|j k') == "a_b_c_d_e_f_g_h_i_j_k"
