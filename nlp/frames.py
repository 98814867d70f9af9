"""The frame of a tie: what it calls itself, whose act it is, what the municipality does in it.

The frame follows from subject and role, never from the label: texts use 官民連携 and 公民連携 for the same things.
*kanmin*: the municipality carries something out with firms. *komin*: a place or its people act, and the municipality
prepares the ground. Where the words do not tell, a field is None.
"""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nlp.model import ORGANIZATION_TYPES, TIE_KINDS

_DATA = Path(__file__).parent / "data" / "claims_frames.yaml"
_PARTICLE = "(?:さん|様)?(?:（[^（）]{1,40}）|\\([^()]{1,40}\\))*(?:は|が|では|も)"
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
def _words() -> Mapping[str, Any]:
    with _DATA.open(encoding="utf-8") as file:
        words: Mapping[str, Any] = yaml.safe_load(file)
    return words


def frame_of(sentence: str, kind: str, parties: Sequence[FramedParty], title: str | None = None) -> Frame:
    """The frame of a tie of `kind` that `sentence` tells; `title` is its agreement's name.

    Raises ValueError for a kind that is none of nlp.model.TIE_KINDS.
    """
    if kind not in TIE_KINDS:
        raise ValueError(f"«{kind}» is no kind of tie; see nlp.model.TIE_KINDS")
    subject = _subject_kind(sentence, parties)
    role = _municipality_role(sentence, kind, subject, parties)
    return Frame(_label(f"{title or ''}\n{sentence}", parties), subject, role, _frame(subject, role))


def _label(text: str, parties: Sequence[FramedParty]) -> str | None:
    """The first label outside the parties' own names («株式会社官民…» is a name, not a label)."""
    for name in sorted({stem for party in parties for stem in _forms(party.name)}, key=lambda n: (-len(n), n)):
        text = text.replace(name, " ")
    labels = sorted(_words()["labels"], key=lambda label: (-len(label), label))
    found = re.search("|".join(map(re.escape, labels)), text)
    return found[0] if found else None


def _forms(name: str) -> tuple[str, ...]:
    stem = re.sub("^(?:株式会社|一般社団法人|合同会社|有限会社)|(?:株式会社|合同会社|有限会社)$", "", name)
    return (name, stem) if len(stem) > 1 else (name,)


def _subject_kind(sentence: str, parties: Sequence[FramedParty]) -> str | None:
    found: list[tuple[int, str]] = []
    for party in parties:
        names = "|".join(map(re.escape, _forms(party.name)))
        if match := re.search(f"(?:{names}){_PARTICLE}", sentence):
            together = re.search(f"[とや、及並]\\s?(?:び|びに)?(?:{names})$", sentence[:match.end() - 1])
            found.append((match.start(), "mutual" if together and _another(sentence[:match.start()], party, parties)
                          else _kind_of(party.type)))
    for kind, words in _words()["we"].items():
        found += [(match.start(), kind) for word in words
                  if (match := re.search(f"(?<![一-龥ァ-ヶ]){re.escape(word)}", sentence))]
    if match := re.search(f"(?:{'|'.join(_words()['place'])})[」』]?が(?!あ)", sentence):
        found.append((match.start(), "place"))
    if found:
        return min(found)[1]
    return "mutual" if re.search("|".join(_words()["mutual"]), sentence) else None


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
        if re.search("|".join(_words()[role]), sentence):
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
