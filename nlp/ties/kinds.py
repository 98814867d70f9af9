"""What kinds of ties have in common: their roles, the family within which two tellings can be of one event."""
from __future__ import annotations

from nlp.model import TIE_KINDS

#: Kinds whose parties can all have the role `party`.
SYMMETRIC = frozenset(kind for kind, roles in TIE_KINDS.items() if "party" in roles)
#: Directed kinds → their two roles.
ROLES = {kind: roles[:2] for kind, roles in TIE_KINDS.items() if kind not in SYMMETRIC}
#: All kinds, in a fixed order: a kind's place is a feature.
KINDS = tuple(sorted(TIE_KINDS))
#: Kinds that one event joins all parties of, however many.
COLLECTIVE = frozenset({"membership", "secretariat", "founding"})
AGREED = frozenset({"comprehensive_partnership", "partnership", "disaster_support", "business_alliance", "capital_alliance", "memorandum",
                    "basic_agreement"})


def family(kind: str) -> str:
    """Kinds of one family may be two readings of one event."""
    return "agreement" if kind in AGREED else kind
