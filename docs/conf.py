"""Settings of the documentation."""

from __future__ import annotations

import image_velocimetry_tools

project = "IVyTools"
author = "IVyTools contributors"
copyright = "IVyTools contributors"
release = version = image_velocimetry_tools.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

napoleon_google_docstring = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"

html_theme = "alabaster"
html_theme_options = {"description": "River discharge from video", "page_width": "1000px"}
