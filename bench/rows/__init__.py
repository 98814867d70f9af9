"""One module a row; each holds a `ROW`."""
