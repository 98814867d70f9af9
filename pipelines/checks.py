"""What a statement must be before the ledger takes it, and what must hold in the ledger before anything is loaded."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nlp.model import STATUSES, TIE_KINDS, Document, Extraction, Span, Statement, Tie
from pipelines.ledger.records import Reject


def problem(one: Statement, document: Document) -> str | None:
    """Why a statement cannot be used; None for a sound one."""
    if one.kind not in TIE_KINDS:
        return f"the kind {one.kind!r} is not known"
    if one.status not in STATUSES:
        return f"the status {one.status!r} is not known"
    if strange := sorted({p.role for p in one.parties} - set(TIE_KINDS[one.kind])):
        return f"a {one.kind} has no role {strange[0]!r}"
    if any(not p.name.strip() for p in one.parties):
        return "a party has no name"
    if len({p.name for p in one.parties}) < 2:
        return "fewer than two different parties"
    if not one.evidence:
        return "no words are given as evidence"
    spans = (*one.evidence, *(p.span for p in one.parties if p.span))
    return next((found for span in spans if (found := _outside(span, document))), None)


def _outside(span: Span, document: Document) -> str | None:
    length = len(document.title or "") if span.field == "title" else len(document.text)
    if 0 <= span.start < span.end <= length:
        return None
    return f"the span {span.start}–{span.end} lies outside the {span.field} ({length} characters)"


def sound(extraction: Extraction, taken: Iterable[str] = ()) -> tuple[Extraction, list[Reject]]:
    """The extraction without the statements that cannot be used, and those as rejects.

    `taken` are ids that other documents' statements have.
    """
    kept: list[Statement] = []
    failed: list[Reject] = []
    known = set(taken)
    for one in extraction.statements:
        reason = "its id is used twice" if one.id in known else problem(one, extraction.document)
        if reason:
            failed.append(Reject("statements", one.id, reason, extraction.document.id))
        else:
            known.add(one.id)
            kept.append(one)
    return replace(extraction, statements=tuple(kept)), failed


def violations(extractions: Sequence[Extraction], ties: Sequence[Tie]) -> list[str]:
    """What is wrong in the ledger, a sentence each; empty when it can be loaded."""
    found: list[str] = []
    told: set[str] = set()
    for extraction in extractions:
        kept, failed = sound(extraction, told)
        found += [f"statement {r.item} of {r.source}: {r.reason}" for r in failed]
        told |= {s.id for s in kept.statements}
    for tie in ties:
        if not tie.statements:
            found.append(f"tie {tie.id} has no statement")
        found += [f"tie {tie.id} rests on statement {s}, which is not in the ledger"
                  for s in tie.statements if s not in told]
    resolved = {s for tie in ties for s in tie.statements}
    found += [f"statement {s} belongs to no tie; run the stage «ties» again" for s in sorted(told - resolved)]
    return found
