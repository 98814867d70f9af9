"""What a document says of one organisation without naming the others, and what kind of collective it describes.

Count claims («50自治体と協定»), intermediary claims (a 橋渡し役, or an agreement by which one party introduces others),
and the five features of a collective. No tie is ever made from them.
"""
from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nlp.model import ORGANIZATION_TYPES, Claim, Collective, Document, Field, NamedOrganization, Span, digest
from nlp.patterns import words
from nlp.terms import number_in

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_COLLECTIVE_TYPES = frozenset({"council", "consortium", "platform"})


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    words: str


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """An entry of claims.yaml, its patterns as alternatives."""
    entry = words("claims")[key]
    return re.compile(entry if isinstance(entry, str) else "|".join(entry))


@cache
def _count() -> re.Pattern[str]:
    return re.compile(words("claims")["count"].replace("{UNITS}", "|".join(words("claims")["units"])))


def _sentences(document: Document) -> Iterator[_Sentence]:
    """The sentences of title and text, blanks at their ends left out."""
    fields: tuple[tuple[Field, str], ...] = (("title", document.title or ""), ("text", document.text))
    for field, text in fields:
        for match in _SENTENCE.finditer(text):
            said = match[0].strip()
            if said:
                start = match.start() + match[0].index(said[0])
                yield _Sentence(Span(start, start + len(said), field), said)


class _Names:
    """Where the organisations of one document stand, and which of them it is mainly about."""

    def __init__(self, document: Document, organizations: Sequence[NamedOrganization]) -> None:
        self.by_name = {one.name: one for one in organizations}
        self.places = sorted({(span.field, span.start, span.end, one.name)
                              for one in organizations for span in _mentions(document, one)})
        self.main = self._main(document)

    def _main(self, document: Document) -> str | None:
        """The publisher if it is named, else what the title names first, else what is named most often."""
        if document.publisher in self.by_name:
            return document.publisher
        often = Counter(name for *_, name in self.places)
        titled = [name for field, _, _, name in self.places if field == "title"]
        if titled:
            # «A社とB市»: of the organisations in a title the one the text is most about.
            return max(titled, key=lambda name: (often[name], -titled.index(name)))
        first = {name: start for _, start, _, name in reversed(self.places)}
        return max(sorted(often), key=lambda name: (often[name], -first[name]), default=None)

    def within(self, span: Span) -> list[tuple[int, int, str]]:
        """(start, end, name) of the mentions in a span, counted from its start; the longest of those at one place."""
        found: list[tuple[int, int, str]] = []
        for field, start, end, name in self.places:
            if field == span.field and span.start <= start and end <= span.end:
                if found and start - span.start < found[-1][1]:
                    if end - span.start > found[-1][1]:
                        found[-1] = (start - span.start, end - span.start, name)
                    continue
                found.append((start - span.start, end - span.start, name))
        return found

    def of_sector(self, sector: str | None) -> set[str]:
        """The organisations of the document in one sector; all where it is None."""
        return {name for name, one in self.by_name.items() if sector in (None, _sector(one))}

    def described(self, sentence: _Sentence, end: int) -> str | None:
        """The organisation that words ending at `end` stand before as an attribute («橋渡し役を掲げる株式会社…»)."""
        after = [name for start, _, name in self.within(sentence.span)
                 if start >= end and _pattern("attribute").fullmatch(sentence.words[end:start])]
        return after[0] if after else None

    def subject(self, sentence: _Sentence, before: int, carried: str | None) -> str | None:
        """Whom a sentence is about at `before`: its own subject, else «当社» or «同社», else the one carried."""
        mentions = [one for one in self.within(sentence.span) if one[0] < before]
        marked = [name for _, end, name in mentions if _pattern("subject").match(sentence.words, end)]
        if marked:
            return marked[-1]
        opened = [name for start, end, name in mentions if start == 0 and _pattern("opening").match(sentence.words, end)]
        if opened:
            return opened[0]
        head = sentence.words[:before]
        if any(word in head for word in (*words("claims")["we"], *words("claims")["anaphora"])):
            return self.main
        private = {name for *_, name in mentions if _sector(self.by_name[name]) != "public"}
        if len(private) == 1:
            return private.pop()
        return carried or self.main


def _sector(organization: NamedOrganization) -> str | None:
    return organization.sector or ORGANIZATION_TYPES[organization.type][1]


def _mentions(document: Document, organization: NamedOrganization) -> tuple[Span, ...]:
    if organization.mentions:
        return organization.mentions
    stem = _pattern("legal").sub("", organization.name) or organization.name
    names = "|".join(map(re.escape, dict.fromkeys((organization.name, stem))))
    return (*(Span(m.start(), m.end(), "title") for m in re.finditer(names, document.title or "")),
            *(Span(m.start(), m.end()) for m in re.finditer(names, document.text)))


def find_claims(document: Document, organizations: Sequence[NamedOrganization]) -> tuple[Claim, ...]:
    """All claims, each once with every sentence that makes it, in the order of their first sentences.

    A count claim has `count`, an intermediary claim `level`: claimed for a description, contracted for an agreement
    whose items include introductions. Every claim is of one of `organizations`.
    """
    names = _Names(document, organizations)
    evidence: dict[tuple[str, str, int | None, str | None], list[Span]] = {}
    carried: str | None = None
    for sentence in _sentences(document):
        if sentence.span.field == "text":
            carried = _subject_named(names, sentence) or carried
        for kind, count, level, organization in _claims_in(document, names, sentence, carried):
            evidence.setdefault((kind, organization, count, level), []).append(sentence.span)
    return tuple(
        Claim(id=digest(document.id, "claim", kind, organization, str(count), level),
              kind="count" if kind == "count" else "intermediary",
              organization=organization, count=count, level=level, evidence=tuple(spans))
        for (kind, organization, count, level), spans in evidence.items())


def _subject_named(names: _Names, sentence: _Sentence) -> str | None:
    marked = [name for _, end, name in names.within(sentence.span) if _pattern("subject").match(sentence.words, end)]
    return marked[0] if marked else None


def _claims_in(document: Document, names: _Names, sentence: _Sentence,
               carried: str | None) -> Iterator[tuple[str, int | None, str | None, str]]:
    said = sentence.words
    if _pattern("bond").search(said) and not _pattern("no_count").search(said):
        for match in _count().finditer(said):
            number = number_in(unicodedata.normalize("NFKC", match["number"]))
            subject = names.subject(sentence, match.start(), carried)
            # «A市、B町の2市町» sums up what stands there by name.
            named = names.of_sector(words("claims")["units"][match["unit"]])
            if subject and number > max(1, len(named)) and not _sums_up(said[:match.start()]):
                yield "count", number, None, subject
    role = _pattern("role").search(said)
    if role and not any(word in said for word in words("claims")["not_a_claim"]):
        subject = names.described(sentence, role.end()) or names.subject(sentence, role.start(), carried)
        if subject:
            yield "intermediary", None, "claimed", subject
    if _pattern("item_start").search(said) and _pattern("agreed").search(document.text) and _pattern("introduces").search(said):
        broker = _introducer(names, sentence)
        if broker:
            yield "intermediary", None, "contracted", broker


def _sums_up(before: str) -> bool:
    """Whether the number that follows sums up a list («…、C社の3社», «…など10社»)."""
    return _pattern("sums_up").search(before) is not None


def _introducer(names: _Names, sentence: _Sentence) -> str | None:
    """The party that introduces others: the organisation outside the public sector named last before the item."""
    before = [name for field, start, _, name in names.places
              if (field == "title" or start < sentence.span.start) and _sector(names.by_name[name]) != "public"
              and names.by_name[name].type not in _COLLECTIVE_TYPES]
    if names.main in before:
        return names.main
    return before[-1] if before else None


def find_collectives(document: Document, organizations: Sequence[NamedOrganization]) -> tuple[Collective, ...]:
    """The features that a document tells of each collective it names, with the sentences that tell them.

    A feature with as many words for one value as for the other stays None; a collective of which nothing is told is
    left out. «本会», «同協議会» count for the collective named last before.
    """
    names = _Names(document, [one for one in organizations if one.type in _COLLECTIVE_TYPES])
    told: dict[str, dict[str, Counter[str]]] = {}
    spans: dict[tuple[str, str, str], list[Span]] = {}
    last: str | None = None
    for sentence in _sentences(document):
        here = [name for *_, name in names.within(sentence.span)]
        last = here[-1] if here else last
        meant = [last] if last and not here and _pattern("collective_word").search(sentence.words) else here
        for organization in dict.fromkeys(meant):
            # The name itself («…実証コンソーシアム») describes nothing.
            for feature, value in _features(sentence.words.replace(organization, "")):
                told.setdefault(organization, {}).setdefault(feature, Counter())[value] += 1
                spans.setdefault((organization, feature, value), []).append(sentence.span)
    collectives: list[Collective] = []
    for organization, features in sorted(told.items()):
        clear = {feature: _clear(counted) for feature, counted in features.items()}
        if any(clear.values()):
            evidence = {span for feature, value in clear.items() if value
                        for span in spans[organization, feature, value]}
            collectives.append(Collective(
                organization, clear.get("purpose"), clear.get("membership"), clear.get("tie"), clear.get("horizon"),
                clear.get("orientation"), tuple(sorted(evidence))))
    return tuple(collectives)


def _features(said: str) -> Iterator[tuple[str, str]]:
    for feature, values in words("collectives").items():
        for value, patterns in values.items():
            if re.search("|".join(patterns), said):
                yield feature, value


def _clear(counted: Counter[str]) -> str | None:
    ranked = counted.most_common(2)
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else None
