"""The Velocimetry tab: search, method, measurement, velocities, and the review of space-time images."""

from __future__ import annotations

from typing import Protocol

from ...plugins.registry import PluginRegistry, plugin_registry
from ..models.workbench import Workbench
from .sti_review import StiReviewPresenter, StiReviewView
from .velocimetry_measuring import MeasuringPresenter, MeasuringView
from .velocimetry_method import MethodPresenter, MethodView
from .velocimetry_search import SearchPresenter, SearchView
from .velocimetry_vectors import VectorsPresenter, VectorsView


class VelocimetryView(Protocol):
    """The tab with its panels."""

    @property
    def search(self) -> SearchView:
        """The panel of the search."""
        ...

    @property
    def method(self) -> MethodView:
        """The panel of the method."""
        ...

    @property
    def measuring(self) -> MeasuringView:
        """Button, progress and banner."""
        ...

    @property
    def vectors(self) -> VectorsView:
        """Picture and table."""
        ...

    @property
    def review(self) -> StiReviewView:
        """The page of the space-time images."""
        ...

    def bind(self, presenter: VelocimetryPresenter) -> None: ...


class VelocimetryPresenter:
    """Puts the parts of the tab together.

    Attributes
    ----------
    search, method, measuring, vectors, review
        The presenters of its panels.
    """

    def __init__(self, view: VelocimetryView, bench: Workbench, registry: PluginRegistry | None = None) -> None:
        registry = registry or plugin_registry()
        self.search = SearchPresenter(view.search, bench)
        self.method = MethodPresenter(view.method, bench, registry)
        self.measuring = MeasuringPresenter(view.measuring, bench, registry)
        self.vectors = VectorsPresenter(view.vectors, bench, registry)
        self.review = StiReviewPresenter(view.review, bench)
        view.bind(self)

    def measure(self) -> None:
        """Measure the velocities."""
        self.measuring.measure()
