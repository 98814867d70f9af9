"""Words that mean an organisation named elsewhere: «同社», «本市», «市», «両町», «4市町»; resolved.

What each word can mean is told by `meant` of reference.yaml: tiers of types and endings, the first that any
organisation of the page fits is taken.
"""
from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp import gazetteer
from nlp.names.aliases import announced
from nlp.names.entities import PLACES, Entity, Mention, Names, heads, inside_brackets
from nlp.names.homes import Home, dateline
from nlp.names.meanings import meant, place_words
from nlp.names.speaker import speaker_of
from nlp.names.vocabulary import endings, place_finder
from nlp.patterns import pattern, words
from nlp.text import Page

#: The word of `meant` that any organisation fits.
EVERYBODY = words("reference")["everybody"]
#: How many sentences back an enumeration may lie that «4市町» counts.
_BACK = 8


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that refers: [start, end) of `Page.norm`, its sort (same, self, bare, body, both, counted, first, second), what it says."""
    start: int
    end: int
    sort: str
    what: str
    number: int = 0


def add_anaphors(page: Page, names: Names) -> None:
    """Adds a mention for every word that refers; a word for several («両市») gets one a member, told in `names.groups`.

    Where the page has no publisher, whoever speaks in it («当社») becomes it.
    """
    told = announced(page, names)
    if names.publisher is None:
        names.publisher = speaker_of(page, names, told)
    _Resolver(page, names, told).run()


class _Resolver:
    """Resolves the words of one page in their order."""

    def __init__(self, page: Page, names: Names, told: dict[str, int]) -> None:
        self.page, self.names, self.norm, self.told = page, names, page.norm, told
        self.mentions = sorted(names.mentions, key=lambda m: m.start)
        self.bracketed = {m.start for m in self.mentions if inside_brackets(self.norm, m.start)}
        self._fits: dict[str, list[list[int]]] = {}
        #: The two that «両町» meant last.
        self._pairs: dict[str, list[int]] = {}
        self._made: dict[str, int | None] = {}

    def run(self) -> None:
        used = bytearray(len(self.norm) + 1)
        for m in self.mentions:
            used[m.start:m.end] = b"\x01" * (m.end - m.start)
        for word in self._words():
            if any(used[word.start:word.end]):
                continue
            members = self._members(word)
            if not members:
                continue
            used[word.start:word.end] = b"\x01" * (word.end - word.start)
            if word.sort == "both":
                self._pairs[word.what] = members
            if len(members) > 1:
                self.names.groups[word.start] = tuple(members)
            via = self._unit(word) if len(members) == 1 else None
            at = bisect_right(self.mentions, word.start, key=lambda m: m.start)
            # whom the page never names otherwise is named here
            how = "name" if members[0] in self._made.values() and not any(m.entity == members[0] for m in self.mentions) else "anaphor"
            self.mentions[at:at] = [Mention(word.start, word.end, e, how, via) for e in members]
        self.names.mentions = self.mentions

    # -- the words ---------------------------------------------------------------------------------------------------

    def _words(self) -> list[_Word]:
        found = [*self._prefixed("same"), *self._prefixed("self"), *self._prefixed("own"), *self._groups(), *self._alone()]
        found += [_Word(*m.span(), m.lastgroup or "", EVERYBODY) for m in pattern("reference", "sequence").finditer(self.norm)]
        return sorted(found, key=lambda w: (w.start, -w.end))

    def _prefixed(self, sort: str) -> Iterator[_Word]:
        """«同社», «当組合»: the longest word behind the sign that can mean an organisation and stands free."""
        for match in pattern("reference", sort).finditer(self.norm):
            run = match["what"]
            if sort == "own" and pattern("reference", "no_self").match(run):
                continue
            for length in range(len(run), 0, -1):
                what, end = run[:length], match.start("what") + length
                if not any(self._fitting(what)) and not (sort == "same" and what in words("reference")["branches"]) \
                        and not (sort != "same" and self._vaguely(what)):
                    continue
                if self._stands(what, end):
                    yield _Word(match.start(), end, sort, what)
                break

    def _stands(self, what: str, end: int) -> bool:
        after = self.norm[end:end + 24]
        if what in place_words() and pattern("reference", "where").match(after) and not pattern("reference", "acts").match(after):
            return False
        return pattern("reference", "after").match(after) is not None or pattern("reference", "unit_after").match(after) is not None

    def _groups(self) -> Iterator[_Word]:
        for match in pattern("reference", "both").finditer(self.norm):
            yield _Word(*match.span(), "both", match["what"] or EVERYBODY, 2)
        for match in pattern("reference", "counted").finditer(self.norm):
            if (number := _number(match["n"])) > 1:
                yield _Word(*match.span(), "counted", match["what"], number)

    def _alone(self) -> Iterator[_Word]:
        for match in pattern("reference", "bare").finditer(self.norm):
            if not pattern("reference", "bare_not").match(self.norm[match.end():match.end() + 6]):
                yield _Word(*match.span("what"), "bare", match["what"])
        words_ = self._bodies()
        for match in re.finditer("|".join(map(re.escape, words_)), self.norm) if words_ else ():
            if (pattern("reference", "body_before").search(self.norm[max(0, match.start() - 2):match.start()] or "\n")
                    and pattern("reference", "body_after").match(self.norm, match.end())
                    and not pattern("reference", "any_body").match(self.norm, match.start())):
                yield _Word(*match.span(), "body", match[0])

    def _bodies(self) -> list[str]:
        """The words that can stand alone for an organisation of this page, the longest first."""
        known = words("reference")
        found = {w for w in known["bare_words"] if w in self.norm and any(self._fitting(w))}
        for entity in self.names.entities:
            found |= {w for w in (entity.name[-length:] for length in range(2, min(10, len(entity.name) - 1))) if w in endings()}
        return sorted(found - set(known["never_bare"]), key=lambda w: (-len(w), w))

    def _unit(self, word: _Word) -> str | None:
        found = pattern("reference", "section_after").match(self.norm[word.end:word.end + 16]) \
            if word.sort in ("same", "self", "own", "bare") else None
        return found["unit"] if found else None

    # -- whom they mean ----------------------------------------------------------------------------------------------

    def _fitting(self, what: str) -> list[list[int]]:
        """The organisations a word can mean, tier by tier."""
        if what not in self._fits:
            self._fits[what] = meant(self.names.entities, what)
        return self._fits[what]

    def _members(self, word: _Word) -> list[int]:
        before = self.mentions[:bisect_left(self.mentions, word.start, key=lambda m: m.start)]
        if word.sort in ("both", "counted"):
            return self._group(word, before)
        if word.sort in ("first", "second"):
            return self._of_two(word, before)
        one = {"same": self._same, "self": self._self, "own": self._self, "bare": self._bare, "body": self._body}[word.sort](word, before)
        return [] if one is None else [one]

    def _same(self, word: _Word, before: Sequence[Mention]) -> int | None:
        """The last one named: of one sentence its subject; within brackets the one before them or in them."""
        if word.what in words("reference")["branches"] and (acting := [m for m in before if m.via and m.via.endswith(word.what)]):
            return acting[-1].entity
        for tier in self._fitting(word.what):
            last = [m for m in before if m.entity in tier]
            outer = [m for m in last if m.start not in self.bracketed]
            if inside_brackets(self.norm, word.start) and last and "\n" not in self.norm[last[-1].start:word.start]:
                return last[-1].entity
            if outer:
                lead = self._lead(tier, outer[-1], word)
                return self._subject(outer, word).entity if lead is None else lead
            if last:
                return last[-1].entity
        return None

    def _lead(self, tier: Sequence[int], last: Mention, word: _Word) -> int | None:
        """At the head of a paragraph or behind a list, the one the page is about: the only one in title and first sentence."""
        heads_paragraph = self.norm[:word.start].rstrip(" ")[-1:] in ("", "\n")
        if not heads_paragraph and not self._listed(last, word):
            return None
        body = next((s.end for s in self.page.sentences
                     if s.start >= self.page.head and pattern("reference", "full_stop").search(self.norm[s.start:s.end])), 0)
        about = {m.entity for m in self.mentions if m.entity in tier and m.end <= body and m.start not in self.bracketed}
        return about.pop() if len(about) == 1 and body < word.start else None

    def _listed(self, last: Mention, word: _Word) -> bool:
        """Whether the last mention stands in a line of its own before, which is no prose."""
        start, end = self.page.lines[self.page.line_of(last.start)]
        return end <= word.start and pattern("reference", "full_stop").search(self.norm[start:end]) is None

    def _subject(self, places: Sequence[Mention], word: _Word) -> Mention:
        """Of the mentions in the last sentence that has any, the last subject; else the last of all."""
        starts = [s.start for s in self.page.sentences]
        sentence = bisect_right(starts, places[-1].start)
        if bisect_right(starts, word.start) == sentence:
            return places[-1]
        here = [m for m in places if bisect_right(starts, m.start) == sentence]
        subjects = [m for m in here if pattern("reference", "subject_after").match(self.norm, m.end)]
        return subjects[-1] if subjects else here[-1]

    def _self(self, word: _Word, before: Sequence[Mention]) -> int | None:
        said = self.norm[word.start:word.end]
        if said in self.told:
            return self.told[said]
        fits = [k for tier in self._fitting(word.what) for k in tier]
        publisher = self.names.publisher
        if publisher is not None and (publisher in fits or self._vaguely(word.what)):
            return publisher
        if word.what in place_words():
            titles = [m.entity for m in before if m.entity in fits and heads(self.norm, m)]
            return titles[-1] if titles else self._first(fits)
        seen = [m.entity for m in before if m.entity in fits and m.start not in self.bracketed] or [m.entity for m in before if m.entity in fits]
        if seen:
            return seen[0 if word.sort == "self" else -1]
        return self._first(fits)

    def _vaguely(self, what: str) -> bool:
        """Whether a word such as «会» can mean whoever speaks, though its name ends otherwise."""
        publisher = self.names.publisher
        return publisher is not None and what in words("reference")["vague"] and not self._public(publisher)

    def _bare(self, word: _Word, before: Sequence[Mention]) -> int | None:
        """«市は»: the announced one, the publisher, the one the paragraph tells of, the title's, the last."""
        if word.what in self.told:
            return self.told[word.what]
        fits = set(self._fitting(word.what)[0])
        publisher = self.names.publisher
        if publisher is not None and publisher in fits:
            return publisher
        told = dateline(self.page, word.what) if publisher is None else None
        if told is not None and (known := next((k for k in fits if self.names.entities[k].name == told), None)) is not None:
            return known
        if not fits or told is not None:
            return self._implied(word.what)
        line = self.page.lines[self.page.line_of(word.start)][0]
        acting = [m for m in before if m.entity in fits and m.start not in self.bracketed and not self._only_where(m, "where_loosely")]
        here = [m.entity for m in acting if m.start >= line]
        if here:
            return here[-1]
        head = {m.entity for m in self.mentions if m.entity in fits and m.start < self.page.head}
        if len(head) == 1:
            return head.pop()
        if acting:
            return acting[-1].entity
        every = [m.entity for m in self.mentions if m.entity in fits]
        named = [m.entity for m in before if m.entity in fits and m.start not in self.bracketed]
        if len(set(every)) == 1 or named:
            return (named or every)[0]
        # «町と南小国町は»: the one that the sentence does not name
        stop = next((s.end for s in self.page.sentences if s.end > word.start), word.end)
        others = set(every) - {m.entity for m in self.mentions if word.start <= m.start < stop}
        return others.pop() if len(others) == 1 else None

    def _implied(self, what: str) -> int | None:
        """The municipality or prefecture that a page means without naming it as a body: its dateline, the only one it knows."""
        if what in self._made:
            return self._made[what]
        place = self._place_meant(what)
        if place is not None:
            self.names.entities.append(Entity(place.name, place.type, place.code, code=place.code, prefecture=place.prefecture))
            self._made[what] = len(self.names.entities) - 1
        return self._made.setdefault(what, None)

    def _place_meant(self, what: str) -> gazetteer.Place | None:
        known = gazetteer.by_name()
        told = [place] if (place := dateline(self.page, what)) else []
        publisher = self.page.document.publisher or ""
        finder, names = place_finder()
        text = {names[i]: None for i, start, end in finder.find_matches_as_indexes(self.norm)
                if names[i].endswith(what) and names[i] in known and not pattern("reference", "seat_only").match(self.norm, end)}
        home = [names[i] for i, _, _ in finder.find_matches_as_indexes(publisher) if names[i].endswith(what)]
        mostly = [place] if len(text) > 1 and (place := Home(self.page).of(what, len(self.norm))) in text else []
        for choice in (told, home, list(text), mostly, self._prefecture_around(what)):
            fits = [p for name in choice for p in known.get(name, ())]
            if len(fits) == 1 and fits[0].type in PLACES:
                return fits[0]
        return None

    def _prefecture_around(self, what: str) -> list[str]:
        """The prefecture that all municipalities of the page lie in: «県は» where it is not named."""
        if what not in words("names")["signs_of_prefectures"]:
            return []
        around = {e.prefecture for e in self.names.entities if e.type == "municipality" and e.prefecture}
        return [name for name in around if name.endswith(what)] if len(around) == 1 else []

    def _only_where(self, mention: Mention, how: str = "where") -> bool:
        after = self.norm[mention.end:mention.end + 24]
        return (self._public(mention.entity) and pattern("reference", how).match(after) is not None
                and pattern("reference", "acts").match(after) is None)

    def _body(self, word: _Word, before: Sequence[Mention]) -> int | None:
        """«協議会は»: the announced one, else the only one there is, else the only one named so far."""
        if word.what in self.told:
            return self.told[word.what]
        tiers = self._fitting(word.what)
        for tier in tiers[:1] if word.what in words("reference")["first_only"] else tiers:
            if len(tier) == 1:
                return tier[0]
            seen = {m.entity for m in before if m.entity in tier}
            if len(seen) == 1:
                return seen.pop()
            if tier:
                start = self.page.lines[self.page.line_of(word.start)][0]
                here = {m.entity for m in before if m.entity in tier and m.start >= start}
                return here.pop() if len(here) == 1 else None
        return None

    def _first(self, fits: Sequence[int]) -> int | None:
        return next((m.entity for m in self.mentions if m.entity in fits), None)

    def _public(self, entity: int) -> bool:
        return self.names.entities[entity].public

    def _group(self, word: _Word, before: Sequence[Mention]) -> list[int]:
        """The last enumeration of so many: in one sentence, over the sentences before, on the whole page."""
        if word.sort == "counted" and self._attached(word, before):
            return []
        if word.sort == "counted" and pattern("reference", "of_others").search(self.norm[max(0, word.start - 4):word.start]):
            return []
        # «両者をつなぐ»: who says so is neither of them
        out = {self.names.publisher} if pattern("reference", "joined_by_us").match(self.norm, word.end) else set()
        for tier in self._fitting(word.what):
            fits = set(tier) - out
            if len(fits) < word.number:
                continue
            every = dict.fromkeys(m.entity for m in self.mentions if m.entity in fits and not self._only_where(m))
            if len(every) == word.number:
                return list(every)
            places = [m for m in before if m.entity in fits and not self._only_where(m)]
            outer = [m for m in places if m.start not in self.bracketed]
            for choice in (self._told_of(outer, word), outer, places):
                if found := self._counted(choice, word):
                    return found
        return []

    def _told_of(self, places: Sequence[Mention], word: _Word) -> Sequence[Mention]:
        """In a list of items, the parties the page began with; in prose, all before."""
        number = self.page.line_of(word.start)
        start, end = self.page.lines[number]
        if pattern("reference", "full_stop").search(self.norm[start:end]) or word.what != EVERYBODY:
            return ()
        for mentions in reversed(self._by_sentence(places, word.start)):
            if len({m.entity for m in mentions}) == word.number and mentions[0].start >= self.page.head:
                return mentions
        return ()

    def _counted(self, places: Sequence[Mention], word: _Word) -> list[int]:
        """The nearest sentence that names just so many; else the sentences before put together."""
        union: dict[int, None] = {}
        for mentions in self._by_sentence(places, word.start)[:_BACK]:
            here = list(dict.fromkeys(m.entity for m in mentions))
            if len(here) == word.number:
                return here
            if word.sort == "both" and (len(here) > word.number or word.what in self._pairs):
                continue
            union.update(dict.fromkeys(here))
            if len(union) >= word.number:
                break
        if word.sort == "both" and word.what in self._pairs:
            return self._pairs[word.what]
        return list(union) if len(union) == word.number else []

    def _by_sentence(self, places: Sequence[Mention], position: int) -> list[list[Mention]]:
        """Mentions by sentence, the nearest sentence first."""
        sentences = self.page.sentences
        starts = [s.start for s in sentences]
        found: dict[int, list[Mention]] = {}
        for m in places:
            found.setdefault(bisect_right(starts, m.start), []).append(m)
        own = bisect_right(starts, position)
        return [found[k] for k in sorted(found, reverse=True) if k <= own]

    def _attached(self, word: _Word, before: Sequence[Mention]) -> bool:
        """Whether a number only counts the names right before it: «A、B、Cの3者»."""
        if not before:
            return False
        between = self.norm[before[-1].end:word.start]
        return any(before[-1].entity in tier for tier in self._fitting(word.what)) \
            and pattern("reference", "counts_names").fullmatch(between) is not None

    def _of_two(self, word: _Word, before: Sequence[Mention]) -> list[int]:
        sentences = self._by_sentence([m for m in before if m.start not in self.bracketed], word.start)
        for mentions in sentences[:3]:
            here = list(dict.fromkeys(m.entity for m in mentions))
            if len(here) == 2:
                return [here[0 if word.sort == "first" else 1]]
            if len(here) > 2:
                return []
        return []


def _number(text: str) -> int:
    """A number up to 99, in digits or in kanji."""
    return int(text) if text.isdigit() else round(sum(unicodedata.numeric(sign) for sign in text))
