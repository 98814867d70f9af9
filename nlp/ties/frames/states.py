"""The state of a tie that the words of its clause tell."""
from __future__ import annotations

from nlp.patterns import pattern


def status_of(clause: str, heading: bool) -> str | None:
    """The state that the words behind a trigger tell; None where they assert nothing. A heading needs no verb."""
    if pattern("ties", "nothing").search(clause):
        return None
    if pattern("frames", "states.undone").search(clause):
        return "cancelled"
    if pattern("ties", "renewed").search(clause) and not pattern("frames", "states.renews_itself").search(clause):
        return "renewed"
    if pattern("ties", "ended").search(clause):
        return "ended"
    if pattern("ties", "planned").search(clause):
        return "planned"
    if pattern("ties", "concluded").search(clause) or heading:
        return "concluded"
    return None
