"""Where a name begins and ends in running text."""
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp.names.letters import BACK, CORE, HIRAGANA, KANA, is_latin
from nlp.patterns import lines_of, pattern
from nlp.text import Page
from nlp.words import Words

_PARTICLE = pattern("names", "particle")


@cache
def _ends() -> re.Pattern[str]:
    return re.compile("|".join(lines_of("name_ends.txt")))


class Lines:
    """Word classes of single lines, asked for only where hiragana must be judged."""

    def __init__(self, page: Page, words: Words) -> None:
        self.page, self._words = page, words

    def words(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """The words that touch [start, end), which lies within one line."""
        return [(w.start, w.end, w.pos) for w in self._words.line(self.page.line_of(start))[0] if w.start < end and w.end > start]

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


def right_end(norm: str, position: int, lines: Lines, after_form: bool) -> int:
    """Where the name that begins at `position` ends."""
    start = position
    while position < len(norm):
        if found := CORE.match(norm, position):
            stop = _ends().search(norm, position, min(len(norm), found.end() + 6))
            if stop and stop.start() < found.end() and (stop.start() > start):
                return stop.start()
            position = found.end()
        elif norm[position] == " " and position > start and is_latin(norm[position - 1]) \
                and position + 1 < len(norm) and is_latin(norm[position + 1]):
            position += 1
        elif found := HIRAGANA.match(norm, position):
            run = found[0]
            if pattern("names", "title_or_rest").match(run) and position > start:
                return position
            if after_form and position == start:
                if _PARTICLE.fullmatch(run) or pattern("names", "rest_or_next").match(run):
                    return position
                cut = lines.bare(position, found.end(), CORE.match(norm, found.end()) is not None)
                position = cut
                if cut < found.end():
                    return position
                continue
            goes_on = CORE.match(norm, found.end()) is not None
            bare = run[:lines.bare(position, found.end(), False) - position]
            spanning = [w for w in lines.words(position - 1, position + 1) if w[0] < position < w[1] and w[2] in ("NOUN", "PROPN")]
            if spanning:
                position = spanning[0][1]
            elif len(bare) >= 2 and lines.noun(position, position + len(bare)):
                position += len(bare)
                if bare != run:
                    return position
            elif goes_on and pattern("names", "amid_kanji").fullmatch(run):
                position = found.end()
            else:
                return position
        else:
            return position
    return position


def left_end(norm: str, position: int, lines: Lines) -> int:
    """Where the name that ends at `position` begins."""
    end = position
    while position > 0:
        char = norm[position - 1]
        if char == "!" and not is_latin(norm[position - 2:position - 1] or " "):
            return position
        if char == "/" and not (is_latin(norm[position - 2:position - 1] or " ") and is_latin(norm[position:position + 1] or " ")):
            return position
        if BACK.match(char) or (char == " " and position < end and is_latin(norm[position]) and position > 1 and is_latin(norm[position - 2])):
            position -= 1
        elif HIRAGANA.match(char):
            start = position
            while start > 0 and HIRAGANA.match(norm[start - 1]):
                start -= 1
            run = norm[start:position]
            opens = start == 0 or norm[start - 1] in "\n、。「『(（ ・:"
            words = lines.words(start, position)
            inside = norm[position:position + 1]
            spanned = [w for w in words if w[1] == position and w[0] < start and w[2] in ("VERB", "NOUN")]
            if spanned and re.match(f"[{KANA}]", inside) and pattern("names", "verb_stem").search(run):
                position = spanned[0][0]
            elif (opens and len(run) >= 2 and words and words[-1][2] == "VERB" and re.match(f"[{KANA}]", inside)) \
                    or (opens and len(run) >= 3 and words and words[0][2] in ("NOUN", "PROPN")
                        and words[-1][2] in ("AUX", "VERB", "ADJ") and not _LEADS.match(run)) \
                    or (opens and len(run) >= 2 and not _LEADS.match(run)
                        and not (words and words[-1][2] in ("ADP", "AUX", "SCONJ", "CCONJ", "VERB", "ADV", "DET", "PRON"))) \
                    or (pattern("names", "hiragana_name").fullmatch(run) and opens) or (len(run) >= 2 and lines.noun(start, position)):
                position = start
            elif (cut := _after_particle(words, start, position)) is not None:
                return cut
            elif pattern("names", "amid_kanji").fullmatch(run) and start > 0 and BACK.match(norm[start - 1]):
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


def trim(norm: str, start: int, end: int) -> tuple[int, int]:
    while start < end and norm[start] in " ・-‐–—./'’!&":
        start += 1
    while end > start and norm[end - 1] in " ・-‐–—./'’&":
        end -= 1
    return start, end
