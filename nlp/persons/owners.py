"""Whose officer a person is: what speaks for each organisation of the page."""
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nlp.names.entities import PLACES, Names
from nlp.patterns import pattern, words
from nlp.persons.candidates import SELF, Candidate
from nlp.persons.titles import Title
from nlp.text import Page

#: Organisations before and behind a person that are considered.
_BEFORE, _BEHIND = 6, 2
#: What may stand before the first word of a line.
_BULLETS = " ・◎○●■◆※"
#: How a word that stands for an organisation is a part of its name, read in one piece.
_PARTS = ("end", "start", "within")
#: Beginnings of the features that count otherwise with another tie to the person and another kind of organisation.
_JOINED = ("back=", "backgap", "publisher", "only", "inside", "mid", "aheadgap", "hosting")


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation that a title may belong to, by the index of its entity, and what speaks for it."""
    entity: int
    features: tuple[str, ...]


class Owners:
    """The organisations that titles of one page may belong to."""

    def __init__(self, page: Page, names: Names, titles: Sequence[Title]) -> None:
        self.page, self.names, self.norm = page, names, page.norm
        self._titles = [t.start for t in titles]
        self._starts = [m.start for m in names.mentions]

    def of(self, one: Candidate) -> list[Owner]:
        """«None» and the organisations that a candidate's title may belong to."""
        found: dict[int, list[str]] = {}
        title, names = one.title, self.names
        kind, core = one.form.split(":")[0], title.core
        first, last = min(one.start, one.title_start), max(one.end, title.end)
        host, word, hosting = self._host(first)
        none = ["none", "host=" + host, f"form={kind}", f"host={host}|{core[-2:]}", "class=" + class_of(core)]
        often = Counter(m.entity for m in names.mentions)
        fitting = [k for k in dict.fromkeys(m.entity for m in names.mentions) if fits(names, k, title.core) > 0]

        def say(entity: int, *features: str) -> None:
            found.setdefault(entity, []).extend(features)

        if hosting is not None:
            say(hosting, "hosting", f"hosting={host}", f"hosting|{kind}")
        if one.inside is not None and one.inside.entity >= 0 and kind != "through":
            say(one.inside.entity, "inside", "inside=" + one.form.split(":")[0])
        index = bisect_right(self._starts, first) - 1
        rank = 0
        for n in range(index, max(-1, index - _BEFORE), -1):
            mention = names.mentions[n]
            if mention.end > first and not mention.start < first:
                continue
            gap = self._gap(mention.end, first)
            passed = bisect_left(self._titles, first) - bisect_left(self._titles, mention.end)
            between = self.norm[mention.end:first]
            head = "。" if "。" in between else pattern("persons", "head").sub("", between[:3])
            say(mention.entity, f"back={index - n}", "backgap=" + gap, "how=" + mention.how, *self._between(mention.end, first),
                f"head={head}|{min(passed, 2)}", "head=" + head)
            if fits(names, mention.entity, title.core) > 0:
                say(mention.entity, f"backfit={min(rank, 3)}", f"backfit={min(rank, 3)}|{gap}")
                rank += 1
        behind = bisect_left(self._starts, last)
        for n in range(behind, min(len(names.mentions), behind + _BEHIND)):
            mention = names.mentions[n]
            gap = self._gap(last, mention.start)
            say(mention.entity, f"ahead={n - behind}", f"aheadgap{n - behind}=" + gap, *("ahead" + x for x in self._between(last, mention.start)))
        for n, mention in enumerate(names.between(first, last) if kind not in ("through", "free") else ()):
            say(mention.entity, f"mid={n}", f"mid|{one.form.split(':')[0]}")
        if names.publisher is not None:
            say(names.publisher, "publisher", f"publisher|{fits(names, names.publisher, title.core)}", "publisher|" + title.core[-2:])
        like = {k: how for k, e in enumerate(names.entities) if word and (how := likeness(word, e.name))}
        for entity, how in like.items():
            say(entity, "like", "like=" + how, f"like={how}|{'one' if len(like) == 1 else 'more'}")
        for n, entity in enumerate(fitting[:8]):
            say(entity, "fit", f"fitting={min(n, 3)}", "only" if len(fitting) == 1 else "one of several")
        if kind in ("through", "free"):
            # the organisation between a post and its holder is that of his other post
            other = {m.entity for m in names.between(title.end, one.start + 1)}
            found = {k: v for k, v in found.items() if k not in other}
        made = []
        most = max(often.values(), default=0)
        for entity, features in found.items():
            of = names.entities[entity]
            fit = fits(names, entity, core)
            features += ["host=" + host, f"host={host}|fit={fit}", "sure" if of.sure else "unsure"]
            if hosting is not None and entity != hosting:
                features += ["beside", "beside " + host, f"beside {host}|fit={fit}"]
            if often[entity] == most:
                features.append("most")
            if names.mentions and names.mentions[0].entity == entity:
                features.append("first")
            features += [f"host={host}|{f}" for f in features if f.startswith(_JOINED)]
            features += [f"fit={fit}", f"type={of.type}|{class_of(core)}", f"class={class_of(core)}"]
            features += [f"fit={fit}|{f}" for f in features if f.startswith(_JOINED)]
            made.append(Owner(entity, tuple(features)))
        none += [f"fits={min(len(fitting), 2)}", f"host={host}|fits={min(len(fitting), 2)}", f"host={host}|like={len(like) > 0}"]
        return [Owner(-1, tuple(none)), *made]

    def sure(self, one: Candidate) -> int | None:
        """The organisation that a person directly stands with: «青葉市の東氏», «みどり銀行(頭取 東氏)»; None where another could be meant."""
        if one.form == SELF and one.inside is not None:
            return one.inside.entity
        if one.form.split(":")[0] not in ("before", "behind"):
            return None
        host, word, entity = self._host(min(one.start, one.title_start))
        if entity is None:
            return self._meant(one, host, word)
        direct = not host.startswith(("line", "profile"))
        return entity if direct and fits(self.names, entity, one.title.core) >= 0 else None

    def _meant(self, one: Candidate, host: str, word: str) -> int | None:
        """The one organisation that a word before a person can stand for: a part of its name, «市», a department of a city."""
        if not host.endswith("word") or not pattern("persons", "meant.sign").match(host):
            return None
        names, core = self.names, one.title.core
        like = [k for k, e in enumerate(names.entities) if len(word) > 2 and likeness(word, e.stem) in _PARTS and fits(names, k, core) >= 0]
        if like:
            return like[0] if len(like) == 1 else None
        bare = pattern("persons", "meant.place").fullmatch(word)
        if not bare and not (pattern("persons", "meant.department").search(word) and pattern("persons", "meant.staff").search(core)):
            return None
        ending = word if bare else ""
        first = min(one.start, one.title_start)
        towns = [m for m in names.mentions[:bisect_left(self._starts, first)] if names.entities[m.entity].type in PLACES
                 and names.entities[m.entity].name.endswith(ending) and fits(names, m.entity, core) >= 0]
        meant = [m.entity for m in towns if m.how == "anaphor"]
        return meant[-1] if meant else next((n for n, _ in Counter(m.entity for m in towns).most_common(1)), None)

    def _known(self, end: int) -> str:
        """The longest word up to a place that is a part of an organisation's name."""
        for length in range(14, 2, -1):
            word = self.norm[max(0, end - length):end]
            if len(word) == length and not pattern("persons", "meant.cut").search(word) and any(
                    likeness(word, e.stem) in _PARTS for e in self.names.entities):
                return word
        return ""

    def _host(self, first: int) -> tuple[str, str, int | None]:
        """What a person stands attached to: an organisation, a word that was not recognised as one, or nothing.

        Gives the kind of tie, the word, and the organisation's entity.
        """
        before = self.norm[max(0, first - 60):first]
        bracket = pattern("persons", "in_bracket").search(before)
        sign = "("
        if bracket:
            end = first - len(before) + bracket.start()
        else:
            joined = pattern("persons", "joint").search(before)
            sign = joined[0][:1] if joined else ""
            end = first - len(joined[0] if joined else "")
        if self.norm[end - 1:end] == ")" and sign != "(":
            opened = self.norm.rfind("(", max(0, end - 40), end)
            if opened >= 0 and "\n" not in self.norm[opened:end]:
                end, sign = opened, "()" + sign
        while end and self.norm[end - 1] in " 」』】":
            end -= 1
        index = bisect_left(self._starts, end) - 1
        last = self.names.mentions[index] if index >= 0 else None
        if last is not None and last.end == end and "\n" not in self.norm[end:first]:
            return sign + "org", "", last.entity
        word = self._known(end)
        if not word:
            run = pattern("persons", "last_run").search(self.norm, max(0, end - 16), end)
            word = run[0] if run else ""
        if last is not None and word and end - len(word) <= last.end < end and sign:
            return sign + "unit", self.norm[last.end:end], last.entity
        near = last is not None and last.end < end and end - last.end < 14 and sign
        if last is not None and near and pattern("persons", "spaced_unit").fullmatch(self.norm, last.end, end):
            return sign + "spaced unit", word, last.entity
        above = self._above(first)
        if above is not None:
            return above[0], "", above[1]
        if not sign or not word or "\n" in self.norm[end:first]:
            return "none", "", None
        return sign + "word", word, None

    def attached(self, first: int) -> int | None:
        """Where a name that a person stands attached to would end: before «の», brackets, or right before him; None where a name was seen."""
        before = self.norm[max(0, first - 60):first]
        match = pattern("persons", "attached").search(before)
        if match is None:
            return None
        end = first - len(before) + match.start()
        while end and self.norm[end - 1] in "」』":
            end -= 1
        index = bisect_left(self._starts, end) - 1
        return None if index >= 0 and self.names.mentions[index].end > end - 2 else end

    def _above(self, first: int) -> tuple[str, int] | None:
        """The organisation that the line above a person's line is, or that a profile names: «会社名 …», «代表者 …»."""
        number = self.page.line_of(first)
        if self.norm[self.page.lines[number][0]:first].strip(_BULLETS):
            label = pattern("persons", "officer_label").match(self.norm, self.page.lines[number][0])
            if label is None or label.end() < first:
                return None
        passed = 0
        for above in range(number - 1, max(-1, number - 12), -1):
            start, end = self.page.lines[above]
            if not self.norm[start:end].strip():
                passed += 1
                if passed > 1:
                    return None
                continue
            inside = self.names.between(start, end)
            if pattern("persons", "name_label").match(self.norm, start) and inside:
                return "profile org", inside[0].entity
            rest = re.sub(r"\([^()]*\)|[\W_]", "", self.norm[inside[-1].end:end]) if inside else ""
            if above >= number - 2 and inside and not rest and inside[-1].start - start < 12:
                return "line org", inside[-1].entity
        return None

    def _gap(self, start: int, end: int) -> str:
        gap = self.norm[start:end]
        if not gap:
            return "none"
        if len(gap) <= 3:
            return re.sub(" +", " ", gap).replace("\n", "/")
        opened, closed = gap.count("("), gap.count(")")
        if "\n\n" in gap or gap.count("\n") > 2:
            return "far"
        if opened > closed:
            return "(address" if len(gap) < 40 else "(far"
        if pattern("persons", "bracket_gap").fullmatch(gap):
            return "()" + (gap[-1] if gap[-1] != ")" else "")
        if "\n" in gap:
            return "line" + ("" if gap.strip(" \n") else " blank")
        if "。" in gap:
            return "sentence"
        if len(gap) < 16 and pattern("persons", "possessive").match(gap):
            return gap[0] + "…" + (gap[-1] if pattern("persons", "gap_end").match(gap[-1]) else "")
        if len(gap) < 8 and pattern("persons", "gap_end").match(gap[-1]):
            return "…" + gap[-1]
        return "near" if len(gap) < 30 else "same"

    def _between(self, start: int, end: int) -> list[str]:
        """Signs in the stretch between an organisation and a person."""
        gap = self.norm[start:end]
        return [f"gap has {name}" for name, there in (
            ("end", "。" in gap), ("line", "\n" in gap), ("open", gap.count("(") > gap.count(")")), ("close", gap.count("(") < gap.count(")")),
            ("comma", "、" in gap), ("nothing", not gap.strip())) if there]


def likeness(word: str, name: str) -> str:
    """How a word that stands for an organisation is part of its name: «商工会», «信濃川銀», «県道路公社»."""
    if len(word) < 2 or len(word) >= len(name):
        return ""
    if name.endswith(word):
        return "end"
    if name.startswith(word):
        return "start"
    if word in name:
        return "within"
    rest = iter(name)
    return "letters" if len(word) > 2 and all(char in rest for char in word) else ""


@cache
def _classes() -> list[tuple[str, re.Pattern[str], re.Pattern[str], frozenset[str], bool]]:
    return [(row["class"], re.compile(row["title"]), re.compile(row["name"]), frozenset(row["types"].split()), row.get("loose", False))
            for row in words("persons")["owners"]]


@cache
def class_of(core: str) -> str:
    return next((name for name, title, *_ in _classes() if title.search(core)), "other")


def fits(names: Names, entity: int, core: str) -> int:
    """Whether an organisation has officers of a title: 1 yes, 0 perhaps, -1 no."""
    of = names.entities[entity]
    for _, title, name, types, loose in _classes():
        if title.search(core):
            return 1 if of.type in types and name.search(of.name) else 0 if loose else -1
    return 0
