"""Writers of the report, as one HTML page and as PDF."""
