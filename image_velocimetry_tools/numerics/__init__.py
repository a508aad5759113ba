"""Pure functions on arrays: the geometry, the velocimetry and the hydrometry of one measurement, without any I/O."""
