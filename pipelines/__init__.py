"""What runs when, and all input and output before the graph."""
