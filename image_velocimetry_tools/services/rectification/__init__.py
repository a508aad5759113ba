"""Where a picture shows what, at a water level: views, geometries of videos and of jobs, rectified frames."""
