"""Named people with a title in a named organisation."""
from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from nlp.model import NamedPerson, Span
from nlp.names.entities import Mention, Names
from nlp.patterns import lines_of
from nlp.text import Page

_K = "一-龥々〆髙﨑ヶ"
#: A person's name: family and given name, apart or together; kana of names that have them.
_NAME = f"(?:[{_K}]{{1,4}} [{_K}ぁ-ゖァ-ヴー]{{1,4}}|[{_K}]{{2,6}}|[{_K}]{{1,3}}[ぁ-ゖ]{{2,4}}|[ァ-ヴー]{{2,8}}[・ ][ァ-ヴー]{{2,8}}|[ぁ-ゖ]{{2,4}}[{_K}]{{1,4}})"


@cache
def _titles() -> str:
    return "|".join(f"(?:{line})" for line in lines_of("person_titles.txt"))


@cache
def _stops() -> re.Pattern[str]:
    return re.compile("|".join(lines_of("person_stops.txt")))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    title = _titles()
    plain = title.replace("[一-龥ァ-ヴー]{0,10}", "")
    return (
        # «市長：山田 太郎», «(代表取締役社長 山田太郎»
        re.compile(f"(?P<title>{title}|会 +長)(?:[:：、]| ?[:：] ?|/| {{1,2}})(?P<name>{_NAME}?)(?=[ ()、。・/\n」]|氏|$|様|さん|以下|より)"),
        # letters set apart: «代 表 取 締 役 社 長　山 田　太 郎»
        re.compile(f"(?P<title>代 表 取 締 役(?: 社 長| 会 長)?) +(?P<name>[{_K}](?: ?[{_K}]){{1,5}})(?= *(?:\n|$|\\)))"),
        # «代表取締役 山田太郎氏»
        re.compile(f"(?P<title>{title}) ?(?:の)?(?P<name>[{_K}]{{1,4}} ?[{_K}ぁ-ゖ]{{1,4}}?)(?=氏|様|さん|より)"),
        # «山田太郎市長», «山田社長»
        re.compile(f"(?<![{_K}ァ-ヴー])(?P<name>[{_K}]{{1,6}}?|[{_K}]{{1,4}} [{_K}ぁ-ゖァ-ヴー]{{1,4}}|[{_K}]{{1,3}}[ぁ-ゖ]{{2,4}})(?P<title>{plain})"
                   "(?=[はがとのをにへもやでだ、。・)」(（\n ]|$|ら|代理|から|より|さん|様|氏|及び|並びに|による)"),
    )


def find_persons(page: Page, names: Names) -> tuple[NamedPerson, ...]:
    """All people with a title whose organisation the page names, each post once."""
    norm = page.norm
    found: dict[tuple[str, str, int], list[Span]] = {}
    used = bytearray(len(norm) + 1)
    for pattern in _patterns():
        for match in pattern.finditer(norm):
            start, end = _name_only(names, *match.span("name"), norm)
            name = re.sub(r"\s", "", norm[start:end])
            if not name or any(used[start:end]) or _stops().search(name):
                continue
            title = re.sub(r"\s", "", match["title"])
            owner = _owner(page, names, min(match.start(), start), title)
            if match.end("name") != end:
                owner = next((m.entity for m in names.mentions if m.start == end), owner)
            if owner is None:
                continue
            used[start:end] = b"\x01" * (end - start)
            found.setdefault((name, title, owner), []).append(page.span(start, end))
            other = _second_post(page, names, end)
            if other:
                found.setdefault((name, *other), []).append(page.span(start, end))
    return tuple(_known(names, found))


def _name_only(names: Names, start: int, end: int, norm: str) -> tuple[int, int]:
    """A name without the organisation that runs into it: «平塚市 落合市長», «母袋上田市長»."""
    index = bisect_right(names.mentions, start, key=lambda m: m.start) - 1
    if index >= 0 and names.mentions[index].end > start:
        start = min(end, names.mentions[index].end)
    for m in names.mentions[index + 1:index + 2]:
        if start < m.start < end:
            end = m.start
    while start < end and norm[start] in " の":
        start += 1
    while end > start and norm[end - 1] in " 氏":
        end -= 1
    return start, end


def _second_post(page: Page, names: Names, end: int) -> tuple[str, int] | None:
    """«会長：山田 太郎（青葉市　副市長）»: the post in the brackets behind a name."""
    match = re.compile(f" ?\\((?P<who>[^()]{{2,30}}?) *(?P<title>{_titles()})\\)").match(page.norm, end)
    if not match:
        return None
    inside = names.between(match.start("who"), match.end("who"))
    return (match["title"], inside[-1].entity) if inside else None


def _known(names: Names, found: dict[tuple[str, str, int], list[Span]]) -> list[NamedPerson]:
    """The people; a family name alone joins the full name that begins with it in the same organisation."""
    full = dict(found)
    for (name, title, owner), spans in sorted(found.items(), key=lambda item: item[1][0]):
        longer = [k for k in full if k[0] != name and k[0].startswith(name)]
        longer = [k for k in longer if k[2] == owner] or [k for k in longer if k[1] == title]
        if longer and len(name) <= 3:
            full[longer[0]] = sorted([*full[longer[0]], *spans])
            del full[(name, title, owner)]
    seen: dict[tuple[str, int], tuple[str, str, int]] = {}
    kept = []
    for key in sorted(full, key=lambda k: full[k][0]):
        twin = (key[0], key[2])
        if twin in seen:
            continue
        seen[twin] = key
        kept.append(NamedPerson(key[0], key[1], names.entities[key[2]].name, tuple(sorted(full[key]))))
    return kept


def _owner(page: Page, names: Names, position: int, title: str) -> int | None:
    """Whose title it is: the organisation right before, that in whose brackets it stands, else the one it can only be."""
    norm = page.norm
    index = bisect_right(names.mentions, position, key=lambda m: m.start) - 1
    before = [m for m in names.mentions[max(0, index - 12):index + 1] if m.end <= position + 1]
    fits = [m for m in before if _fits(names, m, title)]
    label = position == 0 or norm[norm.rfind("\n", 0, position) + 1:position].strip(" ・○■●") == ""
    if label and names.publisher is not None and _fits_entity(names, names.publisher, title) and norm[position:position + 12].find(":") > 0:
        return names.publisher
    if fits:
        last = fits[-1]
        gap = norm[last.end:position]
        if len(gap) < 60 and "\n\n" not in gap and gap.count("\n") <= 2 and not re.search("。", gap):
            return last.entity
    behind = [m for m in names.mentions[index + 1:index + 2] if 0 <= m.start - position < 30]
    if behind and norm[behind[0].start - 1:behind[0].start] == "(" and _fits(names, behind[0], title):
        return behind[0].entity
    if names.publisher is not None and _fits_entity(names, names.publisher, title):
        return names.publisher
    every = list(dict.fromkeys(m.entity for m in names.mentions if _fits(names, m, title)))
    if fits:
        return fits[-1].entity
    return every[0] if len(every) == 1 else None


def _fits(names: Names, mention: Mention, title: str) -> bool:
    return _fits_entity(names, mention.entity, title)


def _fits_entity(names: Names, number: int, title: str) -> bool:
    entity = names.entities[number]
    for word, ends in (("市長", "市"), ("町長", "町"), ("村長", "村"), ("区長", "区"), ("知事", "都道府県")):
        if title.endswith(word):
            return entity.type in ("municipality", "prefecture", "ward") and entity.name[-1] in ends
    if title == "広域連合長":
        return entity.name.endswith("広域連合")
    if re.search("社長|取締役|執行役", title):
        return entity.type in ("company", "bank", "other", "agency", "tourism")
    if title.endswith("頭取"):
        return entity.type == "bank"
    if re.search("学長|総長|教授", title):
        return entity.type == "university"
    if title.endswith("会頭"):
        return entity.type == "chamber"
    if re.search("署長", title):
        return entity.name.endswith("署")
    return entity.type not in ("municipality", "prefecture", "ward", "national_government") or re.search(
        "部長|課長|局長|室長|教育長|議長|監$", title) is not None
