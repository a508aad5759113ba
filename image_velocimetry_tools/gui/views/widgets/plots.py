"""All plots; importing this loads the plot library, which takes its time: import it where a plot is built."""

from image_velocimetry_tools.gui.views.widgets.plot_base import Plot
from image_velocimetry_tools.gui.views.widgets.readout import Readout
from image_velocimetry_tools.gui.views.widgets.section_plot import SectionPlot
from image_velocimetry_tools.gui.views.widgets.station_bars import StationBars

__all__ = ["Plot", "Readout", "SectionPlot", "StationBars"]
