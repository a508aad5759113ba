"""Pictures of a video for an eye that waits: a session with a thread of its own that fulfils the latest wish."""
