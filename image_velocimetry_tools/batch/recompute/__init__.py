"""Made from stored velocities, without a video: new discharges, and projects of finished jobs."""
