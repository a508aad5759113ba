"""The ``.ivy`` project file: the archive, its keys and arrays, and what readers and writers of projects share."""
