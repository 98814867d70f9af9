"""Hosts: who is asking one now, when it may be asked again, and what its robots.txt says.

The times are seconds since 1970 and come from the caller. Writers of the ledger come one after the other, so that of
two processes that want a host at once one gets it and the other learns when to try again.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from pipelines.ledger.tables import hosts, robots

# made once: a fetcher asks for these several times a document, and making them takes longer than running them
_HERE = hosts.c.host == sa.bindparam("here")
_FIND = sa.select(hosts).where(_HERE)
_TAKE = hosts.update().where(_HERE).values(holder=sa.bindparam("by"), held_until=sa.bindparam("until"),
                                           free_at=sa.bindparam("free"))
_GIVE_BACK = (hosts.update().where(_HERE, hosts.c.holder == sa.bindparam("by"))
              .values(free_at=sa.bindparam("free"), holder=None, held_until=0.0, failures=sa.bindparam("failed"),
                      reason=sa.bindparam("because")))
#: How soon a host that somebody else is asking is looked at again, in seconds.
_LOOK_AGAIN = 0.1


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a host may be asked now. `at` is when to try again otherwise; `failures` are those in a row so far."""

    granted: bool
    at: float
    failures: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """What is known of a host; `reason` says why it rests until `free_at`, None where nothing went wrong."""

    host: str
    free_at: float
    failures: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Robots:
    """A site's robots.txt as it was. `verdict` is rules, allow, deny or unreachable; `text` matters for rules alone."""

    origin: str
    verdict: str
    text: str
    detail: str
    fetched_at: float
    expires_at: float


def take(c: sa.Connection, host: str, holder: str, now: float, lease: float, delay: float,
         alive: Callable[[str], bool]) -> Turn:
    """The turn to ask a host, for at most `lease` seconds, where nobody has it and its time has come.

    `alive` says of another holder whether it can still be asking; a turn whose holder is dead, or over, is taken from
    it. Whatever becomes of this holder, the host is left alone for `delay` seconds from now.
    """
    row = c.execute(_FIND, {"here": host}).first()
    if row is None:
        c.execute(hosts.insert().values(host=host, free_at=now + delay, holder=holder, held_until=now + lease,
                                        failures=0, reason=None))
        return Turn(True, now)
    if row.free_at > now:
        return Turn(False, row.free_at, row.failures, row.reason)
    if row.holder is not None and row.held_until > now and alive(row.holder):
        return Turn(False, min(row.held_until, now + _LOOK_AGAIN), row.failures)
    c.execute(_TAKE, {"here": host, "by": holder, "until": now + lease, "free": now + delay})
    return Turn(True, now, row.failures, row.reason)


def give_back(c: sa.Connection, host: str, holder: str, free_at: float, failures: int, reason: str | None) -> None:
    """The turn is over. A holder that lost it meanwhile can only make the host rest longer."""
    if not c.execute(_GIVE_BACK, {"here": host, "by": holder, "free": free_at, "failed": failures,
                                  "because": reason}).rowcount:
        c.execute(hosts.update().where(hosts.c.host == host, hosts.c.free_at < free_at).values(free_at=free_at))


def resting(c: sa.Connection, now: float) -> list[Host]:
    """Hosts that are left alone because something went wrong, by name."""
    rows = c.execute(sa.select(hosts).where(hosts.c.free_at > now, hosts.c.reason.is_not(None)).order_by(hosts.c.host))
    return [Host(r.host, r.free_at, r.failures, r.reason) for r in rows]


def wake(c: sa.Connection, host: str) -> bool:
    """Let a host be asked again at once, its robots.txt too; True where it is known."""
    known = c.execute(hosts.update().where(hosts.c.host == host).values(free_at=0.0, failures=0, reason=None)).rowcount
    for scheme in ("http", "https"):
        start = f"{scheme}://{host}"
        c.execute(robots.delete().where(sa.or_(robots.c.origin == start, robots.c.origin.startswith(start + ":",
                                                                                                    autoescape=True))))
    return bool(known)


def robots_of(c: sa.Connection, origin: str) -> Robots | None:
    """What the robots.txt of an origin said last; None where it was never asked for."""
    row = c.execute(sa.select(robots).where(robots.c.origin == origin)).first()
    return None if row is None else Robots(row.origin, row.verdict, row.text, row.detail, row.fetched_at, row.expires_at)


def keep_robots(c: sa.Connection, one: Robots) -> None:
    """Put it in the place of the one before."""
    c.execute(robots.delete().where(robots.c.origin == one.origin))
    c.execute(robots.insert().values(origin=one.origin, verdict=one.verdict, text=one.text, detail=one.detail,
                                     fetched_at=one.fetched_at, expires_at=one.expires_at))
