"""Metadata of the package; the settings of the tools are in pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
PACKAGE = "image_velocimetry_tools"


def version() -> str:
    """The version that the package states; it is read, not imported, so that building needs no dependency."""
    found = re.search(r'^__version__ = "([^"]+)"', (ROOT / PACKAGE / "__init__.py").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{PACKAGE}/__init__.py states no version")
    return found.group(1)


# The lower bounds are the versions that the tests pass with.
REQUIREMENTS = [
    "av>=18.1",
    "imageio-ffmpeg>=0.8",
    "matplotlib>=3.11",
    "numpy>=2.4",
    # Built for programs with their own Qt: the other build points Qt at its own plugins.
    "opencv-python-headless>=5.0",
    "pydantic>=2.14",
    "rich>=15.0",
    "scipy>=1.17",
    "threadpoolctl>=3.8",
    # Releases before 1.0 may change their interface with any minor version.
    "typer>=0.29,<1.0",
    "tzdata>=2026.1; sys_platform == 'win32'",
]

TEST_REQUIREMENTS = [
    "hypothesis>=6.170",
    "import-linter>=2.16",
    "mypy>=2.4",
    "psutil>=7.2",
    "pytest>=9.2",
    "pytest-cov>=7.1",
    "pytest-xdist>=3.8",
    "ruff>=0.17.5,<0.18",  # a new minor version brings new rules
]

DOCUMENTATION_REQUIREMENTS = ["myst-parser>=5.2", "sphinx>=9.0"]

setup(
    name="ivytools",
    version=version(),
    description="River discharge from video: space-time image velocimetry over a surveyed cross-section",
    long_description=(ROOT / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    author="IVyTools contributors",
    license="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(include=[PACKAGE, f"{PACKAGE}.*"]),
    package_data={PACKAGE: ["py.typed"]},
    install_requires=REQUIREMENTS,
    extras_require={"dev": TEST_REQUIREMENTS, "docs": DOCUMENTATION_REQUIREMENTS},
    entry_points={"console_scripts": [f"ivytools-batch = {PACKAGE}.cli.main:main"]},
    classifiers=[
        "Development Status :: 4 - Beta",
        "Environment :: Console",
        "Intended Audience :: Science/Research",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Hydrology",
        "Typing :: Typed",
    ],
)
