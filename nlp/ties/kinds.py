"""What kinds of ties have in common: their roles, the family within which two tellings can be of one event."""
from __future__ import annotations

#: Kinds whose parties all have the role `party`.
SYMMETRIC = frozenset({"comprehensive_partnership", "partnership", "disaster_support", "business_alliance", "capital_alliance", "memorandum",
                       "basic_agreement", "joint_research", "field_trial"})
#: Directed kinds → their two roles.
ROLES = {"investment": ("investor", "investee"), "outsourcing": ("client", "contractor"), "designated_manager": ("authority", "operator"),
         "pfi": ("authority", "operator"), "donation": ("donor", "recipient"), "naming_rights": ("sponsor", "owner"),
         "secondment": ("sender", "receiver"), "support": ("supporter", "supported"), "membership": ("member", "collective"),
         "secretariat": ("operator", "collective"), "founding": ("founder", "collective"), "brokerage": ("broker", "connected")}
#: All kinds, in a fixed order: a kind's place is a feature.
KINDS = tuple(sorted(SYMMETRIC | ROLES.keys()))
#: Kinds that one event joins all parties of, however many.
COLLECTIVE = frozenset({"membership", "secretariat", "founding"})
AGREED = frozenset({"comprehensive_partnership", "partnership", "disaster_support", "business_alliance", "capital_alliance", "memorandum",
                    "basic_agreement"})


def family(kind: str) -> str:
    """Kinds of one family may be two readings of one event."""
    return "agreement" if kind in AGREED else kind
