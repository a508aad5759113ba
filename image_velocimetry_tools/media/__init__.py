"""Video files: what they are, exactly which frames a clip holds, how they move, and writing clips."""
