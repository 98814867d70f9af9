"""Which organisations a tie joins: the fixed table kind → rule behind TIED_TO and behind every measure.

A tie is n-ary; a pair of its parties is joined only where the kind says that the two deal with each other. Symmetric
kinds join each pair, directed kinds only across roles (a member and the collective, never two members), brokerage
joins the broker with the connected and never the connected with each other: a clique would erase the broker.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from nlp.model import Tie

#: Kind of a tie → the role pairs that it joins; a kind that joins a role with itself is symmetric.
RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "comprehensive_partnership": (("party", "party"),),
    "partnership": (("party", "party"),),
    "disaster_support": (("party", "party"),),
    "business_alliance": (("party", "party"),),
    # the investors of one alliance deal with the investee, not with each other
    "capital_alliance": (("party", "party"), ("investor", "investee"), ("investor", "party"), ("investee", "party")),
    "investment": (("investor", "investee"),),
    "memorandum": (("party", "party"),),
    "basic_agreement": (("party", "party"),),
    "joint_research": (("party", "party"),),
    "field_trial": (("party", "party"),),
    "outsourcing": (("client", "contractor"),),
    "designated_manager": (("authority", "operator"),),
    "pfi": (("authority", "operator"), ("founder", "operator"), ("authority", "founder")),
    "donation": (("donor", "recipient"),),
    "naming_rights": (("sponsor", "owner"),),
    "secondment": (("sender", "receiver"),),
    "support": (("supporter", "supported"),),
    "membership": (("member", "collective"),),
    "secretariat": (("operator", "collective"),),
    "founding": (("founder", "collective"),),
    "brokerage": (("broker", "connected"),),
}
#: What has come about; planned, preliminary and cancelled ties join nobody unless they are asked for.
JOINING_STATUSES = frozenset({"concluded", "renewed", "ended"})
#: Above this number of distinct parties a symmetric tie joins its pairs only when asked: it says little of any pair.
MOST_PARTIES = 20

_SYMMETRIC = frozenset(kind for kind, pairs in RULES.items() if any(one == other for one, other in pairs))
_JOINED = {kind: frozenset(pairs) | frozenset((b, a) for a, b in pairs) for kind, pairs in RULES.items()}
# while a project company exists its founders deal with the authority through it
_PFI_WITH_COMPANY = _JOINED["pfi"] - {("authority", "founder"), ("founder", "authority")}

#: Two organisations, the smaller id first.
Pair = tuple[str, str]
#: a, b, weight, ties, first, last, as the columns of `Edges.frame`.
EdgeRow = tuple[str, str, float, int, str | None, str | None]
EDGE_COLUMNS = ["a", "b", "weight", "ties", "first", "last"]


@dataclass(frozen=True)
class Edges:
    """The projection of many ties, and what it left aside.

    `frame` has a row a joined pair, sorted: a, b (organisation ids, a < b), weight (Newman: the sum over ties of
    1/(n−1), n the tie's distinct parties), ties (their number), first (smallest `earliest`), last (largest `latest`),
    ISO days or None. `too_large` symmetric ties have more than MOST_PARTIES parties, `other_status` ties a status that
    was not asked for.
    """

    frame: pd.DataFrame
    too_large: int
    other_status: int


def is_symmetric(kind: str) -> bool:
    """Whether a kind joins parties of one role with each other."""
    return kind in _SYMMETRIC


def joined_pairs(kind: str, parties: Iterable[tuple[str, str]]) -> list[Pair]:
    """The pairs (a < b) of organisations that one tie joins, sorted; `parties` are (organisation, role).

    Raises ValueError for a kind that the table does not have.
    """
    if kind not in _JOINED:
        raise ValueError(f"no rule says whom a tie of kind «{kind}» joins: add it to RULES in graph/tied_to.py")
    in_role: dict[str, set[str]] = defaultdict(set)
    for organization, role in parties:
        in_role[role].add(organization)
    roles = _PFI_WITH_COMPANY if kind == "pfi" and "operator" in in_role else _JOINED[kind]
    # by roles, as a council of all municipalities joins each with itself and none of the million other pairs
    return sorted({(a, b) for one, other in roles if one in in_role and other in in_role
                   for a in in_role[one] for b in in_role[other] if a < b})


def edges(ties: pd.DataFrame, parties: pd.DataFrame, *, statuses: Iterable[str] = JOINING_STATUSES,
          large: bool = False) -> Edges:
    """Project ties on their organisations.

    `ties` has the columns id, kind, status, earliest, latest (ISO days or None), `parties` tie, organization, role.
    `large` joins symmetric ties of more than MOST_PARTIES parties too. Weights: Newman, Phys. Rev. E 64, 016132 (2001).
    """
    wanted = frozenset(statuses)
    members: dict[str, list[tuple[str, str]]] = {}
    for tie, organization, role in zip(parties["tie"], parties["organization"], parties["role"], strict=True):
        members.setdefault(tie, []).append((organization, role))
    found: dict[Pair, _Edge] = {}
    too_large = other_status = 0
    # sorted, so that sums of weights come out the same whatever the order of arrival
    for tie in ties.sort_values("id", kind="stable").itertuples(index=False):
        if tie.status not in wanted:
            other_status += 1
            continue
        given = members.get(str(tie.id), [])
        size = len({organization for organization, _ in given})
        if size > MOST_PARTIES and not large and is_symmetric(str(tie.kind)):
            too_large += 1
            continue
        for pair in joined_pairs(str(tie.kind), given):
            found.setdefault(pair, _Edge()).add(1 / (size - 1), _day(tie.earliest), _day(tie.latest))
    frame = pd.DataFrame(_rows(found), columns=EDGE_COLUMNS).astype(
        {"a": object, "b": object, "weight": float, "ties": int, "first": object, "last": object})
    return Edges(frame, too_large, other_status)


def pairs_of(tie: Tie) -> list[Pair]:
    """The pairs that one tie joins in the graph, sorted; none where its status or its size says so.

    Raises ValueError for a kind that the table does not have.
    """
    if tie.status not in JOINING_STATUSES or (is_symmetric(tie.kind) and _size(tie) > MOST_PARTIES):
        return []
    return joined_pairs(tie.kind, ((party.organization, party.role) for party in tie.parties))


def edges_between(pairs: Collection[Pair], ties: Iterable[Tie]) -> list[EdgeRow]:
    """The rows of `edges` for some pairs, from all the ties that both organisations of a pair are parties to."""
    found: dict[Pair, _Edge] = {}
    # in the order of `edges`, so that the sums are the same to the last digit
    for tie in sorted(ties, key=lambda one: one.id):
        size, first, last = _size(tie), _day(tie.earliest), _day(tie.latest)
        for pair in pairs_of(tie):
            if pair in pairs:
                found.setdefault(pair, _Edge()).add(1 / (size - 1), first, last)
    return _rows(found)


def frames_of(ties: Sequence[Tie]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two frames that `edges` takes, from tie records."""
    heads = [(t.id, t.kind, t.status, t.earliest, t.latest) for t in ties]
    members = [(t.id, p.organization, p.role) for t in ties for p in t.parties]
    return (pd.DataFrame(heads, columns=["id", "kind", "status", "earliest", "latest"]).astype(object),
            pd.DataFrame(members, columns=["tie", "organization", "role"]).astype(object))


def _size(tie: Tie) -> int:
    return len({party.organization for party in tie.parties})


class _Edge:
    """One pair while its ties are being added up."""

    __slots__ = ("first", "last", "ties", "weight")

    def __init__(self) -> None:
        self.weight, self.ties = 0.0, 0
        self.first: str | None = None
        self.last: str | None = None

    def add(self, weight: float, earliest: str | None, latest: str | None) -> None:
        self.weight += weight
        self.ties += 1
        if earliest is not None and (self.first is None or earliest < self.first):
            self.first = earliest
        if latest is not None and (self.last is None or latest > self.last):
            self.last = latest


def _rows(found: dict[Pair, _Edge]) -> list[EdgeRow]:
    return [(a, b, e.weight, e.ties, e.first, e.last) for (a, b), e in sorted(found.items())]


def _day(value: object) -> str | None:
    """An ISO day of whatever a frame holds for one: text, a date, or nothing."""
    return None if value is None or pd.isna(value) else str(value)[:10]  # type: ignore[call-overload]
