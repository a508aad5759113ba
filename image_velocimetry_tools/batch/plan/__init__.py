"""What is wanted becomes jobs that can run: checked, on their scaffold, with their identity."""
