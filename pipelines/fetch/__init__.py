"""From the outside into the archive."""
