"""The frame of a tie: what it calls itself, whose act it is, what the municipality does in it.

The frame follows from subject and role, never from the label: texts use 官民連携 and 公民連携 for the same things.
*kanmin*: the municipality carries something out with firms. *komin*: a place or its people act, and the municipality
prepares the ground. Where the words do not tell, a field is None.
"""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nlp.blocks import Layout
from nlp.model import ORGANIZATION_TYPES, TIE_KINDS
from nlp.patterns import words

_GOVERNED = frozenset({"prefecture", "municipality", "ward", "joint_authority", "government_association"})
_COLLECTIVE = frozenset({"council", "consortium", "platform"})
#: Role of the public party in a directed kind → what it does.
_OF_ROLE = {"client": "client", "authority": "client", "owner": "client", "recipient": "beneficiary",
            "receiver": "beneficiary", "supported": "beneficiary", "connected": "beneficiary", "member": "member",
            "founder": "member"}


@dataclass(frozen=True, slots=True)
class FramedParty:
    """What the frame needs of a party: its name in the document, its type and its role."""
    name: str
    type: str
    role: str


@dataclass(frozen=True, slots=True)
class Frame:
    """label_used as written; subject_kind municipality|place|firm|citizen_group|collective|mutual; municipality_role
    implementer|enabler_of_environment|requester|client|member|beneficiary; frame kanmin|komin."""
    label_used: str | None = None
    subject_kind: str | None = None
    municipality_role: str | None = None
    frame: str | None = None


@cache
def _any(key: str) -> re.Pattern[str]:
    """An entry of claims_frames.yaml: one pattern, or several as alternatives."""
    entry = words("claims_frames")[key]
    return re.compile(entry if isinstance(entry, str) else "|".join(entry))


@cache
def _labels() -> re.Pattern[str]:
    labels: list[str] = words("claims_frames")["labels"]
    return re.compile("|".join(map(re.escape, sorted(labels, key=lambda label: (-len(label), label)))))


def frame_of(sentence: str, kind: str, parties: Sequence[FramedParty], title: str | None = None, around: str = "") -> Frame:
    """The frame of a tie of `kind` that `sentence` tells; `title` is its agreement's name.

    `around` is what heads the sentence: a label that neither the sentence nor the name gives is taken from there.
    Raises ValueError for a kind that is none of nlp.model.TIE_KINDS.
    """
    if kind not in TIE_KINDS:
        raise ValueError(f"«{kind}» is no kind of tie; see nlp.model.TIE_KINDS")
    subject = _subject_kind(sentence, parties)
    role = _municipality_role(sentence, kind, subject, parties)
    label = _label(f"{title or ''}\n{sentence}", parties) or (_label(around, parties) if around else None)
    return Frame(label, subject, role, _frame(subject, role))


def around(layout: Layout, position: int) -> str:
    """What heads a place of a page: the heading above it and the page's title, in that order."""
    block = layout.blocks[max(0, bisect_right(layout.starts, position) - 1)]
    above = layout.text(block.above) if block.above is not None else ""
    return f"{above}\n{layout.page.norm[:layout.page.head]}"


def _label(text: str, parties: Sequence[FramedParty]) -> str | None:
    """The first label outside names («株式会社官民…» is a name, not a label), the parties' own and others'."""
    for name in sorted({stem for party in parties for stem in _forms(party.name)}, key=lambda n: (-len(n), n)):
        text = text.replace(name, " ")
    for found in _labels().finditer(text):
        if not (_any("named_before").search(text, 0, found.start()) or _any("named_behind").match(text, found.end())):
            return found[0]
    return None


def _forms(name: str) -> tuple[str, ...]:
    stem = _any("legal").sub("", name)
    return (name, stem) if len(stem) > 1 else (name,)


def _subject_kind(sentence: str, parties: Sequence[FramedParty]) -> str | None:
    found: list[tuple[int, str]] = []
    for party in parties:
        names = "|".join(map(re.escape, _forms(party.name)))
        if match := re.search(f"(?:{names}){words('claims_frames')['subject']}", sentence):
            together = re.search(f"{words('claims_frames')['and']}(?:{names})$", sentence[:match.end("name_end")])
            joint = together and (_another(sentence[:match.start()], party, parties)
                                  or _any("one_of_us").search(sentence[:together.start()]))
            found.append((match.start(), "mutual" if joint else _kind_of(party.type)))
    for kind, plain in words("claims_frames")["we"].items():
        found += [(match.start(), kind) for word in plain
                  if (match := re.search(words("claims_frames")["no_name_before"] + re.escape(word), sentence))]
    if match := _any("place_acts").search(sentence):
        found.append((match.start(), "place"))
    if match := _any("citizens_act").search(sentence):
        found.append((match.start(), "citizen_group"))
    if found:
        return min(found)[1]
    return "mutual" if _any("mutual").search(sentence) else None


def _another(before: str, party: FramedParty, parties: Sequence[FramedParty]) -> bool:
    return any(form in before for other in parties if other.name != party.name for form in _forms(other.name))


def _kind_of(type_: str) -> str:
    if type_ in _COLLECTIVE:
        return "collective"
    sector = ORGANIZATION_TYPES[type_][1]
    return {"public": "municipality", "civil": "citizen_group"}.get(sector or "", "firm")


def _municipality_role(sentence: str, kind: str, subject: str | None, parties: Sequence[FramedParty]) -> str | None:
    public = [party for party in parties if party.type in _GOVERNED]
    if not public:
        return None
    for role in ("enabler_of_environment", "requester"):
        if _any(role).search(sentence):
            return role
    roles = {_OF_ROLE[party.role] for party in public if party.role in _OF_ROLE}
    if roles:
        return min(roles)
    if kind == "disaster_support" and len(public) < len(parties):
        return "requester"
    return "implementer" if subject in ("municipality", "mutual") else None


def _frame(subject: str | None, role: str | None) -> str | None:
    if subject == "municipality" and role in ("implementer", "client", "requester"):
        return "kanmin"
    if subject in ("place", "citizen_group", "collective") and role == "enabler_of_environment":
        return "komin"
    return None
