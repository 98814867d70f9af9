"""Organisations named without a legal form, recognised by the words around them, as the press names them.

Only sentences that may hold a tie are read: brackets that tell a seat or a head («X（東京都）», «X（Y社長）»), lists of a
group's firms, endings that only companies have, names in the place of a party.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.legal_forms import bare_type, completed
from nlp.names.letters import HIRAGANA
from nlp.names.senses import senses
from nlp.names.units import is_unit, unit_start
from nlp.names.vocabulary import form_pattern, generic
from nlp.patterns import lines_of, pattern
from nlp.patterns import words as words_of
from nlp.text import Page
from nlp.words import Words

_ACT = pattern("formless", "act")
_NOT = pattern("formless", "not")
_BAD_END = pattern("formless", "bad_end")


@cache
def _endings() -> str:
    return "|".join(map(re.escape, sorted(lines_of("company_endings.txt"), key=lambda w: (-len(w), w))))


@cache
def _cities() -> frozenset[str]:
    """Names of municipalities with and without their last sign."""
    return frozenset(gazetteer.by_name()) | frozenset(n[:-1] for n in gazetteer.by_name() if len(n) > 2)


def find_formless(page: Page, words: Words) -> Iterator[Proposal]:
    """Names by what stands around them; `by` tells what; the name completes elided lists («A、Bの2大学»)."""
    norm = page.norm
    for sentence in page.sentences if _ACT.search(norm) else ():
        for one in _in_sentence(norm[sentence.start:sentence.end], words):
            yield replace(one, start=sentence.start + one.start, end=sentence.start + one.end)
    yield from _elided(norm)
    yield from _schools(norm)
    yield from _called_firms(norm)
    yield from _credit_unions(norm, words)
    yield from _of_kind(norm, words)
    yield from _bidders(norm)
    yield from _farmers(norm)
    yield from _strange_towns(norm)
    for match in pattern("formless", "short").finditer(norm):
        name = completed(match[0])
        if not pattern("formless", "no_short").search(match[0]):
            yield _proposal(match.start(), match.end(), bare_type(name) or "university", name, "context short")


def _in_sentence(text: str, words: Words) -> Iterator[Proposal]:
    for number, (said, type_) in enumerate(_patterns()):
        for match in said.finditer(text):
            if (number == _BY_ENDING and not _proper(match["name"], words)) or pattern("formless", "alias_before").search(text[:match.start("name")]):
                continue
            start, end = match.span("name")
            name = match["name"].strip("・ ")
            start += len(match["name"]) - len(match["name"].lstrip("・ "))
            end = start + len(name)
            if is_unit(name):
                continue
            wider = _hiragana_before(text, start, words)
            start, name = wider, text[wider:start] + name
            unit = unit_start(name)
            if unit is not None:
                name, end = name[:unit], start + unit
            if _good(name) or (type_ == "consortium" and len(name) > 5):
                yield _proposal(start, end, _sort(name, type_), name, f"context {number}")
    yield from _firms(text)


def _sort(name: str, type_: str) -> str:
    """The type that a pattern gives, but that of an office which ends like a firm: «県税事務所»."""
    told = bare_type(name)
    return told if type_ == "company" and told in ("unit", "regional_bureau") else type_


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_filled(said), type_) for said, type_ in words_of("formless")["around"])


def _filled(said: str) -> re.Pattern[str]:
    """A pattern with its references filled in: {{N}} and the other parts, the places, the endings of companies."""
    places = sorted({*gazetteer.by_name(), *gazetteer.prefectures()}, key=lambda w: (-len(w), w))
    for name, part in {**words_of("formless")["parts"], "PLACES": "|".join(places), "ENDINGS": _endings()}.items():
        said = said.replace("{{" + name + "}}", part)
    return re.compile(said)


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return _filled(words_of("formless")[key])


def _hiragana_before(text: str, start: int, words: Words) -> int:
    """Where a name begins whose first word is of hiragana («すずかけ旅行»): at a noun right behind a stop."""
    found = pattern("formless", "hiragana_before").search(text[:start])
    if not found or not all(pos in ("NOUN", "PROPN") for a, b, pos in words.of(text) if a < start and b > found.start(1)):
        return start
    return found.start(1)


#: Words that no name of a credit union holds.
_NO_NOUNS = frozenset({"ADP", "AUX", "SCONJ", "CCONJ", "PART"})
#: Which of the patterns goes by the ending alone, and so asks for a proper noun in the name.
_BY_ENDING = 3


def _proper(name: str, words: Words) -> bool:
    return any(pos == "PROPN" for _, _, pos in words.of(name))


def _good(name: str) -> bool:
    if _NOT.match(name) or name in _cities() or re.fullmatch("[0-9A-Za-z.\\-]{1,2}|[0-9.,]+", name):
        return False
    if pattern("formless", "no_name").search(name) or pattern("names", "no_organization").search(name):
        return False
    if pattern("formless", "two_kanji").match(name):
        return True
    return not _BAD_END.search(name) or (_pattern("by_ending").search(name) is not None and len(name) >= 4)


def _proposal(start: int, end: int, type_: str, name: str, by: str) -> Proposal:
    return Proposal(start, end, name, type_, rank=-1, sure=False, by=by)


def _firms(text: str) -> Iterator[Proposal]:
    """Firms of a group: «構成員には、A、B、Cが名を連ね», «▽A（設計）▽B（建設）», «代表企業のAのほか、B、C»."""
    if not pattern("formless", "firms").search(text):
        return
    bare = re.sub(r"\([^()]*\)", lambda m: " " * len(m[0]), text)
    for match in _pattern("firm_listed").finditer(bare):
        name = match["name"]
        unit = unit_start(name)
        name = name if unit is None else name[:unit]
        if (_good(name) or (len(name) >= 3 and _good(name + words_of("formless")["a_firm"]) and pattern("formless", "like_a_place").search(name))) \
                and not pattern("formless", "no_firm").search(name) and len(name) >= 2:
            yield _proposal(match.start("name"), match.start("name") + len(name), "company", name, "context firms")


def _elided(norm: str) -> Iterator[Proposal]:
    """«A、B、Cの計3大学», «A、B両商工会», «郵便局(A、B、C)»: each is named with the ending; read back to what is no name."""
    for said in ("elided", "elided_in_brackets"):
        for match in pattern("formless", said).finditer(norm):
            full = words_of("formless")["elided_full"].get(match["what"], match["what"])
            if full not in norm and len(match["what"]) < 4 and match["what"] in words_of("formless")["elided_known"]:
                continue
            position = match.end("list")
            for part in reversed(pattern("formless", "elided_joins").split(match["list"])):
                start = position - len(part)
                if pattern("formless", "elided_part").search(part) or generic().fullmatch(part):
                    break
                name = completed(part)
                name = name if name.endswith(full) else name + full
                yield _proposal(start, position, words_of("formless")["elided_type"].get(full, "bank"), name, "context elided")
                position = start - 1


def _schools(norm: str) -> Iterator[Proposal]:
    """Schools as the press shortens them, where their pupils follow: «みなせ高の生徒»."""
    for match in pattern("formless", "school").finditer(norm):
        if not pattern("formless", "no_school").search(match["name"]):
            full = match["name"][:-1] + words_of("formless")["school_endings"][match["name"][-1]]
            yield _proposal(match.start("name"), match.end("name"), "university", full, "told")


def _credit_unions(norm: str, words: Words) -> Iterator[Proposal]:
    """«ちとせ信金», «主催した水瀬信金»: nothing else ends so; named in full."""
    for match in pattern("formless", "credit").finditer(norm):
        cut = max((b for a, b, pos in words.of(match[0]) if pos in _NO_NOUNS and _leads(match["name"], a, b)), default=0)
        name = match["name"][cut:]
        # «みなと水瀬信金»: whether a particle or a name stands there is left open
        if not HIRAGANA.fullmatch(match["name"][:cut]) and not pattern("formless", "no_credit").search(name):
            full = completed(name + match["end"])
            yield _proposal(match.end() - len(name + match["end"]), match.end(), "bank", full, "told")


def _leads(name: str, start: int, end: int) -> bool:
    """Whether a particle in a stretch stands before a name in it: «東京の|水瀬», not the first or one between hiragana («いしのまき港»)."""
    return start > 0 and end <= len(name) and not (HIRAGANA.match(name[start - 1]) and HIRAGANA.match(name[end:end + 1]))


def _of_kind(norm: str, words: Words) -> Iterator[Proposal]:
    """«運営会社ミナセル», «コンサルタント、みなせ総研»: what a firm does, and a word that nobody knows."""
    for said in words_of("formless")["of_kind"]:
        for match in re.finditer(said, norm):
            name = match["name"].strip("・")
            if pattern("formless", "no_kind").search(name) or generic().fullmatch(name) or name in _cities():
                continue
            if _strange(name, words) or _pattern("by_ending").search(name):
                start = match.start("name") + match["name"].index(name)
                yield _proposal(start, start + len(name), bare_type(name) or "company", name, "told")


def _strange(name: str, words: Words) -> bool:
    """Whether a name holds a word in katakana or Latin letters that no text of everyday language has."""
    return any(pattern("formless", "foreign_word").fullmatch(name[a:b]) and senses(name[a:b]) is None for a, b, _ in words.of(name))


def _bidders(norm: str) -> Iterator[Proposal]:
    """Groups of bidders by a name in quotes: «「こもれび」グループ», «次点は「チームみなせ」»."""
    for match in pattern("formless", "group_in_quotes").finditer(norm):
        yield _proposal(match.start(), match.end(), "consortium", match[0], "told")
    for match in pattern("formless", "bidder_in_quotes").finditer(norm):
        before = norm[max(0, match.start() - 14):match.start()].split("\n")[-1]
        told = pattern("formless", "bidder_before").search(before) and pattern("formless", "bidder_behind").match(norm, match.end(1))
        if told and not form_pattern().search(match[1]) and not pattern("names", "no_organization").search(match[1]):
            yield _proposal(match.start(1), match.end(1), bare_type(match[1]) or "consortium", match[1], "told")


def _farmers(norm: str) -> Iterator[Proposal]:
    """«JAはが野»: a name of hiragana and kanji behind «JA», its branch apart."""
    for match in pattern("names", "ja").finditer(norm):
        if HIRAGANA.search(match["name"]) and not pattern("names", "no_ja").search(match["name"]):
            name = norm[match.start():match.end("name")]
            yield replace(_proposal(match.start(), match.end("name"), "cooperative", name, "told"), via=match["unit"])


def _called_firms(norm: str) -> Iterator[Proposal]:
    """«ミズモリ社は»: a name in katakana or Latin letters with «社»."""
    for match in pattern("formless", "called_firm").finditer(norm):
        if not generic().fullmatch(match["name"]):
            yield _proposal(match.start("name"), match.end("name"), "company", match["name"], "told")


def _strange_towns(norm: str) -> Iterator[Proposal]:
    """Municipalities that the list does not know (abroad, dissolved): a mayor stands with them."""
    for match in pattern("formless", "city_abroad").finditer(norm):
        yield _proposal(match.start(), match.end(), "municipality", match[0], "context abroad")
    for match in pattern("formless", "strange_town").finditer(norm):
        name = pattern("formless", "up_to_particle").sub("", match["name"])
        if name not in gazetteer.by_name() and len(name) >= 3 and not pattern("formless", "refers").match(name):
            yield _proposal(match.end("name") - len(name), match.end("name"), "municipality", name, "context abroad")
