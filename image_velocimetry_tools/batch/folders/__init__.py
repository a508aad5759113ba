"""What a batch has on the disk: its places, who owns them, and what tells that a result is whole and up to date."""
