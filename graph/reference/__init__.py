"""What resolution is told from outside the releases: lists that ship with the project, and the registry of corporations."""
