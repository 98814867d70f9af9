"""The firms of a joint venture whose name is made of theirs: «水瀬建設・白浜電工JV»."""
from __future__ import annotations

import re

from nlp import gazetteer
from nlp.names.entities import Entity, Names
from nlp.names.legal_forms import completed, ends_like_firm, form_of
from nlp.names.letters import KANJI
from nlp.names.vocabulary import form_pattern, generic, stem_of
from nlp.patterns import pattern

#: A part of so many signs or more stands for a firm whose name begins with it; one of no more names none that is not named elsewhere.
_BEGINNING = 2


def add_firms(names: Names) -> None:
    """Adds the firms that the names of joint ventures are made of; `names.firms` tells whose they are."""
    for number in range(len(names.entities)):
        entity = names.entities[number]
        if entity.type != "consortium":
            continue
        parts = parts_of(entity.name)
        if parts:
            firms = tuple(firm for part in parts if (firm := _known(names, part)) is not None)
            if firms:
                names.firms[number] = firms


def parts_of(name: str) -> list[str]:
    """The firms' names in a joint venture's, where it is made of several."""
    found = pattern("names", "joint_venture").fullmatch(name)
    if found is None:
        return []
    parts = [part.strip() for part in pattern("names", "joint_parts").split(found["firms"])]
    return parts if len(parts) > 1 and all(map(_a_firm, parts)) else []


def _a_firm(part: str) -> bool:
    bare = form_pattern().sub("", part)
    return (len(bare) > 1 and not generic().fullmatch(bare) and bare not in gazetteer.by_name()
            and (bare != part or ends_like_firm(bare) or re.search(f"[{KANJI}]", bare) is not None))


def _known(names: Names, part: str) -> int | None:
    """The organisation that a part means, as an index; a new one where the page knows none, None where the part is too short for one."""
    stem = stem_of(part)
    same = [k for k, e in enumerate(names.entities) if e.stem == stem]
    longer = [k for k, e in enumerate(names.entities) if len(stem) >= _BEGINNING and e.stem.startswith(stem) and e.type != "consortium"]
    for fits in (same, longer):
        if len(fits) == 1:
            return fits[0]
    if same:
        return same[0]
    if len(part) <= _BEGINNING:
        return None
    name = completed(part)
    form, type_ = form_of(name)
    names.entities.append(Entity(name, type_, stem_of(name), form, sure=False))
    return len(names.entities) - 1
