"""One tie, once: what several sentences, lists and tables of a page tell of one event is put together."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.patterns import pattern
from nlp.ties.frames.finding import Finding
from nlp.ties.kinds import family

#: What tells more wins where two sentences tell of one signing.
_SPECIFIC = ("capital_alliance", "memorandum", "basic_agreement", "comprehensive_partnership", "disaster_support",
             "business_alliance", "partnership")


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"merger.{key}")


def merged(found: Sequence[Finding]) -> list[Finding]:
    """The ties of a page, each once: what several sentences tell of one event is put together.

    Two stand for one event where family and parties agree and nothing parts them (two dates, two states, two names).
    A heading that names fewer parties than the sentence under it is dropped.
    """
    kept: list[Finding] = []
    target: dict[int, Finding] = {}
    for number, one in enumerate(found):
        twin = next((k for k in kept if _same(k, one)), None)
        if twin is None:
            kept.append(one)
            target[number] = one
        else:
            _join(twin, one)
            target[number] = twin
    told = {(family(k.kind), e) for k in kept if not k.heading for e in k.entities}
    kept = [k for k in kept if not (k.heading and k.sentence.line <= 3 and not k.listed and k.date is None and k.kind != "brokerage"
                                    and all((family(k.kind), e) in told for e in k.entities)
                                    and not any(k.entities <= o.entities for o in kept if o is not k))]
    full = [k for k in kept if not any(_within(k, other) for other in kept if other is not k)]
    gone = {id(k): next((o for o in full if _within(k, o)), None) for k in kept if k not in full}
    for one in full:
        if one.led_to is not None:
            tie = target[one.led_to]
            tie = gone.get(id(tie)) or tie
            one.led_to = next((n for n, other in enumerate(full) if other is tie), None)
            one.date = one.date or tie.date
    return full


def _same(a: Finding, b: Finding) -> bool:
    if family(a.kind) != family(b.kind) or a.entities != b.entities:
        return False
    if a.kind == "brokerage":
        return dict(a.parties) == dict(b.parties)
    if a.date and b.date and not (a.date.value.startswith(b.date.value) or b.date.value.startswith(a.date.value)):
        return a.kind in ("membership", "secretariat")
    final = {"ended", "cancelled", "renewed"}
    if (a.status in final or b.status in final) and a.status != b.status:
        return False
    if a.kind == "field_trial" and "planned" in (a.status, b.status) and a.status != b.status and not (a.heading or b.heading):
        return False
    if a.named and b.named and _parted(a, b):
        return False
    return {a.kind, b.kind} != {"memorandum", "comprehensive_partnership"}


def _parted(a: Finding, b: Finding) -> bool:
    """Whether two names are of two agreements: both full («…に関する…»), neither holds the other."""
    one, two = (_pattern("name_noise").sub("", n or "") for n in (a.named, b.named))
    full = all(_pattern("about").search(name) for name in (one, two))
    return full and one not in two and two not in one and a.kind != b.kind


def _join(a: Finding, b: Finding) -> None:
    if a.kind in _SPECIFIC and b.kind in _SPECIFIC and _SPECIFIC.index(b.kind) < _SPECIFIC.index(a.kind):
        a.kind = b.kind
    if (a.date is None or (b.date and len(b.date.value) > len(a.date.value))) and b.date:
        a.date = b.date
        a.more.append((b.sentence.start, b.sentence.end))
    if (b.named and (not a.named or len(b.named) > len(a.named))):
        a.named, a.title = b.named, b.title
    if a.heading and not b.heading:
        a.more.append((a.sentence.start, a.sentence.end))
        a.sentence, a.heading = b.sentence, False
        a.status = b.status
        a.mentions = b.mentions + a.mentions
    elif a.status == "planned" and b.status == "concluded" and not b.heading:
        a.status = b.status
    if b.sentence != a.sentence and (b.sentence.start, b.sentence.end) not in a.more and len(a.more) < 4:
        a.more.append((b.sentence.start, b.sentence.end))
    a.mentions = a.mentions + b.mentions
    a.confidence = min(0.99, max(a.confidence, b.confidence) + 0.04)


def _within(small: Finding, big: Finding) -> bool:
    if family(small.kind) != family(big.kind) or small.kind == "brokerage":
        return False
    named = {m.entity for m in small.mentions}
    early = small.heading and small.sentence.line <= 3 and not small.listed
    if early and not big.heading and named and named < small.entities and named <= big.entities:
        return True
    if not small.entities < big.entities:
        return False
    if small.kind == "membership":
        return dict(big.parties).get(next((e for e, r in small.parties if r == "collective"), -1)) == "collective" and not small.date
    if small.listed and not small.date:
        return True
    return (small.heading and (small.date is None or small.date == big.date)) or (
        small.date is not None and big.date is not None and small.date.value == big.date.value and small.kind == big.kind
        and small.sentence == big.sentence)