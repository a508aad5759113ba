"""Ways out for the results of a batch: table of points, NetCDF, archive, overlay video, playlist, report."""
