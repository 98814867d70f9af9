"""From words that can tell a tie to the ties a page asserts."""
