"""Questions in Cypher, one file each, and their catalogue."""
