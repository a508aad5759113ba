"""What the Batch panel looks like."""
