"""Subcommands of `kakehashi` that have commands of their own, one module each."""
