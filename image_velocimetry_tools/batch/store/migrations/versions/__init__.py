"""One module per version of the tables, in their order."""
