"""Short forms: announced («以下「X」»), without the legal form, shortened as the press does («X大», «X信金»)."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from nlp import gazetteer
from nlp.names.entities import Entity, Mention, Names, drop
from nlp.names.letters import HIRAGANA, KANA, KANJI, LATIN
from nlp.names.units import unit_behind
from nlp.names.vocabulary import endings, form_pattern, generic, public_bodies, stem_of
from nlp.patterns import lines_of, pattern, words
from nlp.text import Page

#: How far behind a name its short form is announced.
_REACH = 90
#: Letters that run on: a short form cannot begin behind one of them with one of them.
_RUNNING = re.compile(f"[{KANA}{LATIN}]")
#: What is named by what it is for.
_COLLECTIVES = frozenset({"council", "platform", "consortium"})
#: So many letters tell which collective is meant, whoever's it is called.
_TELLING = 10
#: Types that shorten by their first piece («X商事» → «X»).
_BY_PIECE = frozenset({"company"})


@cache
def _shortened() -> tuple[tuple[str, str], ...]:
    """(full ending, short ending), the longest first."""
    found = [(r["full"], r["short"]) for r in gazetteer.rows("short_forms.csv")]
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), -len(pair[1]), pair)))


# -- what one document's spellings have in common --------------------------------------------------------------------

def folded(names: Names, page: Page) -> None:
    """Mentions of a shorter spelling join the organisation whose name they abbreviate."""
    _complete(names)
    into: dict[int, int] = {}
    told = announced(page, names)
    first: dict[str, int] = {}
    for number, entity in enumerate(names.entities):
        if entity.code:
            continue
        if (same := first.setdefault(entity.stem, number)) != number:
            into[number] = same
            continue
        target = told.get(entity.name, told.get(stem_of(entity.name)))
        if target is not None and target != number and (entity.form is None or entity.form not in entity.name):
            into[number] = target
            continue
        if entity.form and entity.form in entity.name:
            continue
        longer = [k for k, other in enumerate(names.entities) if k != number and other.stem != entity.stem
                  and (_abbreviates(entity, other) or _by_owner(entity, other))]
        if len(longer) == 1 and not _listed_together(page, names, number, longer[0]):
            into[number] = longer[0]
    _join(names, into)


def _complete(names: Names) -> None:
    """Names that stand in their short form only are written in full where that adds the generic noun alone."""
    for entity in names.entities:
        for full, short in _completions():
            if entity.name.endswith(short) and not entity.name.endswith(full) and len(entity.name) - len(short) >= 2 and not entity.code:
                entity.name = entity.name.removesuffix(short) + full
                entity.stem = stem_of(entity.name)
                break


@cache
def _completions() -> tuple[tuple[str, str], ...]:
    """(full ending, short ending) of those that are completed, of more than one sign: «大» alone ends too many words."""
    found = [(r["full"], r["short"]) for r in gazetteer.rows("short_forms.csv") if r["completed"] and len(r["short"]) > 1]
    return tuple(sorted(found, key=lambda pair: (-len(pair[1]), pair)))


def _join(names: Names, into: dict[int, int]) -> None:
    if not into:
        return
    last: dict[int, int] = {}
    for number in into:
        seen, target = {number}, into[number]
        while target in into and target not in seen:
            seen.add(target)
            target = into[target]
        if target not in seen:
            last[number] = target
    names.mentions = [replace(m, entity=last[m.entity], how="alias") if m.entity in last else m for m in names.mentions]
    if names.publisher is not None:
        names.publisher = last.get(names.publisher, names.publisher)
    drop(names, set(last))


def _abbreviates(entity: Entity, other: Entity) -> bool:
    """Whether a name is a shorter spelling of another one: its ending shortened, its beginning left out."""
    if other.code:
        return False
    short, long = entity.stem, other.stem
    if len(short) >= len(long):
        return False
    if entity.type in _COLLECTIVES and entity.type == other.type and len(short) >= 4:
        return long.endswith(short) or long.startswith(short)
    bare = pattern("reference", "loose_start").sub("", long)
    if entity.type == other.type and short == bare and bare != long:
        return True
    if entity.type == other.type and len(short) >= 4 and (_of_a_place(short, long) or _of_a_town(entity, short, long)):
        return True
    if entity.form is None and not entity.sure and long.startswith(short) and len(short) >= 3 and long[len(short):] in _last_parts():
        return True
    for full, ending in _shortened():
        if not long.endswith(full.lower()) or not short.endswith(ending.lower()):
            continue
        rest, whole = short[:-len(ending)], long[:-len(full)]
        if len(rest) >= 2 and (rest in (whole, bare[:-len(full)]) or whole.endswith(rest) or _picked(rest, whole)):
            return True
    return entity.type == other.type and entity.type in ("bank", "cooperative") and len(short) >= 4 and long.endswith(short)


def _by_owner(entity: Entity, other: Entity) -> bool:
    """Whether a collective is called by whose it is where another one's name has common words: «環境省|X», «地域共創X» are one."""
    if entity.type not in _COLLECTIVES or entity.type != other.type or not entity.name.startswith(tuple(public_bodies())):
        return False
    owner = max((name for name in public_bodies() if entity.name.startswith(name)), key=len)
    own = entity.stem[len(stem_of(owner)):]
    return len(own) >= _TELLING and other.stem.endswith(own) and generic().fullmatch(other.stem[:-len(own)]) is not None


def _of_a_place(short: str, long: str) -> bool:
    """Whether a name is another one's without the place before it, or without its chapter too: «埼玉県|建築士会|志木支部»."""
    at = long.find(short)
    whole = at + len(short) == len(long) or pattern("reference", "chapter").search(long) is not None
    return whole and at > 0 and long[:at] in gazetteer.prefectures()


def _of_a_town(entity: Entity, short: str, long: str) -> bool:
    """Whether a firm's name is another one's without the town at its head: «千葉|みなせホークス»."""
    return entity.type == "company" and long.endswith(short) and long[:-len(short)] in _towns()


@cache
def _last_parts() -> frozenset[str]:
    """What a name goes without in its short form: «水瀬モビリティ|販売», «水瀬浜|ライオンズクラブ»."""
    return frozenset((*lines_of("company_endings.txt"), *(e for e in endings() if len(e) > 3), *words("reference")["last_parts"]))


def _picked(rest: str, whole: str) -> bool:
    """Whether kanji of a name were picked in order, the first one first: «石西» of «石見西部»."""
    if re.fullmatch(f"[{KANJI}]{{2,3}}", rest) is None or rest[0] != whole[:1]:
        return False
    signs = iter(whole)
    return all(sign in signs for sign in rest)


def _listed_together(page: Page, names: Names, one: int, other: int) -> bool:
    """Whether two names stand side by side in a list: then they are two."""
    places = sorted(m for m in ((m.start, m.end, m.entity) for m in names.mentions if m.entity in (one, other)))
    return any(b[0] - a[1] <= 2 and a[2] != b[2] and pattern("reference", "listed").fullmatch(page.norm[a[1]:b[0]])
               for a, b in pairwise(places))


# -- announced -------------------------------------------------------------------------------------------------------

def announced(page: Page, names: Names) -> dict[str, int]:
    """Announced words and the organisation they stand for, words such as «当社» and «甲» included."""
    norm = page.norm
    ends = sorted((m.end, m.start, m.entity) for m in names.mentions)
    found: dict[str, int] = {}
    for match in pattern("reference", "announcing").finditer(norm):
        for short in _announced_at(norm, match.end()):
            target = _announced_of(norm, match.start(), ends)
            if target is not None and _names_body(short, names.entities[target]):
                found.setdefault(short, target)
    for end, _, entity in ends:
        behind = pattern("reference", "in_brackets").match(norm[end:end + 16])
        if behind and _shortens(behind[1], names.entities[entity]):
            found.setdefault(behind[1], entity)
    return found


def _announced_at(norm: str, position: int) -> list[str]:
    """The words announced from a place on: quoted ones, or a bare one up to the end of the brackets."""
    quoted, bare = pattern("reference", "announced_quoted"), pattern("reference", "announced_bare")
    found: list[str] = []
    while match := quoted.match(norm, position):
        found.append(match[1].strip())
        position = match.end()
        more = pattern("reference", "announced_more").match(norm[position:position + 8])
        if not more:
            return found
        position += more.end()
    end = pattern("reference", "announced_end").search(norm, position)
    if found or not end or end.start() - position > 40:
        return found
    match = bare.match(norm, position, end.start()) or pattern("reference", "announced_rest").match(norm, position, end.start())
    word = match[1].strip() if match and end[0] == ")" else ""
    return [word] if word and not pattern("reference", "no_announcement").search(word) else []


def _announced_of(norm: str, position: int, ends: Sequence[tuple[int, int, int]]) -> int | None:
    """The organisation a word announced at a place belongs to: the one before the brackets, else the last before."""
    line, stop = norm.rfind("\n", 0, position) + 1, words("reference")["full_stop"]
    open_ = _open_bracket(norm, line, position)
    before = [(end, start, entity) for end, start, entity in ends if line <= start and end <= position and position - end < _REACH + 40]
    if open_ is not None:
        level = _depth(norm, line, open_)
        outside = [e for e in before if e[0] <= open_ and _depth(norm, line, e[1]) == level and open_ - e[0] < _REACH
                   and stop not in norm[e[0]:open_]]
        if outside:
            return outside[-1][2]
    inside = [e for e in before if stop not in norm[e[0]:position]]
    return inside[-1][2] if inside else None


def _open_bracket(norm: str, start: int, position: int) -> int | None:
    depth = 0
    for index in range(position - 1, start - 1, -1):
        if norm[index] == ")":
            depth += 1
        elif norm[index] == "(":
            if depth == 0:
                return index
            depth -= 1
    return None


def _depth(norm: str, start: int, position: int) -> int:
    return norm.count("(", start, position) - norm.count(")", start, position)


def _names_body(short: str, entity: Entity) -> bool:
    return not pattern("reference", "no_body").search(short) or short in entity.name


def _shortens(short: str, entity: Entity) -> bool:
    """Whether a word in brackets right behind a name is its short form, not a place, a reading or a person."""
    if short in gazetteer.by_name() or short in gazetteer.prefectures():
        return False
    if re.fullmatch("[A-Za-z][A-Za-z0-9.&\\-]*", short):
        return len(short) >= 3 and re.search(f"[{KANJI}{KANA}]", entity.name) is not None and short.upper() == short
    signs = iter(stem_of(entity.name))
    return len(short) >= 2 and short != entity.name and all(sign in signs for sign in short.lower()) and not entity.code


# -- wherever else they stand ----------------------------------------------------------------------------------------

def add_aliases(page: Page, names: Names) -> None:
    """Adds the mentions by short forms: announced ones, names without their legal form, as the press shortens them."""
    norm = page.norm
    used = bytearray(len(norm) + 1)
    for m in names.mentions:
        used[m.start:m.end] = b"\x01" * (m.end - m.start)
    short_forms: dict[str, int] = {}
    speaker = pattern("reference", "speaker")
    for short, target in announced(page, names).items():
        if not speaker.fullmatch(short):
            short_forms.setdefault(short, target)
    for number, entity in enumerate(names.entities):
        for short in _spellings(entity):
            short_forms.setdefault(short, number)
    if names.publisher is not None and names.entities[names.publisher].name not in short_forms:
        home = names.entities[names.publisher]
        _add(norm, names, home.name, names.publisher, used, pattern("reference", "home_after"))
    for short in sorted(short_forms, key=lambda w: (-len(w), w)):
        _add(norm, names, short, short_forms[short], used)
    _add_pieces(norm, names, short_forms, used)


def _add(norm: str, names: Names, short: str, entity: int, used: bytearray, behind_it: re.Pattern[str] | None = None) -> None:
    end = 0
    while (start := norm.find(short, end)) >= 0:
        end = start + len(short)
        if any(used[start:end]) or not _free(norm, start, end, short) or (behind_it and not behind_it.match(norm, end)):
            continue
        if names.entities[entity].type == "company" and (behind := pattern("reference", "company_behind").match(norm[end:end + 3])):
            end += behind.end()
        used[start:end] = b"\x01" * (end - start)
        names.mentions.append(Mention(start, end, entity, "alias", via=unit_behind(norm, end)))


def _spellings(entity: Entity) -> Iterator[str]:
    """Safe short forms of a name: in full again, without its legal form, with its ending shortened."""
    if entity.code:
        return
    bare = form_pattern().sub("", entity.name).strip()
    if len(entity.name) >= 3:
        yield entity.name
    if entity.form and _tells(bare):
        yield bare
    for trimmed in dict.fromkeys((pattern("reference", "loose_end").sub("", bare).strip(), pattern("reference", "loose_start").sub("", bare))):
        if trimmed != bare and _tells(trimmed) and len(trimmed) >= 3:
            yield trimmed
    for base in dict.fromkeys((bare, pattern("reference", "loose_start").sub("", bare))):
        for full, short in _shortened():
            rest = base[:-len(full)]
            if base.endswith(full) and len(rest) >= 2 and not (
                    len(short) == 1 and rest in _towns() and pattern("reference", "clipped_town").match(short)):
                yield rest + short


@cache
def _towns() -> frozenset[str]:
    return frozenset(n[:-1] for n in gazetteer.by_name() if len(n) > 2)


def _tells(name: str) -> bool:
    """Whether a name without its form still tells one organisation."""
    return (len(name) >= 2 and not generic().fullmatch(name) and name not in gazetteer.by_name() and name not in _towns()
            and name not in endings() and not pattern("reference", "common").match(name))


def _add_pieces(norm: str, names: Names, known: dict[str, int], used: bytearray) -> None:
    """The first piece of a company's name, where it alone stands as somebody who acts: «東邦トレーディング» … «東邦は»."""
    firsts: dict[str, set[int]] = {}
    for number, entity in enumerate(names.entities):
        if entity.type not in _BY_PIECE:
            continue
        for piece in _first_pieces(form_pattern().sub("", entity.name).strip()):
            firsts.setdefault(piece, set()).add(number)
    for piece, owners in sorted(firsts.items(), key=lambda item: (-len(item[0]), item[0])):
        if len(owners) != 1 or piece in known:
            continue
        (owner,) = owners
        first = min((m.start for m in names.mentions if m.entity == owner), default=len(norm))
        places = [m for m in re.finditer(re.escape(piece), norm) if m.start() > first and not any(used[m.start():m.end()])]
        free = [m for m in places if not pattern("reference", "short_before").search(norm[max(0, m.start() - 1):m.start()])
                and pattern("reference", "short_after").match(norm[m.end():m.end() + 4])]
        # a word that also stands within other words is a word of the language
        if not free or len(free) < len(places):
            continue
        for match in free:
            behind = pattern("reference", "company_behind").match(norm[match.end():match.end() + 3])
            end = match.end() + (behind.end() if behind else 0)
            used[match.start():end] = b"\x01" * (end - match.start())
            names.mentions.append(Mention(match.start(), end, owner, "alias"))


def _first_pieces(bare: str) -> Iterator[str]:
    pieces = pattern("reference", "pieces").findall(bare.split(" ")[0] if re.match("[A-Za-z]", bare) else bare)
    # «シンガポール・ベイエアポート» is called by its second part too
    if (part := pattern("reference", "second_part").search(bare)) and _tells(part[1]):
        yield part[1]
    if not pieces or (len(pieces) == 1 and " " not in bare):
        return
    first = pieces[0]
    enough = 3 if re.fullmatch(f"[{KANA}]+|[A-Za-z0-9&]+", first) else 2
    if len(first) >= enough and not HIRAGANA.fullmatch(first) and _tells(first) and first not in _prefectures():
        yield first


@cache
def _prefectures() -> frozenset[str]:
    return frozenset(p[:-1] for p in gazetteer.prefectures())


def _free(norm: str, start: int, end: int, short: str) -> bool:
    """A short form stands free: no letter of its own kind runs on at either side."""
    before, after = norm[start - 1:start], norm[end:end + 1]
    if _RUNNING.match(short) and _RUNNING.match(before):
        return False
    if pattern("reference", "facility_after").match(norm, end):
        return False
    if pattern("reference", "contract").fullmatch(short) or len(short) == 1:
        return not re.match(f"[{KANJI}{KANA}]", before) and pattern("reference", "contract_after").match(norm, end) is not None
    if re.match(f"[{KANA}]", short[-1]) and re.match(f"[{KANA}]", after):
        return False
    if re.match("[A-Za-z]", short[-1]) and re.match("[A-Za-z]", after):
        return False
    if re.match(f"[{KANJI}]", short[0]) and re.match(f"[{KANJI}]", before) and len(short) < 5:
        return False
    if pattern("reference", "clipped").search(short) and re.match(f"[{KANJI}{KANA}]", after):
        return pattern("reference", "unit_after").match(norm, end) is not None
    return not (re.match(f"[{KANJI}]", short[-1]) and re.match(f"[{KANJI}]", after) and len(short) < 3)
