"""Where the graph is and how to reach it: a server that NEO4J_URI names, else the managed one of this machine.

The variables are those of Aura: NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE. On a server that is not
managed nothing is started or stopped, and only nodes with the label Kakehashi are touched.
"""
from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from neo4j import Driver, GraphDatabase, ManagedTransaction, Session
from neo4j.exceptions import AuthError, ClientError, ConfigurationError, DriverError

from graph.server import doctor as examination
from graph.server import manager
from graph.server.doctor import Check

#: Nodes deleted in one transaction.
_BATCH = 1_000
#: How the names of Kakehashi's constraints and indexes begin.
_OWN = "kakehashi_"


class GraphUnreachable(RuntimeError):
    """The graph's server does not answer, or does not let us in; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """A graph's address. `managed`: it is the server that Kakehashi runs itself."""
    uri: str
    user: str
    password: str = field(repr=False)
    database: str
    managed: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """What a reset removed."""
    nodes: int
    constraints: tuple[str, ...]
    indexes: tuple[str, ...]


def target(home: Path, progress: Callable[[int, int], None] | None = None) -> Target:
    """The graph that NEO4J_URI names, else that of the managed server in `home/neo4j`, which is started when needed.

    `progress` follows the fetching of the server's jars (done, total). Raises ValueError where NEO4J_PASSWORD is
    missing, graph.server.manager.ServerError, java.NoJava or jars.JarsMissing where no server can be had.
    """
    if uri := os.environ.get("NEO4J_URI"):
        if "NEO4J_PASSWORD" not in os.environ:
            raise ValueError("NEO4J_URI is set but NEO4J_PASSWORD is not: set it, or leave out NEO4J_URI to use the "
                             "local server that Kakehashi runs itself")
        return Target(uri, os.environ.get("NEO4J_USERNAME") or manager.USER, os.environ["NEO4J_PASSWORD"],
                      os.environ.get("NEO4J_DATABASE") or manager.DATABASE, managed=False)
    folder = home / "neo4j"
    process = manager.up(folder, progress=progress)
    return Target(process.uri, manager.USER, manager.password(folder), manager.DATABASE, managed=True)


def driver(target: Target) -> Driver:
    """An open driver that has reached the server; close it, or use it with `with`. It sends no telemetry.

    Raises GraphUnreachable where the server does not answer or refuses the password.
    """
    try:
        opened = GraphDatabase.driver(target.uri, auth=(target.user, target.password), telemetry_disabled=True,
                                      connection_timeout=15,
                                      # an empty graph lacks labels that questions name: nothing to warn of
                                      notifications_disabled_classifications=["UNRECOGNIZED"])
    except (ConfigurationError, ValueError) as error:
        raise GraphUnreachable(f"{target.uri} is not an address of Neo4j ({error}): it looks like "
                               "neo4j+s://host or bolt://host:7687") from error
    try:
        with opened.session(database=target.database) as session:  # not execute_query: it would try for 30 s
            session.run("RETURN 1").consume()
    except AuthError as error:
        opened.close()
        raise GraphUnreachable(f"{target.uri} refuses user {target.user}: {_cure(target, 'the password')}") from error
    except ClientError as error:
        opened.close()
        raise GraphUnreachable(f"{target.uri} has no database «{target.database}» to use ({error.message}): "
                               f"{_cure(target, 'NEO4J_DATABASE')}") from error
    except (DriverError, OSError) as error:
        opened.close()
        raise GraphUnreachable(f"{target.uri} does not answer: {_cure(target, 'that it runs')}") from error
    except BaseException:
        opened.close()
        raise
    return opened


def _cure(target: Target, what: str) -> str:
    if target.managed:
        return "run `kakehashi graph down`, then `kakehashi graph up`"
    return f"check {what} and the NEO4J_* variables"


def reset(target: Target, confirm: str) -> Removed:
    """Delete the nodes with the label Kakehashi and Kakehashi's own constraints and indexes; nothing else.

    `confirm` must be the database's name, else ValueError and nothing is touched.
    """
    confirmed(target, confirm)
    with driver(target) as opened, opened.session(database=target.database) as session:
        nodes = 0
        while batch := session.execute_write(_delete_some):
            nodes += batch
        return Removed(nodes, _drop(session, "CONSTRAINT"), _drop(session, "INDEX"))


def confirmed(target: Target, name: str) -> None:
    """Raises ValueError where that is not the name of the database that is to be emptied."""
    if name != target.database:
        raise ValueError(f"nothing was removed: to remove Kakehashi's graph from {target.uri} confirm with the "
                         f"database's name, «{target.database}»")


def _delete_some(transaction: ManagedTransaction) -> int:
    deleted = transaction.run("MATCH (n:Kakehashi) WITH n LIMIT $batch DETACH DELETE n RETURN count(n)", batch=_BATCH)
    return int(deleted.single(strict=True)[0])


def _drop(session: Session, thing: str) -> tuple[str, ...]:
    shown = session.run(f"SHOW {thing} YIELD name WHERE name STARTS WITH $own RETURN name ORDER BY name",
                        own=_OWN)
    names = tuple(record["name"] for record in shown)
    for name in names:
        session.run(f"DROP {thing} `{name.replace('`', '``')}`").consume()
    return names


def doctor(home: Path | None = None) -> list[Check]:
    """What this machine has and lacks, each with what to do; `home` defaults to KAKEHASHI_HOME, else ./.kakehashi."""
    return list(examination.checks(home or Path(os.environ.get("KAKEHASHI_HOME") or ".kakehashi")))
