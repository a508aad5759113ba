"""The way of one video to its discharge: frames, tiles, velocities, checks, verdict; and the way again without it."""
