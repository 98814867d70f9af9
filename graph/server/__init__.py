"""A real Neo4j as a child process of this machine: verified jars, a Java to run them, start and stop, a prompt."""
