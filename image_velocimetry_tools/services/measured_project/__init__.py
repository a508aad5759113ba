"""A project from its measurement on: velocities, the review of them, and the discharge of both."""
