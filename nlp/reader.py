"""Documents in, extractions out: the whole reader."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from nlp.blocks import Layout
from nlp.claims import find_claims, find_collectives
from nlp.dates import DateMention, find_dates
from nlp.frames import FramedParty, around, frame_of
from nlp.masthead import completed
from nlp.model import Document, Extraction, NamedOrganization, Party, Span, Statement, digest
from nlp.names.entities import Names
from nlp.names.identifiers import with_identifiers
from nlp.names.organizations import NameModels, find_organizations
from nlp.patterns import pattern
from nlp.persons import common_letters, find_persons
from nlp.persons.employers import add_employers
from nlp.terms import Agreed, amount_of, terms_of
from nlp.text import Page
from nlp.themes import About, Topics
from nlp.ties.anchors import Anchor, find_anchors
from nlp.ties.candidates import Scene
from nlp.ties.found import Found, find_ties
from nlp.ties.rules import ruled_ties
from nlp.ties.when import When
from nlp.version import version_of
from nlp.words import Word, Words

#: The version of everything that decides what is extracted; a change of it makes stored extractions stale.
EXTRACTOR = f"kakehashi/{version_of('nlp')}"

#: Characters, of at most four bytes each, within the 49,149 bytes that GiNZA's tokeniser takes at once.
_MOST_CHARACTERS = 12_000


@cache
def _language() -> Any:
    import spacy

    return spacy.load("ja_ginza", exclude=["parser", "ner", "compound_splitter", "bunsetu_recognizer"])


def tokens(line: str) -> list[Word]:
    """The words of a line, however long it is; rare forms of letters are read as the common ones that the dictionary knows."""
    return [Word(start + w.idx, start + w.idx + len(w.text), w.lemma_, w.pos_, w.tag_)
            for start, piece in _pieces(line.translate(common_letters())) for w in _language().make_doc(piece)]


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """A line in pieces that the tokeniser takes, each with its start; cut behind a full stop where there is one."""
    start = 0
    while start < len(line):
        end = min(len(line), start + _MOST_CHARACTERS)
        if end < len(line):
            end = line.rfind("。", start, end) + 1 or end
        yield start, line[start:end]
        start = end


@dataclass(frozen=True, slots=True)
class Seen:
    """A document with all that is looked at before ties are: its page, words, names, dates, layout and anchors."""
    page: Page
    words: Words
    names: Names
    dates: tuple[DateMention, ...]
    scene: Scene
    anchors: tuple[Anchor, ...]
    when: When


def see(document: Document, models: NameModels | None = None) -> Seen:
    """A document as it is seen before ties are read, its names by the stored models or others (training). Pure."""
    page = Page(document)
    words = Words(page, tokens)
    names = add_employers(page, find_organizations(page, words, models), words)
    dates = tuple(find_dates(page.raw, document.published))
    placed = [(page.place(d.span.start), page.place(d.span.end - 1) + 1, d) for d in dates]
    layout = Layout(page)
    anchors = tuple(find_anchors(layout))
    ruled = ruled_ties(layout, names, dates) if anchors and len(names.entities) > 1 else ()
    scene = Scene(layout, words, names, sorted((a, b) for a, b, _ in placed), anchors, ruled)
    return Seen(page, words, names, dates, scene, anchors, When(scene, placed))


class Reader:
    """Extracts what documents say. GiNZA is loaded when the first document needs it."""

    def extract(self, document: Document) -> Extraction:
        """Everything one document says. Pure: the same document gives the same extraction.

        The extraction's document carries `published` and `publisher` as the text tells them where the input gave none.
        """
        document = completed(document)
        seen = see(document)
        page, names, dates = seen.page, seen.names, seen.dates
        document = _signed(document, names)
        found = find_ties(seen.scene, seen.anchors, seen.when)
        persons = find_persons(page, names, seen.words)
        organizations = with_identifiers(document, _organizations(page, names))
        statements = _statements(page, names, dates, found, Topics(seen.scene.layout, names))
        return Extraction(document, EXTRACTOR, organizations, statements, persons,
                          find_claims(document, organizations), find_collectives(document, organizations))

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """The extractions of many documents, in their order."""
        for document in documents:
            yield self.extract(document)


def _signed(document: Document, names: Names) -> Document:
    """The document with its publisher as the page's words give it away, where its source and its head gave none."""
    if document.publisher is not None or names.publisher is None:
        return document
    return replace(document, publisher=names.entities[names.publisher].name)


def _organizations(page: Page, names: Names) -> tuple[NamedOrganization, ...]:
    mentions: dict[int, list[Span]] = {}
    for m in names.mentions:
        mentions.setdefault(m.entity, []).append(page.span(m.start, m.end))
    named = {m.entity for m in names.mentions if m.how == "name"}
    named |= {firm for venture, firms in names.firms.items() if venture in named for firm in firms}
    kept = [k for k in range(len(names.entities)) if k in named or (k == names.publisher and not _medium(page, names.entities[k].name))]
    return tuple(NamedOrganization(e.name, e.type, e.code, e.sector, e.form, e.prefecture, tuple(sorted(mentions.get(k, []))))
                 for k in kept for e in (names.entities[k],))


def _medium(page: Page, name: str) -> bool:
    """Whether a page's publisher is a paper or magazine that its text never names: it tells of others."""
    return name not in page.norm and pattern("phrases", "medium").search(name) is not None


def _statements(page: Page, names: Names, dates: Sequence[DateMention], found: Sequence[Found],
                topics: Topics) -> tuple[Statement, ...]:
    layout = topics.layout
    ids: list[str] = []
    for one in found:
        parties = sorted((names.entities[e].name, role) for e, role in one.parties)
        key = (page.document.id, one.kind, *(f"{n}|{r}" for n, r in parties), one.date.value if one.date else None, _title(page, one))
        ids.append(_free(digest(*key), ids, key))
    made = [_statement(page, names, topics, one, ids[n], ids[one.led_to] if one.led_to is not None else None) for n, one in enumerate(found)]
    terms = terms_of(layout, dates, [Agreed(o.kind, o.sentence.start, o.sentence.end, o.date.value if o.date else None) for o in found])
    made = [replace(s, valid_from=t.valid_from, valid_to=t.valid_to, auto_renew=t.auto_renew) for s, t in zip(made, terms, strict=True)]
    about = {s.id: s.themes for s in made}
    return tuple(replace(s, themes=about[s.led_to]) if s.led_to else s for s in made)


def _free(wanted: str, taken: Sequence[str], key: tuple[str | None, ...]) -> str:
    number = 2
    while wanted in taken:
        wanted = digest(*key, str(number))
        number += 1
    return wanted


def _title(page: Page, one: Found) -> str | None:
    return re.sub(r"\s+", "", page.norm[one.title[0]:one.title[1]]) if one.title else None


def _statement(page: Page, names: Names, topics: Topics, one: Found, id_: str, led_to: str | None) -> Statement:
    told = [one.sentence, *one.more]
    here = [m for s in told for m in names.between(s.start, s.end)]
    places = {m.entity: m for m in reversed([*here, *one.mentions])}
    parties = tuple(Party(names.entities[e].name, role, places[e].via if e in places else None,
                          page.span(places[e].start, places[e].end) if e in places else None) for e, role in one.parties)
    sentence = page.norm[one.sentence.start:one.sentence.end]
    title = _title(page, one)
    themes = topics.themes(About(one.kind, one.sentence.start, one.sentence.end, title, tuple(one.parties)))
    framed = [FramedParty(names.entities[e].name, names.entities[e].type, r) for e, r in one.parties]
    frame = frame_of(sentence, one.kind, framed, title, around(topics.layout, one.sentence.start))
    return Statement(id_, one.kind, one.status, parties, one.date.value if one.date else None, title, themes,
                     one.date.precision if one.date else None, _evidence(page, one), round(one.confidence, 2),
                     frame.label_used, frame.subject_kind, frame.municipality_role, frame.frame,
                     level=one.level, led_to=led_to, amount_yen=amount_of(topics.layout, Agreed(one.kind, one.sentence.start, one.sentence.end)))


def _evidence(page: Page, one: Found) -> tuple[Span, ...]:
    """The trigger's sentence, then what holds the rest: other sentences of the tie, parties' mentions, name, date."""
    spans = [_tight(page, s.start, s.end) for s in (one.sentence, *one.more)]
    spans += [page.span(m.start, m.end) for m in one.mentions]
    if one.title:
        spans.append(page.span(*one.title))
    if one.date:
        spans.append(_date_span(page, one.date))
    found: list[Span] = []
    for span in spans:
        if not any(s.field == span.field and s.start <= span.start and span.end <= s.end for s in found):
            found.append(span)
    return tuple(found)


def _tight(page: Page, start: int, end: int) -> Span:
    text = page.norm[start:end]
    return page.span(start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip())))


def _date_span(page: Page, date: DateMention) -> Span:
    start, end = date.span.start, date.span.end
    return Span(start, end, "title") if start < page.gap else Span(start - page.gap, end - page.gap)
