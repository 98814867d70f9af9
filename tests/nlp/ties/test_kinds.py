"""The kinds of ties the extractor knows are those that are printed, each with its roles."""
from __future__ import annotations

from nlp.model import TIE_KINDS
from nlp.ties.kinds import AGREED, COLLECTIVE, KINDS, ROLES, SYMMETRIC, family


def test_every_printed_kind_is_known_with_its_roles() -> None:
    assert set(KINDS) == set(TIE_KINDS)
    assert SYMMETRIC.isdisjoint(ROLES)
    for kind in KINDS:
        roles = ROLES.get(kind, ("party",))
        assert set(roles) <= set(TIE_KINDS[kind])


def test_agreements_are_one_family_and_every_other_kind_its_own() -> None:
    assert {family(k) for k in AGREED} == {"agreement"}
    assert all(family(k) == k for k in KINDS if k not in AGREED)
    assert AGREED <= SYMMETRIC and ROLES.keys() >= COLLECTIVE
