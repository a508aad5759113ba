"""Value types, units, angles and errors: the vocabulary of the program, without any I/O."""
