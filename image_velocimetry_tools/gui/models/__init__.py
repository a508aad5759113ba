"""What the window works on, without Qt: the document, tasks, preferences."""
