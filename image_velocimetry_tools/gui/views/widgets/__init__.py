"""Widgets that several views share: annotated image, plots, number fields."""
