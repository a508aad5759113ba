"""Ways in: folders of videos, folders that are watched, settings files, and settings that hold for a time."""
