"""What came of a batch: read back, summed up, compared, and handed to exporters."""
