"""A real Neo4j Community server as a managed child process on loopback: no Docker, no service, no root."""
