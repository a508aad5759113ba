"""What carries batches out: one loop that starts, watches and ends attempts, and writes down what happens."""
