"""Words that mean an organisation named elsewhere: «同社», «本市», «市»; resolved."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from nlp.names.entities import Entity, Mention, Names, heads, inside_brackets
from nlp.names.vocabulary import form_pattern
from nlp.patterns import pattern
from nlp.text import Page

_CITY_WORD = {"市": "市", "町": "町", "村": "村", "区": "区", "県": "県", "府": "府", "都": "都", "道": "道"}
ANAPHOR = pattern("names", "anaphor")
_BARE = pattern("names", "bare")
_BARE_BODY = pattern("names", "bare_body")


def add_anaphors(page: Page, names: Names) -> None:
    """«当社», «本市» are the publisher; «同社», «同市» the last such organisation before; «市» the one meant all along."""
    norm = page.norm
    used = bytearray(len(norm) + 1)
    for m in names.mentions:
        used[m.start:m.end] = b"\x01" * (m.end - m.start)
    found = list(names.mentions)
    named = sorted(found, key=lambda m: m.start)
    starts = [m.start for m in named]
    for match in sorted([*ANAPHOR.finditer(norm), *_BARE.finditer(norm), *_BARE_BODY.finditer(norm)], key=lambda m: m.start()):
        start, end = match.span()
        if any(used[start:end]):
            continue
        who = match.groupdict().get("who") or ""
        before = named[:bisect_right(starts, start - 1)]
        target = _meant(names, before, named, who, match["what"], norm, start)
        if target is None:
            continue
        used[start:end] = b"\x01" * (end - start)
        found.append(Mention(start, end, target, "anaphor"))
        if who == "同" or not who:
            continue
    names.mentions = sorted(found, key=lambda m: m.start)


def _meant(names: Names, before: Sequence[Mention], named: Sequence[Mention], who: str, what: str, norm: str,
           position: int) -> int | None:
    fits = [k for k, e in enumerate(names.entities) if _can_be(e, what)]
    if who in ("当", "弊", "本", "自"):
        if names.publisher is not None and (names.publisher in fits or what in ("会", "団体", "法人", "所", "館", "クラブ", "組合", "社")):
            return names.publisher
        if who == "本" and what not in _CITY_WORD and what not in ("学", "会", "協議会", "組合", "コンソーシアム", "プラットフォーム", "協会", "財団"):
            return None
        if before and what in ("市", "町", "村", "区", "県"):
            title = [m.entity for m in before if m.entity in fits and heads(norm, m)]
            if title:
                return title[-1]
        seen = [m.entity for m in before if m.entity in fits and not inside_brackets(norm, m.start)] or [m.entity for m in before if m.entity in fits]
        if what in ("社", "行") and seen:
            return seen[0]
        return seen[0] if seen else (named_first(named, fits))
    if who == "同":
        for m in reversed(before):
            if m.entity in fits and not inside_brackets(norm, m.start):
                return m.entity
        return None
    if names.publisher is not None and names.publisher in fits:
        return names.publisher
    counted = [m.entity for m in before if m.entity in fits]
    if not counted:
        later = [m.entity for m in named if m.entity in fits]
        return later[0] if len(set(later)) == 1 else None
    return counted[-1] if what in _CITY_WORD else (counted[-1] if len(set(counted)) == 1 else None)


def named_first(named: Sequence[Mention], fits: Sequence[int]) -> int | None:
    """The entity named first among those that fit."""
    for m in named:
        if m.entity in fits:
            return m.entity
    return None


def _can_be(entity: Entity, what: str) -> bool:
    name = form_pattern().sub("", entity.name)
    if what in ("市", "町", "村"):
        return entity.type == "municipality" and name.endswith(what)
    if what == "区":
        return entity.type in ("municipality", "ward") and name.endswith("区")
    if what in ("県", "府", "都", "道"):
        return entity.type == "prefecture" and name.endswith(what)
    if what == "社":
        return entity.type == "company" or (entity.type == "bank" and entity.form is not None)
    if what == "学":
        return entity.type == "university"
    if what == "大":
        return entity.type == "university" and name.endswith("大学")
    if what == "省":
        return entity.type == "national_government" and name.endswith("省")
    if what == "実行委":
        return name.endswith("実行委員会")
    if what in ("庫", "金庫"):
        return entity.type == "bank" and name.endswith("金庫")
    if what == "行":
        return entity.type == "bank" and name.endswith("銀行")
    if what == "法人":
        return entity.form is not None and entity.form.endswith("法人")
    if what in ("会", "団体"):
        return entity.type in ("association", "council", "welfare", "nonprofit", "chamber", "tourism")
    return name.endswith(what)
