"""Which errors pass by themselves: those are tried again, everything else waits for a person."""
from __future__ import annotations


def is_transient(error: BaseException) -> bool:
    """Whether trying again later may help: the network, a database that restarts or is busy, a graph that is not up yet, or
    in which another load began meanwhile.

    A wrong password, a file that is wrong, a disk that is full stay as they are.
    """
    from neo4j.exceptions import AuthError, DriverError, Neo4jError
    from sqlalchemy.exc import DBAPIError, OperationalError

    from graph.connection import GraphUnreachable
    from graph.loader import LoadUnfinished

    if isinstance(error, AuthError) or isinstance(error.__cause__, AuthError):
        return False
    if isinstance(error, DriverError | Neo4jError):
        return error.is_retryable()
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (isinstance(error, OperationalError) and not _is_full(error))
    return isinstance(error, GraphUnreachable | LoadUnfinished | ConnectionError | TimeoutError)


def _is_full(error: BaseException) -> bool:
    """SQLite and PostgreSQL tell of a full disk by the same class as of a busy database."""
    return "disk is full" in str(error) or "No space left" in str(error) or "disk I/O error" in str(error)
