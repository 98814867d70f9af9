"""What is known of names: legal forms, endings, public bodies, words that name nothing."""
from __future__ import annotations

import re
from functools import cache

import ahocorasick_rs

from nlp import gazetteer
from nlp.patterns import lines_of, pattern


@cache
def legal_forms() -> dict[str, tuple[str, str]]:
    return {r["written"]: (r["form"], r["type"]) for r in gazetteer.rows("organization_forms.csv")}


@cache
def endings() -> dict[str, str]:
    return {r["suffix"]: r["type"] for r in gazetteer.rows("organization_suffixes.csv")}


@cache
def public_bodies() -> dict[str, tuple[str, str]]:
    return {r["name"]: (r["type"], r["full"] or r["name"]) for r in gazetteer.rows("public_bodies.csv")}


@cache
def form_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(legal_forms(), key=lambda f: (-len(f), f)))))


@cache
def place_finder() -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
    words = sorted({*gazetteer.by_name(), *public_bodies()})
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest), words


@cache
def word_finder() -> ahocorasick_rs.AhoCorasick:
    """Words that names are made of: legal forms, endings, endings of companies, places and bodies of three signs or more."""
    known = {w for w in (*legal_forms(), *endings(), *gazetteer.by_name(), *public_bodies()) if len(w) > 2}
    return ahocorasick_rs.AhoCorasick(sorted(known.union(lines_of("company_endings.txt"))))


@cache
def generic() -> re.Pattern[str]:
    words = sorted(lines_of("generic_words.txt"), key=lambda w: (-len(w), w))
    return re.compile(f"(?:{'|'.join(map(re.escape, words))}|{pattern('names', 'between_generic').pattern})*")


def stem_of(name: str) -> str:
    """A name without legal form, spaces and signs: what one document's spellings of a name share."""
    bare = form_pattern().sub("", name)
    return re.sub(r"[\s・･,.\-–—‐'’]", "", bare).lower() or name


def ends_like_name(text: str) -> bool:
    return (text.endswith(tuple(endings())) or text in gazetteer.by_name() or gazetteer.find(text) is not None
            or text in public_bodies() or pattern("names", "body_end").search(text) is not None)
