"""What the Batch panel does, without Qt."""
