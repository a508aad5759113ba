"""Metadata of the package; the settings of the tools are in pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
PACKAGE = "image_velocimetry_tools"
BUILTINS = f"{PACKAGE}.builtins"


def version() -> str:
    """The version that the package states; it is read, not imported, so that building needs no dependency."""
    found = re.search(r'^__version__ = "([^"]+)"', (ROOT / PACKAGE / "__init__.py").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{PACKAGE}/__init__.py states no version")
    return found.group(1)


# The lower bounds are the versions that the tests pass with.
REQUIREMENTS = [
    "alembic>=1.20",
    "av>=18.1",
    "filelock>=4.2",
    "imageio-ffmpeg>=0.8",
    "jinja2>=3.1.6",
    "matplotlib>=3.11",
    "numpy>=2.4",
    # Built for programs with their own Qt: the other build points Qt at its own plugins.
    "opencv-python-headless>=5.0",
    "platformdirs>=4.14",
    "psutil>=7.2",
    "psycopg[binary]>=3.3",
    "pydantic>=2.14",
    # The desktop application; there are no wheels for the small computers that only run batches.
    "pyqt5>=5.15.11; platform_machine != 'aarch64' or sys_platform == 'darwin'",
    "pyqtgraph>=0.14",
    "pyyaml>=6.0.3",
    "reportlab>=5.0",
    "rich>=15.0",
    "scipy>=1.17",
    "sqlalchemy>=2.1",
    "threadpoolctl>=3.8",
    # Releases before 1.0 may change their interface with any minor version.
    "typer>=0.29,<1.0",
    "tzdata>=2026.1; sys_platform == 'win32'",
    "zipstream-ng>=1.9",
]

# Videos that have a URL; aiohttp is what fsspec fetches from web servers with.
REMOTE_REQUIREMENTS = ["aiohttp>=3.14", "fsspec>=2026.9"]

DASK_REQUIREMENTS = ["distributed>=2026.8", *REMOTE_REQUIREMENTS]

TEST_REQUIREMENTS = [
    "aiosmtpd>=1.4.6",
    "hypothesis>=6.170",
    "import-linter>=2.16",
    "mypy>=2.4",
    "netcdf4>=1.7.3",
    "pyqt5-stubs>=5.15.6",
    "pytest>=9.2",
    "pytest-cov>=7.1",
    "pytest-qt>=4.5",
    "pytest-xdist>=3.8",
    "ruff>=0.17.5,<0.18",  # a new minor version brings new rules
    # builds the example plugin in a test, without a network
    "setuptools>=77",
    "types-psutil",
    "types-pyyaml",
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
    package_data={
        PACKAGE: ["py.typed"],
        f"{PACKAGE}.batch.reports": ["templates/*"],
        f"{PACKAGE}.gui": ["help/*"],
        f"{PACKAGE}.services.measurement_report.writers": ["templates/*"],
    },
    install_requires=REQUIREMENTS,
    extras_require={
        "dask": DASK_REQUIREMENTS,
        "dev": [*TEST_REQUIREMENTS, *DASK_REQUIREMENTS],
        "docs": DOCUMENTATION_REQUIREMENTS,
        "remote": REMOTE_REQUIREMENTS,
    },
    entry_points={
        "console_scripts": [
            f"ivytools = {PACKAGE}.gui.application:main",
            f"ivytools-batch = {PACKAGE}.cli.main:main",
        ],
        "ivytools.velocimetry": [f"{name} = {BUILTINS}.velocimetry:{name.upper()}" for name in ("stiv", "klt")],
        "ivytools.executors": [
            f"local = {BUILTINS}.executors:LOCAL",
            f"inline = {BUILTINS}.executors:INLINE",
            f"dask = {BUILTINS}.executors.dask:DASK",
        ],
        "ivytools.exporters": [
            f"points = {BUILTINS}.exporters.points:POINTS",
            f"netcdf = {BUILTINS}.exporters.netcdf:NETCDF",
            f"zip = {BUILTINS}.exporters.archive:ZIP",
            f"video = {BUILTINS}.exporters.overlay_settings:VIDEO",
            f"playlist = {BUILTINS}.exporters.playlist:PLAYLIST",
            f"report-html = {BUILTINS}.exporters.report:HTML_REPORT",
            f"report-json = {BUILTINS}.exporters.report:JSON_REPORT",
            f"report-csv = {BUILTINS}.exporters.report:CSV_REPORT",
        ],
        "ivytools.hooks": [f"notify = {BUILTINS}.notifier:NOTIFY"],
        "ivytools.panels": [f"batch = {PACKAGE}.gui.batch_panel.panel:BATCH"],
    },
    classifiers=[
        "Development Status :: 4 - Beta",
        "Environment :: Console",
        "Environment :: X11 Applications :: Qt",
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
