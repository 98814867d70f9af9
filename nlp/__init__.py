"""Text to statements: what a Japanese release says holds between named organisations."""
