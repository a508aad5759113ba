"""What a batch leaves behind: summary, error log, the points of all jobs, and playlists of its videos."""
