"""What was surveyed at a site: cross-sections and ground control points."""
