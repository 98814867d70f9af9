"""Which stretches of a page could name the holder of a title, and what speaks for each.

A title's holder stands before it («北野一郎市長»), behind it («市長：北野 一郎»), before brackets that hold it («東氏（青葉市
市長）»), before the organisation («北野一郎・青葉市長»), or a verb makes him what he is («東氏が市長に就いた»). Where a name
begins and ends is not decided here: every stretch of words that could be the name is one candidate, the classifier
picks one.
"""
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nlp.gazetteer import by_name, split
from nlp.names.entities import Mention, Names
from nlp.patterns import pattern, words
from nlp.persons.lexicon import reading
from nlp.persons.titles import Title, find_titles
from nlp.text import Page
from nlp.words import Word, Words

#: Most words of a name, most letters of it without spaces, those of a name with katakana, most spaces in it.
_MOST_WORDS, _MOST_LETTERS, _MOST_FOREIGN, _MOST_GAP = 6, 9, 20, 3
#: The form of a name that somebody tells of himself, which leaves nothing to weigh.
SELF = "self"
#: Signs and spaces between a name and its title.
_JOINTS = " |・"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name's [start, end), the title it may hold with the department before it, the form they stand in, the organisation inside that form."""
    start: int
    end: int
    title: Title
    title_start: int
    form: str
    inside: Mention | None
    features: tuple[str, ...]


class Candidates:
    """The candidates of one page."""

    def __init__(self, page: Page, names: Names, given: Words) -> None:
        self.page, self.names, self.norm = page, names, page.norm
        self._given = given
        self.titles = find_titles(page.norm)
        self._title_starts = [t.start for t in self.titles]
        self._starts = [m.start for m in names.mentions]

    def of(self, title: Title) -> list[Candidate]:
        """All that could be the holder of a title."""
        found: dict[tuple[int, int, str], Candidate] = {}
        for start, end, title_start, form, inside in self._spans(title):
            key = (start, end, form.split(":")[0])
            if key not in found and not pattern("persons", "no_name").search(re.sub(r"\s", "", self.norm[start:end])):
                found[key] = Candidate(start, end, title, title_start, form, inside,
                                       tuple(self._features(start, end, title, title_start, form, inside)))
        return list(found.values())

    def nobody(self, title: Title, options: int) -> tuple[str, ...]:
        """What speaks for a title that nobody named here holds."""
        norm = self.norm
        before, after = norm[max(0, title.start - 1):title.start], norm[title.end:title.end + 1]
        over = self.over(title)
        return ("nobody", "core=" + title.core, "tail=" + title.core[-2:], "before=" + _sign(before), "after=" + _sign(after),
                f"around={_sign(before)}|{_sign(after)}", f"over={over is not None}", f"options={min(options, 3)}",
                f"over={over is not None}|{_sign(after)}")

    # -- where a name can stand ------------------------------------------------------------------------------------

    def _spans(self, title: Title) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        yield from self._before(title)
        yield from self._behind(title)
        yield from self._bracketed(title)
        yield from self._made(title)
        yield from self._introduced(title)

    def _before(self, title: Title) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        """«北野一郎市長», «北野一郎 産業振興部長», «東青葉市長», «北野一郎・青葉大学教授», «北野一郎｜青葉大学　教授»."""
        words_, edge = self._line(title.start), title.start
        over = self.over(title)
        if over is not None:
            yield from self._left(words_, over.start, title.start, "before:over", over)
            yield from self._apart(words_, over, title.start)
            # a family name that is a town's too: «府中市長», «戸田市長»
            yield from self._left(words_, title.start, title.start, "before:place", None)
            return
        yield from self._left(words_, edge, edge, "before", None)
        index = bisect_right(self._starts, edge) - 1
        near = self.names.mentions[index] if index >= 0 else None
        gap = self.norm[near.end:edge] if near is not None and near.end <= edge else "\n"
        if near is not None and len(gap) <= 24 and pattern("persons", "unit_gap").fullmatch(gap):
            yield from self._apart(words_, near, near.end)
        else:
            free = pattern("persons", "of").search(self.norm, max(0, edge - 16), edge)
            if free:
                yield from self._left(words_, free.start(), edge, "apartfree", None)
        if title.sectional:
            ends = [w.end for w in words_ if edge - 18 <= w.end < edge and pattern("persons", "unit_gap").fullmatch(self.norm, w.end, edge)]
            for end in ends[-8:]:
                start = end + len(self.norm[end:edge]) - len(self.norm[end:edge].lstrip(_JOINTS))
                yield from self._left(words_, end, start, "before:section", None)

    def _apart(self, words_: Sequence[Word], mention: Mention, title_start: int) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        match = pattern("persons", "apart_sign").search(self.norm, max(0, mention.start - 4), mention.start)
        if match:
            yield from self._left(words_, match.start(), max(title_start, mention.end), "apart:" + match[0].strip(), mention)

    def _left(self, words_: Sequence[Word], edge: int, title_start: int, form: str,
              inside: Mention | None) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        """The stretches that end at an edge, spaces and a form of address aside."""
        end = edge
        while end and self.norm[end - 1] in _JOINTS and edge - end < 8:
            end -= 1
        address = _address().search(self.norm, max(0, end - 4), end)
        if address and address.end() == end:
            end = address.start()
        floor = self._floor(end) if form != "before:place" else 0
        last = bisect_right([w.end for w in words_], end) - 1
        if last >= 0 and words_[last].end != end and not (last + 1 < len(words_) and words_[last + 1].start < end):
            return
        if last + 1 < len(words_) and words_[last + 1].start < end and (last < 0 or words_[last].end != end):
            last += 1
        for first in range(last, max(-1, last - _MOST_WORDS), -1):
            word = words_[first]
            if word.start < floor or _barrier(word) or (first < last and words_[first + 1].start - word.end > _MOST_GAP):
                return
            if self._fits(word.start, end):
                yield word.start, end, title_start, form, inside

    def _behind(self, title: Title) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        """«市長：北野 一郎», «社長の東氏», «会長に東氏が», «会長＝青葉市長 北野一郎»."""
        match = pattern("persons", "behind").match(self.norm, title.end)
        if match is None:
            return
        start = match.end()
        sep = match["sep"] or (" " if start > title.end else "")
        yield from self._right(start, self._section(title), f"behind:{sep}", None)
        if sep in (" ", ":", "", "、"):
            listed = pattern("persons", "listed").match(self.norm, start)
            while listed:
                yield from self._right(listed.end(), title.start, "listed:" + sep, None)
                listed = pattern("persons", "listed").match(self.norm, listed.end())
        if pattern("persons", "no_organization_behind").fullmatch(sep):
            return
        index = bisect_left(self._starts, start)
        if index < len(self.names.mentions) and self.names.mentions[index].start == start:
            mention = self.names.mentions[index]
            through = pattern("persons", "through").match(self.norm, mention.end)
            if through and through.end() > mention.end:
                yield from self._right(through.end(), title.start, f"through:{sep}", mention)
        free = pattern("persons", "free").match(self.norm, start)
        if free:
            yield from self._right(free.end(), title.start, "free:" + sep, None)
        if index < len(self.names.mentions) and self.names.mentions[index].start == start:
            mention = self.names.mentions[index]
            further = pattern("persons", "further").match(self.norm, mention.end)
            if further:
                yield from self._right(further.end(), title.start, f"through:{sep}", mention)

    def _right(self, start: int, title_start: int, form: str, inside: Mention | None) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        """The stretches that begin at a place."""
        if start >= len(self.norm):
            return
        words_ = self._line(start)
        first = bisect_left([w.start for w in words_], start)
        if first >= len(words_) or words_[first].start != start:
            return
        for last in range(first, min(len(words_), first + _MOST_WORDS)):
            word = words_[last]
            if _barrier(word) or (_SUFFIX_TAG in word.tag and last > first and _address().match(self.norm, word.start)):
                return
            if last > first and word.start - words_[last - 1].end > _MOST_GAP:
                return
            if self._fits(start, word.end):
                yield start, word.end, title_start, form, inside

    def _bracketed(self, title: Title) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        """«北野一郎（青葉市長）», «北野一郎氏（青葉市　市長、みどり協会　会長）»."""
        close = pattern("persons", "bracket_end").match(self.norm, title.end)
        opened = self._opened(title.start)
        if close is None or opened is None:
            return
        inside = self.over(title) or next(iter(reversed(self.names.between(opened, title.start + 1))), None)
        yield from self._left(self._line(opened), opened, title.start, "bracket", inside)

    def _made(self, title: Title) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        """«東氏が新会長に選ばれた», «東さんを起業人として»."""
        if pattern("persons", "takes").match(self.norm, title.end) is None:
            return
        over = self.over(title)
        line = self.page.lines[self.page.line_of(title.start)][0]
        lead = self.norm[max(line, title.start - 30):over.start if over is not None else title.start]
        match = pattern("persons", "made").search(lead)
        if match:
            at = (over.start if over is not None else title.start) - len(lead) + match.start()
            inside = over or next(iter(reversed(self.names.between(at, title.start + 1))), None)
            yield from self._left(self._line(title.start), at, title.start, "made:" + match["particle"], inside)
            post = next((t.start for t in self.titles if t.end == at), None)
            if post is not None:
                yield from self._left(self._line(title.start), post, title.start, "made:post", inside)

    def _introduced(self, title: Title) -> Iterator[tuple[int, int, int, str, Mention | None]]:
        """«私、北野一郎は、みどり社の社長として…。また「青葉市参与」としても…»: who speaks of himself, with a body right before the post."""
        index = bisect_right(self._starts, title.start) - 1
        owner = self.names.mentions[index] if index >= 0 else None
        if owner is None or pattern("persons", "own_post").fullmatch(self.norm, min(owner.end, title.start), title.start) is None \
                or pattern("persons", "as_post").match(self.norm, title.end) is None:
            return
        line = self.page.lines[self.page.line_of(title.start)][0]
        told = list(pattern("persons", "introduces").finditer(self.norm, max(0, line - 1), owner.start))
        said = told[-1] if told else None
        if said is not None and pattern("persons", "another_subject").search(self.norm, said.end(), owner.start) is None:
            yield said.start("name"), said.end("name"), title.start, SELF, owner

    def _opened(self, position: int) -> int | None:
        """The bracket that is open at a place of a line."""
        depth = 0
        for n in range(position - 1, max(-1, position - 60), -1):
            char = self.norm[n]
            if char == "\n":
                return None
            depth += (char == ")") - (char == "(")
            if depth < 0:
                return n
        return None

    def _section(self, title: Title) -> int:
        """Where a title begins with the department before it: «営業本部長»."""
        floor = max(self._floor(title.start), title.start - 16, self.page.lines[self.page.line_of(title.start)][0])
        match = pattern("persons", "section").search(self.norm, floor, title.start) if title.sectional else None
        return match.start() if match else title.start

    # -- helps ------------------------------------------------------------------------------------------------------

    def over(self, title: Title) -> Mention | None:
        """The organisation whose last letter is the title's first: «青葉市長», «大江警察署長»."""
        index = bisect_left(self._starts, title.start) - 1
        if index >= 0 and title.start < self.names.mentions[index].end < title.end:
            return self.names.mentions[index]
        if index + 1 < len(self.names.mentions):
            mention = self.names.mentions[index + 1]
            if mention.start == title.start and mention.end < title.end:
                return mention
        return self._place_over(title)

    def _place_over(self, title: Title) -> Mention | None:
        """A municipality that was not recognised because a name runs into it: «東青葉市長»; entity -1 where the page has none so named."""
        if not pattern("persons", "head_of_place").match(self.norm, title.start):
            return None
        last = title.start + 1
        for length in range(7, 1, -1):
            name = self.norm[max(0, last - length):last]
            if len(name) == length and name in by_name():
                entity = next((n for n, e in enumerate(self.names.entities) if split(e.name)[1] == name), -1)
                return Mention(last - length, last, entity)
        return None

    def _line(self, position: int) -> list[Word]:
        words_, _ = self._given.line(self.page.line_of(position))
        return [w for w in words_ if not self.norm[w.start:w.end].isspace()]

    def _floor(self, end: int) -> int:
        """Where the last organisation before a place ends."""
        index = bisect_left(self._starts, end) - 1
        return self.names.mentions[index].end if index >= 0 and self.names.mentions[index].end <= end else 0

    def _fits(self, start: int, end: int) -> bool:
        text = self.norm[start:end]
        if not pattern("persons", "name_letters").fullmatch(text):
            return False
        if pattern("persons", "cut_latin").match(self.norm, end - 1):
            return False
        most = _MOST_FOREIGN if pattern("persons", "foreign").search(text) else _MOST_LETTERS
        return len(pattern("persons", "inner_sign").sub("", text)) <= most

    # -- what speaks for a candidate --------------------------------------------------------------------------------

    def _features(self, start: int, end: int, title: Title, title_start: int, form: str, inside: Mention | None) -> list[str]:
        norm, kind = self.norm, form.split(":")[0]
        held = [w for w in self._line(start) if start <= w.start < end]
        tags = _shape(held, end)
        text = norm[start:end]
        bare = text.replace(" ", "")
        left, right = self._left_of(start), self._right_of(end, title_start)
        letters = _letters(text)
        gap = norm[end:title_start] if end <= title_start else norm[title.end:start]
        found = ["form=" + form, "kind=" + kind, "tags=" + tags, "letters=" + letters, f"n={len(bare)}", "left=" + left, "right=" + right,
                 f"{kind}|{left}", f"{kind}|{right}", f"{kind}|{tags}", f"{form}|{right}", f"{tags}|{right}", f"{letters}|{right}",
                 f"{kind}|{letters}", "core=" + title.core, f"{kind}|core={title.core[-2:]}", f"gap={_gap(gap)}",
                 f"{kind}|gap={_gap(gap)}", f"{left}|{right}"]
        known = reading(text)
        found += ["lex=" + known, f"{kind}|lex={known}", f"{right}|lex={known}", f"{left}|lex={known}", f"n={len(bare)}|lex={known}",
                  f"{kind}|{right}|lex={known}"]
        for w in held:
            found.append("tag=" + _tag(w))
        if held:
            found += ["first=" + _tag(held[0]), "last=" + _tag(held[-1])]
            if "人名" not in "".join(w.tag for w in held):
                found += ["noname", "noname|" + kind, f"noname|{right}", "w0=" + norm[held[0].start:held[0].end],
                          "w9=" + norm[held[-1].start:held[-1].end]]
        if " " in text:
            found.append("spaced" if text.count(" ") == 1 else "spaces")
        if any(m.start < end and m.end > start for m in self.names.between(start - 30, end + 30)):
            found.append("named")
        before, after = self._next(start, -1), self._next(end, 1)
        found += ["before=" + before, "after=" + after]
        if before.startswith(("姓", "名")) and left in ("kanji", "name"):
            found.append("cut left")
        if inside is not None:
            found.append("inside")
        section = norm[title_start:title.start]
        if section.strip() and inside is None:
            found += ["section", f"section|{kind}"]
        return found

    def _left_of(self, start: int) -> str:
        if start == 0 or self.norm[start - 1] == "\n":
            return "bol"
        if self._floor(start) == start:
            return "org"
        run = self.norm[max(0, start - 8):start]
        char = run.rstrip(" ")[-1:] or " "
        if run.endswith(" "):
            if "\n" in run and not run[run.rfind("\n"):].strip():
                return "bol"
            return "sp" + ("|" if char == "|" else "" if re.match(r"\w", char) else char)
        if pattern("persons", "letter").match(char):
            return "kanji"
        return char

    def _right_of(self, end: int, title_start: int) -> str:
        if end >= len(self.norm) or self.norm[end] == "\n":
            return "eol"
        if end == title_start:
            return "title"
        if _address().match(self.norm, end):
            return "san"
        rest = self.norm[end:end + 8]
        bare = rest.lstrip(" ")
        if not bare or bare[0] == "\n":
            return "eol"
        if pattern("persons", "short_form").match(bare):
            return "alias"
        if rest[0] == " ":
            return "sptitle" if end + len(rest) - len(bare) == title_start else "sp"
        if self._ahead(end + len(rest) - len(bare)):
            return "post"
        if pattern("persons", "letter").match(bare):
            if pattern("persons", "letters_apart").match(bare):
                return "letters"
            return "run"
        return bare[0]

    def _ahead(self, position: int) -> bool:
        """Whether a title, or an organisation with one, begins at a place."""
        index = bisect_left(self._starts, position)
        if index < len(self.names.mentions) and self.names.mentions[index].start == position:
            end = self.names.mentions[index].end
            return any(end - 1 <= t <= end + 1 for t in self._titles_from(end - 1, 3))
        return bool(self._titles_from(position, 1))

    def _titles_from(self, position: int, most: int) -> list[int]:
        first = bisect_left(self._title_starts, position)
        return [t for t in self._title_starts[first:first + 1] if t < position + most]

    def _next(self, position: int, step: int) -> str:
        line = self._line(max(0, position - 1) if step < 0 else min(position, len(self.norm) - 1))
        if step < 0:
            index = bisect_right([w.end for w in line], position) - 1
            return _tag(line[index]) if index >= 0 and position - line[index].end <= 1 else "-"
        index = bisect_left([w.start for w in line], position)
        return _tag(line[index]) if index < len(line) and line[index].start - position <= 1 else "-"


_SUFFIX_TAG = "接尾辞-名詞的"


@cache
def _address() -> re.Pattern[str]:
    return re.compile(words("persons")["suffix"])


def _barrier(word: Word) -> bool:
    return word.tag.startswith("助詞") or (word.tag.startswith("補助記号") and word.lemma not in "・=＝") or word.tag.startswith("代名詞")


def _tag(word: Word) -> str:
    parts = word.tag.split("-")
    if "人名" in parts:
        return parts[-1]
    if "地名" in parts:
        return "地"
    if "固有名詞" in parts:
        return "固"
    if parts[0] == "名詞":
        return "サ" if "サ変" in word.tag else "数" if "数詞" in parts else "普"
    return {"接頭辞": "頭", "接尾辞": "尾", "補助記号": "記", "助詞": "助", "助動詞": "助動", "動詞": "動", "形容詞": "形", "副詞": "副",
            "形状詞": "状", "感動詞": "感", "代名詞": "代"}.get(parts[0], parts[0])


def _shape(held: Sequence[Word], end: int) -> str:
    parts = []
    for n, word in enumerate(held):
        if n and word.start > held[n - 1].end:
            parts.append("_")
        parts.append(_tag(word))
    if held and held[-1].end > end:
        parts.append("<")
    return "".join(parts)


def _letters(text: str) -> str:
    kinds: list[str] = []
    for char in text:
        kind = ("_" if char == " " else "H" if "\u3041" <= char <= "\u3096" else "T" if "\u30a1" <= char <= "\u30f4" or char == "\u30fc" else
                "." if char in "・=" else "A" if char.isascii() else "K")
        if kind in "HTA_" and kinds and kinds[-1] == kind:
            continue
        kinds.append(kind)
    return "".join(kinds)


def _sign(char: str) -> str:
    if not char.strip():
        return "_"
    return "K" if pattern("persons", "letter").match(char) else char


def _gap(gap: str) -> str:
    if len(gap) > 6:
        return "long"
    return re.sub(" +", " ", pattern("persons", "run").sub("K", gap))
