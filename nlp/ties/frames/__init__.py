"""Frames of trigger, particle and sector: which ties the sentences of a page tell, by rules that are written out."""
