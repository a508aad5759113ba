"""What a batch is given: the jobs file, what its columns override, settings that hold for a time, and YAML."""
