"""Who is named in a page: organisations with every place where they stand, aliases and words such as «同社» resolved.

Recognisers propose stretches of `Page.norm` (legal form, ending, gazetteer, brackets, words around a name); the longest
at a place wins; stretches with one stem become one organisation under its fullest form.
"""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import ahocorasick_rs

from nlp import gazetteer
from nlp.model import ORGANIZATION_TYPES
from nlp.patterns import pattern
from nlp.text import Page

_DATA = Path(__file__).parent.parent / "data"
_KANJI = "一-龥々〆〇髙﨑ヶケヵ"
_KANA = "ァ-ヴヷ-ヺー゛"
_LATIN = "A-Za-z0-9À-ÖØ-öø-ÿ"
_CORE = re.compile(f"[{_KANJI}{_KANA}{_LATIN}&＆・‐–—\\-+'’.!/#@_]+")
_BACK = re.compile(f"[{_KANJI}{_KANA}{_LATIN}&＆・‐–—\\-+'’.!/]")
_HIRAGANA = re.compile("[ぁ-ゖゝゞ]+")
_PARTICLE = pattern("names", "particle")
#: Hiragana inside a name that is no word of the sentence: one particle-like sign between two kanji («みよし野», «森の家»).
_BRANCH = re.compile(f"(?:[{_KANJI}{_KANA}{_LATIN}]{{0,12}}(?:支社|支店|営業所|事業部|事業所|営業部|支部|支局|出張所|カンパニー|統括部|営業本部))$")
_WORD = re.compile(f"[{_KANJI}{_KANA}{_LATIN}ぁ-ゖ]")
_QUOTED = re.compile("[「『\"“]([^「『」』\"”\n]{2,60})[」』\"”]")


def lines_of(name: str) -> list[str]:
    """The entries of a word list of `nlp/data`, comments left out."""
    with (_DATA / name).open(encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class Mention:
    """Where an organisation stands: [start, end) of `Page.norm`, the index of its entity, and how it is said.

    `how`: name, alias (a short form), anaphor («同社», «本市»). `via` is the unit that stands behind the name.
    """
    start: int
    end: int
    entity: int
    how: str = "name"
    via: str | None = None


@dataclass(slots=True)
class Entity:
    """An organisation of one document."""
    name: str
    type: str
    stem: str
    form: str | None = None
    code: str | None = None
    prefecture: str | None = None
    sure: bool = True

    @property
    def sector(self) -> str | None:
        return ORGANIZATION_TYPES[self.type][1]

    @property
    def public(self) -> bool:
        return self.sector == "public"


@dataclass(slots=True)
class Names:
    """All organisations of a page. `mentions` are sorted and do not overlap; `publisher` indexes `entities`."""
    entities: list[Entity] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    publisher: int | None = None
    groups: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def between(self, start: int, end: int) -> list[Mention]:
        """The mentions that lie within [start, end)."""
        first = bisect_right(self.mentions, start - 1, key=lambda m: m.start)
        found = []
        for mention in self.mentions[first:]:
            if mention.start >= end:
                break
            if mention.end <= end:
                found.append(mention)
        return found


@dataclass(frozen=True, slots=True)
class _Proposal:
    start: int
    end: int
    name: str
    type: str
    form: str | None = None
    code: str | None = None
    prefecture: str | None = None
    rank: int = 0
    via: str | None = None
    sure: bool = True


@cache
def _forms() -> dict[str, tuple[str, str]]:
    return {r["written"]: (r["form"], r["type"]) for r in gazetteer.rows("organization_forms.csv")}


@cache
def _suffixes() -> dict[str, str]:
    return {r["suffix"]: r["type"] for r in gazetteer.rows("organization_suffixes.csv")}


@cache
def _bodies() -> dict[str, tuple[str, str]]:
    return {r["name"]: (r["type"], r["full"] or r["name"]) for r in gazetteer.rows("public_bodies.csv")}


@cache
def _form_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_forms(), key=lambda f: (-len(f), f)))))


@cache
def _suffix_finder() -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
    words = sorted(_suffixes())
    return ahocorasick_rs.AhoCorasick(words), words


@cache
def _place_finder() -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
    words = sorted({*gazetteer.by_name(), *_bodies()})
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest), words


@cache
def _ends() -> re.Pattern[str]:
    return re.compile("|".join(lines_of("name_ends.txt")))


@cache
def _generic() -> re.Pattern[str]:
    words = sorted(lines_of("generic_words.txt"), key=lambda w: (-len(w), w))
    return re.compile(f"(?:{'|'.join(map(re.escape, words))}|[・の/、&0-9]|[0-9０-９一二三四五六七八九十]+)*")


def stem_of(name: str) -> str:
    """A name without legal form, spaces and signs: what one document's spellings of a name share."""
    bare = _form_pattern().sub("", name)
    return re.sub(r"[\s・･,.\-–—‐'’]", "", bare).lower() or name


# -- where a name ends ---------------------------------------------------------------------------------------------

Tagger = Callable[[str], Sequence[tuple[int, int, str]]]


class _Lines:
    """Word classes of single lines, asked for only where hiragana must be judged."""

    def __init__(self, page: Page, tagger: Tagger) -> None:
        self.page, self.tagger = page, tagger
        self.known: dict[int, Sequence[tuple[int, int, str]]] = {}

    def words(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """The words that touch [start, end), which lies within one line."""
        number = self.page.line_of(start)
        first, last = self.page.lines[number]
        if number not in self.known:
            self.known[number] = [(a + first, b + first, pos) for a, b, pos in self.tagger(self.page.norm[first:last])]
        return [w for w in self.known[number] if w[0] < end and w[1] > start]

    def noun(self, start: int, end: int) -> bool:
        """Whether every word that touches [start, end) is a noun or a name."""
        words = self.words(start, end)
        return bool(words) and all(w[2] in ("NOUN", "PROPN", "NUM", "ADJ", "INTJ") for w in words)

    def bare(self, start: int, end: int, goes_on: bool) -> int:
        """Where hiragana of a name end: before the particles at the end of [start, end)."""
        cut = ("ADP", "CCONJ") if goes_on else ("ADP", "AUX", "SCONJ", "CCONJ", "PART")
        for a, b, pos in reversed(self.words(start, end)):
            if b <= end and pos in cut and a > start:
                end = a
            else:
                break
        return end


def _right(norm: str, position: int, lines: _Lines, after_form: bool) -> int:
    """Where the name that begins at `position` ends."""
    start = position
    while position < len(norm):
        if found := _CORE.match(norm, position):
            stop = _ends().search(norm, position, min(len(norm), found.end() + 6))
            if stop and stop.start() < found.end() and (stop.start() > start):
                return stop.start()
            position = found.end()
        elif norm[position] == " " and position > start and _latin(norm[position - 1]) \
                and position + 1 < len(norm) and _latin(norm[position + 1]):
            position += 1
        elif found := _HIRAGANA.match(norm, position):
            run = found[0]
            if run.startswith(("さん", "さま", "など", "ほか")) and position > start:
                return position
            if after_form and position == start:
                if _PARTICLE.fullmatch(run) or run.startswith(("など", "ほか", "または", "および")):
                    return position
                cut = lines.bare(position, found.end(), _CORE.match(norm, found.end()) is not None)
                position = cut
                if cut < found.end():
                    return position
                continue
            goes_on = _CORE.match(norm, found.end()) is not None
            bare = run[:lines.bare(position, found.end(), False) - position]
            spanning = [w for w in lines.words(position - 1, position + 1) if w[0] < position < w[1] and w[2] in ("NOUN", "PROPN")]
            if spanning:
                position = spanning[0][1]
            elif len(bare) >= 2 and lines.noun(position, position + len(bare)):
                position += len(bare)
                if bare != run:
                    return position
            elif goes_on and run in ("つ", "み", "り", "べ", "き") and len(run) == 1:
                position = found.end()
            else:
                return position
        else:
            return position
    return position


def _latin(char: str) -> bool:
    return re.match(f"[{_LATIN}&]", char) is not None


def _left(norm: str, position: int, lines: _Lines) -> int:
    """Where the name that ends at `position` begins."""
    end = position
    while position > 0:
        char = norm[position - 1]
        if char == "!" and not _latin(norm[position - 2:position - 1] or " "):
            return position
        if _BACK.match(char) or (char == " " and position < end and _latin(norm[position]) and position > 1 and _latin(norm[position - 2])):
            position -= 1
        elif _HIRAGANA.match(char):
            start = position
            while start > 0 and _HIRAGANA.match(norm[start - 1]):
                start -= 1
            run = norm[start:position]
            opens = start == 0 or norm[start - 1] in "\n、。「『(（ ・:"
            words = lines.words(start, position)
            inside = norm[position:position + 1]
            spanned = [w for w in words if w[1] == position and w[0] < start and w[2] in ("VERB", "NOUN")]
            if spanned and re.match(f"[{_KANA}]", inside) and re.search("[しみりきちびえけ]$", run):
                position = spanned[0][0]
            elif (opens and len(run) >= 2 and words and words[-1][2] == "VERB" and re.match(f"[{_KANA}]", inside)) or (opens and len(run) >= 3 and words and words[0][2] in ("NOUN", "PROPN") and words[-1][2] in ("AUX", "VERB", "ADJ") and not _LEADS.match(run)) or (opens and len(run) >= 2 and not _LEADS.match(run) and not (words and words[-1][2] in ("ADP", "AUX", "SCONJ", "CCONJ", "VERB", "ADV", "DET", "PRON"))) or (re.fullmatch("[ぁ-ゖ]{2,}の[ぁ-ゖ]+", run) and opens) or (len(run) >= 2 and lines.noun(start, position)):
                position = start
            elif (cut := _after_particle(words, start, position)) is not None:
                return cut
            elif len(run) == 1 and run in "つみりべき" and start > 0 and _BACK.match(norm[start - 1]):
                position = start
            else:
                return position
        else:
            return position
    return position


_LEADS = pattern("names", "leads")


def _after_particle(words: Sequence[tuple[int, int, str]], start: int, end: int) -> int | None:
    """Where a name of hiragana begins behind a particle in one run: «と|いそかぜ»; None where nothing tells."""
    for index in range(len(words) - 1, -1, -1):
        a, b, pos = words[index]
        if pos == "ADP" and a >= start and end - b >= 2:
            rest = words[index + 1:]
            return b if rest and rest[0][2] in ("NOUN", "PROPN", "INTJ", "ADJ") else None
    return None


def _trim(norm: str, start: int, end: int) -> tuple[int, int]:
    while start < end and norm[start] in " ・-‐–—./'’!&":
        start += 1
    while end > start and norm[end - 1] in " ・-‐–—./'’&":
        end -= 1
    return start, end


# -- recognisers ---------------------------------------------------------------------------------------------------

def _with_form(page: Page, lines: _Lines) -> Iterator[_Proposal]:
    norm = page.norm
    for match in _form_pattern().finditer(norm):
        form, type_ = _forms()[match[0]]
        before = norm[match.start() - 1] if match.start() else "\n"
        after = match.end() + (1 if norm[match.end():match.end() + 1] == " " else 0)
        end = _right(norm, after, lines, True)
        quoted = _QUOTED.match(norm, after)
        if quoted and len(quoted[1]) < 40:
            end, name = quoted.end(), quoted[1]
            yield _Proposal(match.start(), end, match[0] + name, _type_of(name, type_), form, rank=3)
            continue
        whole = re.match(f"[{_KANJI}{_KANA}{_LATIN}ぁ-ゖ・]{{2,24}}?(?:大学|高等学校|専門学校|学園|福祉会|病院|機構|研究所|財団|協会|協議会|銀行|センター)(?![{_KANJI}])", norm[after:after + 30])
        if whole and after + whole.end() > end and not re.search("[はがをにへ](?=[一-龥ァ-ヴ])|から|より|及び|と(?=[一-龥])", whole[0][:-2]) and type_ not in ("company",):
            end = after + whole.end()
        follows = norm[after:end]
        if len(match[0]) > 1 and _BACK.match(before) and not (_form_pattern().search(norm[max(0, match.start() - 5):match.start()])):
            start, _ = _trim(norm, _left(norm, match.start(), lines), match.start())
            start = _after_title(norm, start, match.start())
            name = norm[start:match.start()]
            if len(name) >= 2 and not _generic().fullmatch(name) and not re.fullmatch("(?:[0-9]+|各|新|本|当|同|両)", name):
                if match[0] in ("相互会社", "株式会社", "有限会社", "合同会社", "監査法人", "有限責任監査法人") or match[0][0] == "(":
                    yield from _branching(norm, start, match.end(), name + match[0], _type_of(name, type_), form, 3)
                continue
        elif match[0] in ("㈱", "㈲", "(株)", "(有)") and (_BACK.match(before) or _HIRAGANA.match(before)):
            start, _ = _trim(norm, _left(norm, match.start(), lines), match.start())
            start = _after_title(norm, start, match.start())
            name = norm[start:match.start()]
            if len(name) >= 2 and not _generic().fullmatch(name):
                yield _Proposal(start, match.end(), name + match[0], _type_of(name, type_), form, rank=3)
                continue
        if not follows or len(stem_of(follows)) < 1 or _generic().fullmatch(follows):
            continue
        _, end = _trim(norm, after, end)
        follows = norm[after:end]
        nested = _form_pattern().search(follows)
        if nested and nested.start() > 0:
            end = after + nested.start()
            follows = norm[after:end]
        for part in re.finditer("・", follows):
            if _ends_like_name(follows[part.end():].split("・")[0]) and part.start() >= 2:
                end, follows = after + part.start(), follows[:part.start()]
                break
        if len(follows) < 2 and not _latin(follows):
            continue
        yield from _branching(norm, match.start(), end, norm[match.start():after].rstrip() + follows,
                              _type_of(follows, type_), form, 3)


def _after_title(norm: str, start: int, end: int) -> int:
    """A name begins after words such as «本社» or a place that only says where it is."""
    name = norm[start:end]
    found = pattern("names", "kind_before").match(name)
    return start + found.end() if found else start


def _branching(norm: str, start: int, end: int, name: str, type_: str, form: str | None, rank: int) -> Iterator[_Proposal]:
    """The organisation, its branch apart: «株式会社X北海道支社» is X, acting through the branch."""
    found = _BRANCH.search(name)
    via = None
    if found and found.start() >= 3:
        unit = unit_start(name)
        if unit is not None:
            via, cut = name[unit:].strip(), len(name) - unit
            name, end = name[:unit].rstrip(), end - cut
            while norm[end - 1] == " ":
                end -= 1
    else:
        behind = re.match(f" ?([{_KANJI}{_KANA}{_LATIN}]{{1,14}}(?:支社|支店|営業所|事業部|事業所|営業部|支局|カンパニー))", norm[end:end + 24])
        if behind:
            via = behind[1]
    yield _Proposal(start, end, name, type_, form, rank=rank, via=via)


@cache
def _regions() -> re.Pattern[str]:
    shorts = {p[:-1] if p != "北海道" else p for p in gazetteer.prefectures()} | set(lines_of("regions.txt"))
    cities = {n[:-1] for n in gazetteer.by_name() if n[-1] in "市区町村" and len(n) >= 3}
    words = sorted(shorts | cities | {n for n in gazetteer.by_name() if len(n) < 7}, key=lambda w: (-len(w), w))
    return re.compile(f"(?:{'|'.join(map(re.escape, words))})+(?:第[一二三四0-9]|総合|地域|公務|法人)*"
                      "(?:支社|支店|営業所|事業部|事業所|営業部|支部|支局|出張所|統括部|営業本部)$")


def is_unit(name: str) -> bool:
    """Whether a name is a branch's alone: «北海道支社»."""
    return _regions().fullmatch(name) is not None


def unit_start(name: str) -> int | None:
    for index in range(2, len(name) - 2):
        if _regions().fullmatch(name, index):
            return index
    found = pattern("names", "unit_apart").search(name)
    return found.start() if found else None


def _type_of(stem: str, type_: str) -> str:
    """The type that a name's ending tells, else that of its legal form."""
    if type_ == "company":
        if re.search("(?:銀行|信用金庫)$", stem):
            return "agency" if stem in _bodies() and _bodies()[stem][0] == "agency" else "bank"
        if re.search("(?:DMO|観光局|観光公社)$", stem):
            return "tourism"
        return "company"
    if type_ == "association":
        for ending in ("観光協会", "観光局", "観光機構", "観光連盟", "DMO", "コンベンション協会", "コンベンションビューロー", "観光公社",
                       "ツーリズムビューロー", "観光コンベンション協会", "観光物産協会", "ツーリズム機構", "観光推進機構"):
            if stem.endswith(ending):
                return "tourism"
        for ending, new in (("経営者協会", "chamber"), ("経済同友会", "chamber"), ("経済連合会", "chamber"), ("コンソーシアム", "consortium"),
                            ("プラットフォーム", "platform"), ("協議会", "council"), ("商工会連合会", "chamber")):
            if stem.endswith(ending):
                return new
    return type_


_NEXT = re.compile("[一-龥ァ-ヴー]")
_PEOPLE = pattern("names", "people")


def _with_suffix(page: Page, lines: _Lines) -> Iterator[_Proposal]:
    norm = page.norm
    finder, words = _suffix_finder()
    ends: dict[int, str] = {}
    for index, _, end in finder.find_matches_as_indexes(norm, overlapping=True):
        if len(words[index]) > len(ends.get(end, "")):
            ends[end] = words[index]
    for end, suffix in sorted(ends.items()):
        follows = norm[end:end + 6]
        if follows and _NEXT.match(follows) and not _PEOPLE.match(follows):
            continue
        if suffix == "大学" and follows.startswith(("生", "院生", "入試", "等", "発")):
            continue
        if suffix in ("会議", "協会", "組合", "フロント", "財団", "DMO", "JV") and follows[:1] in "室":
            continue
        start = _left(norm, end - len(suffix), lines)
        start, _ = _trim(norm, start, end)
        start = _cut_left(norm, start, end, suffix)
        name = norm[start:end]
        if norm[start - 1:start] == "の" and start > 1:
            wider = _left(norm, start - 1, lines)
            before = norm[wider:start - 1]
            opens = wider == 0 or norm[wider - 1] in "\n、。「『(（ "
            if opens and before and norm.count(norm[wider:end]) > 1 and not _generic().fullmatch(before) \
                    and not _ends_like_name(before) and not _ANAPHOR.fullmatch(before):
                start = wider
        name = norm[start:end]
        own = name[:-len(suffix)]
        if own in ("同", "同大学") and suffix == "短期大学部":
            parents = re.findall("[一-龥ァ-ヴー]{2,12}大学(?!部)", norm[max(0, start - 80):start])
            if parents:
                yield _Proposal(start, end, parents[-1] + suffix, "university", rank=2)
            continue
        town = re.fullmatch("(?:同|本|当)?(市|町|村)", own)
        if town and suffix not in ("協議会", "委員会", "会議", "研究会", "プラットフォーム", "ネットワーク", "高校", "小学校", "中学校", "病院", "動物園", "教育委員会"):
            city = _town_before(page, start, town[1])
            if city:
                yield _Proposal(start, end, city + suffix, _suffixes()[suffix], rank=2)
            continue
        if not own or _generic().fullmatch(own) or not _WORD.match(own):
            continue
        if re.fullmatch("[ぁ-ゖ]{1,2}", own):
            continue
        if re.fullmatch(f"[0-9A-Za-z]{{1,2}}|[{_KANJI}]", own) and suffix not in ("大学", "銀行", "商工会", "市長会"):
            continue
        if suffix in ("会議",) and not re.search("(?:推進|円卓|連絡|経済|協働|共創|まちづくり)$", own):
            continue
        if suffix == "委員会" and re.search("(?:議会|審査|選定|検討|特別|評価|選考|策定|運営)$", own):
            continue
        if suffix in ("同盟", "連盟", "後援会", "同友会", "財団") and len(own) < 2:
            continue
        yield _Proposal(start, end, name, _suffixes()[suffix], rank=2)


def _town_before(page: Page, position: int, ending: str) -> str | None:
    """The municipality that «市» in «同市観光協会» means: the publisher, else the last one named before."""
    home = gazetteer.find(page.document.publisher or "")
    if home and home.name.endswith(ending):
        return home.name
    finder, words = _place_finder()
    for index, _, _ in reversed(finder.find_matches_as_indexes(page.norm[:position])):
        if words[index].endswith(ending) and words[index] not in _bodies():
            return words[index]
    return None


_LEAD = pattern("names", "lead")


def _cut_left(norm: str, start: int, end: int, suffix: str) -> int:
    """A name with an ending begins after lists, leads and other organisations joined to it without a particle."""
    name = norm[start:end]
    while found := _LEAD.match(name):
        if found.end() >= len(name) - len(suffix):
            break
        start += found.end()
        name = norm[start:end]
    conj = [m.end() for m in pattern("names", "joined_names").finditer(name)]
    if conj and conj[-1] < len(name) - len(suffix):
        start += conj[-1]
    name = norm[start:end]
    # «国土交通省・内閣府» and «A大学・B大学» are lists; «研究・産学連携機構» is one name
    for part in re.finditer("・", name):
        left = name[:part.start()]
        if _ends_like_name(left) and part.end() < len(name) - len(suffix):
            start, = (start + part.end(),)
            return _cut_left(norm, start, end, suffix)
    return start


def _ends_like_name(text: str) -> bool:
    return (text.endswith(tuple(_suffixes())) or text in gazetteer.by_name() or gazetteer.find(text) is not None
            or text in _bodies() or bool(re.search("(?:[市町村区県府都道]|会社|法人|省|庁)$", text)))


_PLACE_AFTER = pattern("names", "place_after")
_PLACE_IN = pattern("names", "place_in")
_SEAT = re.compile("(?:[(]|、)$")


def _places(page: Page) -> Iterator[_Proposal]:
    norm = page.norm
    finder, words = _place_finder()
    told: dict[str, str] = {}
    found: list[tuple[int, int, str, str | None]] = []
    pending: tuple[int, int, str] | None = None
    for index, start, end in finder.find_matches_as_indexes(norm):
        name = words[index]
        if name in _bodies():
            yield from _body(norm, start, end, name)
            continue
        prefecture = None
        if pending and re.fullmatch(r"(?:[^\s、。・]{1,5}郡)?", norm[pending[1]:start]) and name not in gazetteer.prefectures():
            prefecture = pending[2]
            if found and found[-1][0] == pending[0]:
                found.pop()
            start = pending[0]
        elif name not in gazetteer.prefectures():
            county = re.search(r"(?:(?<=[^一-龥])|^)([一-龥ァ-ヴ]{1,4}郡)$", norm[max(0, start - 6):start])
            start -= len(county[1]) if county else 0
        found.append((start, end, name, prefecture))
        if prefecture:
            told[name] = prefecture
        pending = (start, end, name) if name in gazetteer.prefectures() else None
    seen = [name for _, _, name, _ in found if name in gazetteer.prefectures()]
    home = gazetteer.find(page.document.publisher or "")
    for start, end, name, prefecture in found:
        before = norm[max(0, start - 14):start].split("\n")[-1]
        if not _stands_alone(norm, start, end, name, before):
            continue
        place = _which(name, prefecture or told.get(name), seen, home.prefecture if home else None)
        ward = place is not None and place.type == "ward"
        written = name
        if ward and place is not None:
            written = place.name
        yield _Proposal(start, end, written, place.type if place else ("prefecture" if name in gazetteer.prefectures() else
                        gazetteer.by_name()[name][0].type), code=place.code if place else None,
                        prefecture=place.prefecture if place else prefecture, rank=1)


def _which(name: str, told: str | None, seen: Sequence[str], home: str | None) -> gazetteer.Place | None:
    found = gazetteer.by_name()[name]
    if len(found) == 1:
        return found[0]
    for within in (told, home, *dict.fromkeys(seen)):
        fits = [p for p in found if p.prefecture == within]
        if len(fits) == 1:
            return fits[0]
    return None


def _stands_alone(norm: str, start: int, end: int, name: str, before: str) -> bool:
    """Whether a place's name here means the body, not an address or a part of a longer word."""
    if before and (re.search("[一-龥ァ-ヴA-Za-z0-9]$", before) and not pattern("names", "before_place").search(before)):
        return False
    if _PLACE_IN.search(before):
        return False
    if name not in gazetteer.prefectures() and re.match("(?:を|で)", norm[end:]) and before.endswith("本社"):
        return False
    after = norm[end:end + 60].split("\n")[0]
    if not _PLACE_AFTER.match(after):
        return False
    if pattern("names", "seat_after").match(after) and not after.startswith("にある?と"):
        return False
    # «株式会社X（大阪府）», «（本社：大阪府四條畷市）»: in brackets behind a name, alone
    if before.endswith("(") and (re.match("[^()、]{0,12}\\)", after) or re.match("[ 、,]?(?:代表|社長|会長|理事長|知事|市長|町長|資本)", after)):
        return bool(re.match("長|副", after))
    if before.endswith("(") and pattern("names", "head_in_brackets").match(after):
        return False
    if name in gazetteer.prefectures() and re.match("の[一-龥]{1,5}[市町村郡]", after):
        return False
    if before.endswith("〒"):
        return False
    return not pattern("names", "office_address").match(after)


def _body(norm: str, start: int, end: int, name: str) -> Iterator[_Proposal]:
    type_, _full = _bodies()[name]
    if start and re.match("[一-龥ァ-ヴA-Za-z]", norm[start - 1]) and type_ != "agency":
        return
    if name == "自衛隊" or re.match("(?:令|告示|法)", norm[end:end + 2]):
        return
    behind = re.match("[一-龥ァ-ヴ]{1,14}(?:局|室|課|事務局|推進事務局|部)", norm[end:end + 20])
    yield _Proposal(start, end, name, type_, rank=2, via=behind[0] if behind else None)


_ALIAS = pattern("names", "alias")


_CITY_WORD = {"市": "市", "町": "町", "村": "村", "区": "区", "県": "県", "府": "府", "都": "都", "道": "道"}


def _propose(page: Page, lines: _Lines, extra: Iterable[_Proposal]) -> list[_Proposal]:
    proposals = [*_with_form(page, lines), *_with_suffix(page, lines), *_places(page), *extra]
    proposals += list(_quoted(page))
    proposals.sort(key=lambda p: (p.rank < 0, -(p.end - p.start), -p.rank, p.start))
    taken: list[_Proposal] = []
    used = bytearray(len(page.norm) + 1)
    for one in proposals:
        if one.end > one.start and not any(used[one.start:one.end]):
            taken.append(one)
            used[one.start:one.end] = b"\x01" * (one.end - one.start)
    return sorted(taken, key=lambda p: p.start)


def _quoted(page: Page) -> Iterator[_Proposal]:
    """Names in quotes that end as an organisation does: «「せとのしま共同企業体」», long names with の and っ in them."""
    for match in _QUOTED.finditer(page.norm):
        inner = match[1].strip()
        for length in range(min(12, len(inner) - 1), 1, -1):
            suffix = inner[-length:]
            if suffix in _suffixes():
                own = inner[:-length]
                if own and (len(own) >= 8 or not _generic().fullmatch(own)) and not re.search("[、。]|に関する|協定|(?:は|が|を)(?=[一-龥])", own) \
                        and _suffixes()[suffix] not in ("regional_bureau",) and suffix != "会議":
                    yield _Proposal(match.start(1), match.end(1), inner, _suffixes()[suffix], rank=4)
                break


# -- what is one organisation --------------------------------------------------------------------------------------

def find_organizations(page: Page, tagger: Tagger, extra: Iterable[tuple[int, int, str, str]] = ()) -> Names:
    """All named organisations of a page, each with its mentions.

    `tagger` gives the words of a line as (start, end, part of speech); `extra` adds names found by other means as
    (start, end, type, full name).
    """
    lines = _Lines(page, tagger)
    more = [_Proposal(a, b, name, type_, rank=-1, sure=False) for a, b, type_, name in extra]
    names = Names()
    index: dict[str, int] = {}
    for one in _propose(page, lines, more):
        entity = _entity_of(names, index, one)
        names.mentions.append(Mention(one.start, one.end, entity, via=one.via))
    _publisher(page, names, index)
    _fold(names, page)
    _aliases(page, names)
    names.mentions.sort(key=lambda m: m.start)
    _only_places(page, names)
    _anaphors(page, names)
    return names


def _only_places(page: Page, names: Names) -> None:
    """Drops prefectures that only say where («埼玉県の企業»), and a surname taken for a city («小野市長»)."""
    norm = page.norm
    acts: set[int] = set()
    for m in names.mentions:
        entity = names.entities[m.entity]
        after = norm[m.end:m.end + 3]
        if entity.type == "prefecture" and re.match("の(?!担当|要請|[0-9]|[一-龥]{1,6}副?知事)|で|内", norm[m.end:m.end + 12]):
            continue
        if entity.type == "municipality" and after.startswith("長") and norm[m.start - 1:m.start] not in "県府都道市":
            others = [e for k, e in enumerate(names.entities) if k != m.entity and e.type == "municipality" and e.name.endswith("市")]
            if others and not _heads(norm, m):
                continue
        acts.add(m.entity)
    gone = {k for k, e in enumerate(names.entities) if e.type in ("prefecture", "municipality") and k not in acts and k != names.publisher
            and any(m.entity == k for m in names.mentions)}
    if gone:
        names.mentions = [m for m in names.mentions if m.entity not in gone]
        _drop(names, gone)


def _key(one: _Proposal) -> str:
    if one.code:
        return one.code
    if one.type in ("municipality", "prefecture", "ward"):
        return one.name
    if one.name in _bodies():
        return stem_of(_bodies()[one.name][1])
    return stem_of(one.name)


def _entity_of(names: Names, index: dict[str, int], one: _Proposal) -> int:
    key = _key(one)
    if key not in index:
        index[key] = len(names.entities)
        names.entities.append(Entity(one.name, one.type, key, one.form, one.code, one.prefecture, one.sure))
        return index[key]
    entity = names.entities[index[key]]
    if _fuller(one, entity):
        entity.name, entity.form = one.name, one.form
        entity.type = one.type if entity.form or entity.type == "other" else entity.type
    return index[key]


def _fuller(one: _Proposal, entity: Entity) -> bool:
    if one.code:
        return False
    if bool(one.form) != bool(entity.form):
        return bool(one.form)
    long_form = one.form is not None and one.form in one.name
    if long_form != (entity.form is not None and entity.form in entity.name):
        return long_form
    return len(one.name) > len(entity.name)


def _publisher(page: Page, names: Names, index: dict[str, int]) -> None:
    """The publisher's entity: it is an organisation of the document though the text may never name it."""
    name = (page.document.publisher or "").strip()
    if not name:
        return
    place = gazetteer.find(name)
    if place:
        one = _Proposal(0, 0, place.name, place.type, code=place.code, prefecture=place.prefecture)
    elif name in gazetteer.by_name():
        same = next((k for k, e in enumerate(names.entities) if e.name == name), None)
        if same is not None:
            names.publisher = same
            return
        one = _Proposal(0, 0, name, gazetteer.by_name()[name][0].type)
    else:
        form, type_ = _form_of(name)
        one = _Proposal(0, 0, name, type_, form)
    names.publisher = _entity_of(names, index, one)


def _form_of(name: str) -> tuple[str | None, str]:
    flat = name.translate({0xFF08: "(", 0xFF09: ")"})
    found = _form_pattern().search(flat)
    if found:
        form, type_ = _forms()[found[0]]
        return form, _type_of(_form_pattern().sub("", flat), type_)
    bare, towns = flat, re.search("[市町村]$", flat)
    if bare in _bodies():
        return None, _bodies()[bare][0]
    for length in range(min(14, len(bare)), 0, -1):
        if bare[-length:] in _suffixes():
            return None, _suffixes()[bare[-length:]]
    return None, "municipality" if towns else "company"


def _fold(names: Names, page: Page) -> None:
    """Mentions of a shorter spelling join the organisation whose name they abbreviate."""
    into: dict[int, int] = {}
    for number, entity in enumerate(names.entities):
        if entity.code or entity.form:
            continue
        longer = [k for k, other in enumerate(names.entities) if k != number and other.stem != entity.stem
                  and _abbreviates(entity, other)]
        if len(longer) == 1:
            into[number] = longer[0]
    if not into:
        return
    for number in list(into):
        while into[number] in into and into[into[number]] != number:
            into[number] = into[into[number]]
    names.mentions = [Mention(m.start, m.end, into.get(m.entity, m.entity), "alias" if m.entity in into else m.how, m.via)
                      for m in names.mentions]
    if names.publisher is not None:
        names.publisher = into.get(names.publisher, names.publisher)
    _drop(names, set(into))


def _drop(names: Names, gone: set[int]) -> None:
    keep = [k for k in range(len(names.entities)) if k not in gone]
    moved = {old: new for new, old in enumerate(keep)}
    names.entities = [names.entities[k] for k in keep]
    names.mentions = [Mention(m.start, m.end, moved[m.entity], m.how, m.via) for m in names.mentions if m.entity in moved]
    if names.publisher is not None:
        names.publisher = moved.get(names.publisher)


def _abbreviates(entity: Entity, other: Entity) -> bool:
    if entity.type != other.type or other.code:
        return False
    short, long = entity.stem, other.stem
    if entity.type in ("council", "platform", "consortium") and len(short) >= 4:
        return long.endswith(short) or long.startswith(short)
    return False


def _aliases(page: Page, names: Names) -> None:
    """Short forms («以下「X」»), and names without their legal form, wherever else they stand."""
    norm = page.norm
    words: dict[str, int] = {}
    used = bytearray(len(norm) + 1)
    for m in names.mentions:
        used[m.start:m.end] = b"\x01" * (m.end - m.start)
    for match in _ALIAS.finditer(norm):
        short = match[1].strip()
        before = [m for m in names.mentions if m.end <= match.start() and match.start() - m.end < 90]
        between = norm[before[-1].end:match.start()] if before else ""
        if not before or "。" in between:
            continue
        nested = [m for m in before if norm.rfind("(", 0, match.start() + 1) <= m.start]
        outer = [m for m in before if not _inside_brackets(norm, m.start)]
        target = (outer or nested or before)[-1].entity
        if short in ("甲", "乙", "丙", "本協定", "協定", "当社", "本市", "当行", "同社") or re.search("協定|事業|計画|制度", short):
            if short in ("甲", "乙", "丙"):
                words.setdefault(short, target)
            continue
        words.setdefault(short, target)
    for number, entity in enumerate(names.entities):
        if not entity.sure and len(entity.name) >= 3:
            words.setdefault(entity.name, number)
        if entity.form:
            bare = _form_pattern().sub("", entity.name).strip()
            if len(bare) >= 2 and not _generic().fullmatch(bare) and bare not in gazetteer.by_name():
                words.setdefault(bare, number)
    if names.publisher is not None and len(names.entities[names.publisher].name) >= 3:
        words.setdefault(names.entities[names.publisher].name, names.publisher)
    for short in sorted(words, key=lambda w: (-len(w), w)):
        pattern = re.compile(f"(?<![{_KANA}{_LATIN}]){re.escape(short)}" if re.match(f"[{_KANA}{_LATIN}]", short)
                             else re.escape(short))
        for match in pattern.finditer(norm):
            start, end = match.span()
            if any(used[start:end]) or not _free(norm, start, end, short):
                continue
            used[start:end] = b"\x01" * (end - start)
            names.mentions.append(Mention(start, end, words[short], "alias", via=_unit_behind(norm, end)))


def _unit_behind(norm: str, end: int) -> str | None:
    behind = re.match(f"[{_KANJI}{_KANA}]{{1,10}}(?:支社|支店|営業所|事業部)", norm[end:end + 16])
    return behind[0] if behind else None


def _inside_brackets(norm: str, position: int) -> bool:
    start = norm.rfind("\n", 0, position) + 1
    return norm.count("(", start, position) > norm.count(")", start, position)


def _free(norm: str, start: int, end: int, short: str) -> bool:
    """A short form stands free: no letter of its own kind runs on at either side."""
    before, after = norm[start - 1:start], norm[end:end + 1]
    if short in ("甲", "乙", "丙"):
        return not re.match("[一-龥ァ-ヴ]", before) and re.match("[はがとのにをへ、及]", after) is not None
    if re.match(f"[{_KANA}]", short[-1]) and re.match(f"[{_KANA}]", after):
        return False
    if re.match("[A-Za-z]", short[-1]) and re.match("[A-Za-z]", after):
        return False
    if re.match("[一-龥]", short[0]) and re.match("[一-龥]", before) and len(short) < 5:
        return False
    return not (re.match("[一-龥]", short[-1]) and re.match("[一-龥]", after) and len(short) < 3)


_SELF = {"社": "company", "行": "bank", "金庫": "bank", "組合": "", "会": "", "法人": "", "学": "university", "クラブ": "",
         "協会": "", "団体": "", "機構": "", "市": "municipality", "町": "municipality", "村": "municipality",
         "区": "", "県": "prefecture", "府": "prefecture", "都": "prefecture", "道": "prefecture", "署": "unit", "館": "",
         "所": "", "院": "", "庫": "bank", "協議会": "council", "センター": "", "財団": "", "コンソーシアム": "consortium",
         "プラットフォーム": "platform", "デスク": "platform", "研究所": "", "大学": "university", "大": "university", "省": "national_government",
         "校": "university", "公庫": "agency", "病院": "welfare", "グループ": "", "委員会": "council", "実行委": "council",
         "商工会議所": "chamber", "商工会": "chamber", "局": "", "連合": "", "実行委員会": "council", "銀行": "bank", "農協": "cooperative", "漁協": "cooperative"}
_ANAPHOR = pattern("names", "anaphor")
_BARE = pattern("names", "bare")
_BARE_BODY = pattern("names", "bare_body")
_OPAQUE = frozenset({"当会", "本会"})


def _anaphors(page: Page, names: Names) -> None:
    """«当社», «本市» are the publisher; «同社», «同市» the last such organisation before; «市» the one meant all along."""
    norm = page.norm
    used = bytearray(len(norm) + 1)
    for m in names.mentions:
        used[m.start:m.end] = b"\x01" * (m.end - m.start)
    found = list(names.mentions)
    named = sorted(found, key=lambda m: m.start)
    starts = [m.start for m in named]
    for match in sorted([*_ANAPHOR.finditer(norm), *_BARE.finditer(norm), *_BARE_BODY.finditer(norm)], key=lambda m: m.start()):
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
            title = [m.entity for m in before if m.entity in fits and _heads(norm, m)]
            if title:
                return title[-1]
        seen = [m.entity for m in before if m.entity in fits and not _inside_brackets(norm, m.start)] or [m.entity for m in before if m.entity in fits]
        if what in ("社", "行") and seen:
            return seen[0]
        return seen[0] if seen else (named_first(named, fits))
    if who == "同":
        for m in reversed(before):
            if m.entity in fits and not _inside_brackets(norm, m.start):
                return m.entity
        return None
    if names.publisher is not None and names.publisher in fits:
        return names.publisher
    counted = [m.entity for m in before if m.entity in fits]
    if not counted:
        later = [m.entity for m in named if m.entity in fits]
        return later[0] if len(set(later)) == 1 else None
    return counted[-1] if what in _CITY_WORD else (counted[-1] if len(set(counted)) == 1 else None)


def _heads(norm: str, mention: Mention) -> bool:
    """Whether a mention stands in a short line without a full stop: a heading."""
    start = norm.rfind("\n", 0, mention.start) + 1
    end = norm.find("\n", mention.end)
    line = norm[start:end if end >= 0 else len(norm)]
    return len(line) < 40 and not line.rstrip().endswith("。") and mention.start - start < 3


def named_first(named: Sequence[Mention], fits: Sequence[int]) -> int | None:
    """The entity named first among those that fit."""
    for m in named:
        if m.entity in fits:
            return m.entity
    return None


def _can_be(entity: Entity, what: str) -> bool:
    name = _form_pattern().sub("", entity.name)
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
