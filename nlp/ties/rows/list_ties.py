"""Ties of a list: each row with its owner, all rows as one, or those of a row among themselves."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from nlp.patterns import pattern
from nlp.ties.kinds import SYMMETRIC
from nlp.ties.rows.agreements import is_complete, is_joint, kind_of
from nlp.ties.rows.listed import Listed, Row
from nlp.ties.rows.matters import Matter, matter_of
from nlp.ties.rows.owners import beside, owner_of
from nlp.ties.rows.rules import FILE
from nlp.ties.rows.sheet import Sheet
from nlp.ties.told import Told

_YEAR, _NUMBER = re.compile(r"[0-9元]年"), re.compile(r"[0-9元]")


def of_equals(kind: str | None, entities: Sequence[int], name: str, block: int) -> list[Told]:
    """A tie of equals; none of a kind that has no equals."""
    return [Told(kind, tuple((e, "party") for e in entities), name, block)] if kind is not None and kind in SYMMETRIC else []


def list_ties(sheet: Sheet, one: Listed, lists: Sequence[Listed]) -> Iterator[Told]:
    """The ties of one of the lists of a page."""
    rule = one.rule
    if rule.kind == "agreement" and (rule.together or is_complete(sheet, one)):
        yield from _signers(sheet, one) if rule.together else _complete(sheet, one)
        return
    matter = matter_of(sheet, one.opener) if rule.kind == "award" else Matter(rule.kind, rule.role, rule.other)
    owners = _owners(sheet, one, lists, matter)
    if not owners:
        return
    if rule.whole:
        yield from _whole(sheet, one, matter, owners)
    elif matter.kind == "agreement" and is_joint(sheet, one):
        parties = [e for e in one.entities if e not in owners]
        yield from of_equals(kind_of(sheet, one, one.rows[0]), (owners[0], *parties), one.name, one.rows[0].block)
    else:
        for row in one.rows:
            yield from _row(sheet, one, row, matter, owners)


def _owners(sheet: Sheet, one: Listed, lists: Sequence[Listed], matter: Matter) -> list[int]:
    """Those whom the rows of a list are tied with."""
    award = one.rule.kind == "award"
    owners = beside(one, lists) or owner_of(sheet, one, "public" if award else one.rule.owner)
    return owners or (owner_of(sheet, one, "") if award and matter.kind == "outsourcing" else [])


def _signers(sheet: Sheet, one: Listed) -> list[Told]:
    """The tie of all whom a list of signers names; of one alone with the owner."""
    entities = one.entities
    if len(entities) < 2:
        entities = [*(e for e in owner_of(sheet, one, "") if e not in entities), *entities]
    return of_equals(kind_of(sheet, one, one.rows[0]), entities, one.name, one.rows[0].block)


def _complete(sheet: Sheet, one: Listed) -> Iterator[Told]:
    """The ties of rows that name all parties themselves."""
    for row in one.rows:
        if len(row.entities) > 1:
            yield from of_equals(kind_of(sheet, one, row), row.entities, one.name, row.block)


def _whole(sheet: Sheet, one: Listed, matter: Matter, owners: Sequence[int]) -> Iterator[Told]:
    """The one tie of all rows; owners who came in by years are a tie a row, those of a new firm founded it, too."""
    invests, block = one.rule.kind == "investment", one.rows[0].block
    if invests and len(one.rows) > 1 and all(_YEAR.search(row.texts[0]) for row in one.rows):
        for row in one.rows:
            yield _joined(matter, [e for e in row.entities if e not in owners], owners[0], one.name, row.block)
        return
    members = [e for e in one.entities if e not in owners]
    if members:
        yield _joined(matter, members, owners[0], one.name, block)
        if invests and pattern(FILE, "founded").search(sheet.title):
            yield _joined(Matter("founding", "founder", "collective"), members, owners[0], "rows:founded", block)


def _joined(matter: Matter, entities: Sequence[int], owner: int, name: str, block: int) -> Told:
    """One tie of all of some organisations with their owner."""
    return Told(matter.kind, (*((e, matter.role) for e in entities), (owner, matter.other)), name, block)


def _row(sheet: Sheet, one: Listed, row: Row, matter: Matter, owners: Sequence[int]) -> Iterator[Told]:
    """The ties of a row with the owners of its list."""
    parties = [e for e in row.entities if e not in owners]
    kind = kind_of(sheet, one, row) if matter.kind == "agreement" else matter.kind
    if not parties or not kind:
        return
    listed = row.block != one.opener and not row.celled and _NUMBER.search(row.texts[0]) is None
    for some in [[e] for e in parties] if kind in SYMMETRIC and listed else [parties]:
        yield from _with_owners(sheet, replace(matter, kind=kind), some, owners, one.name, row.block)


def _with_owners(sheet: Sheet, matter: Matter, parties: Sequence[int], owners: Sequence[int], name: str, block: int) -> Iterator[Told]:
    """The ties of some parties with owners: as equals, by their sectors, all as one, or each with each."""
    kind = matter.kind
    if kind in SYMMETRIC:
        yield from of_equals(kind, (*owners[:1], *parties), name, block)
    elif kind == "secondment" and matter.role == "party":
        both = (*owners, *parties)
        receivers = [e for e in both if sheet.view.public(e)][:1]
        for sender, receiver in product([e for e in both if not sheet.view.public(e)], receivers):
            yield Told(kind, ((sender, "sender"), (receiver, "receiver")), name, block)
    elif kind in ("designated_manager", "pfi") or matter.role == "contractor":
        yield Told(kind, (*((e, matter.other) for e in owners), *((e, matter.role) for e in parties)), name, block)
    else:
        for owner, party in product(owners, parties):
            yield Told(kind, ((party, matter.role), (owner, matter.other)), name, block)
