"""Statements to organisations and ties, their projection in Neo4j, and measures on it."""
