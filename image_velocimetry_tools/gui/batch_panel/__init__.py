"""The Batch panel: batches set up, started, followed and steered from the window, as a plugin of it."""
