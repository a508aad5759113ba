"""Files of the program, a module per format: read into domain types, written so that a crash leaves no half."""
