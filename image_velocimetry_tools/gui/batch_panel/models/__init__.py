"""What the Batch panel works on, without Qt: the jobs table, the set-up, batches that are followed."""
