"""Resolution kept up to date: a release comes, changes or goes, and only what it touches is resolved again.

`Resolver` holds what `graph.resolution.resolve` would say of the same extractions, whatever way they came. It rests on
what each part of resolution depends on: what a name means, on the names with its stem (and on those that decisions
speak of); an organisation, on the names that mean it; a tie, on the statements connected with it (`graph.events`); a
person, on the releases that name him. Links between organisations are derived anew from the organisations.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.decisions import Decisions
from graph.events import Events, told_by
from graph.facts import Facts, by_start
from graph.kin import Kin
from graph.links import Link, links_of
from graph.names import name_key
from graph.organizations import Identified, Mention, described, identify, keyed, mentions_of, possible_ids
from graph.persons import persons_of
from graph.places import Places
from graph.projection import Scope, nodes_of
from graph.reference.bodies import registered_name
from graph.registry import Registry
from graph.resolution import Resolution
from graph.tied_to import RULES, Pair, pairs_of
from nlp.model import Extraction, Organization, Tie

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What an update did. `scope` is the part of the graph whose rows may be other than before (`graph.projection`), what
    is gone included; `organizations`, `ties` and `persons` are ids of what changed, came or went, `documents` those of
    which a name may mean something else now."""
    scope: Scope
    documents: frozenset[str]
    organizations: frozenset[str]
    ties: frozenset[str]
    persons: frozenset[str]


class Resolver:
    """All releases, resolved. `facts` is what the graph is made from; it is changed by `update` alone, but for the
    reprints, which whoever finds them says."""

    def __init__(self, places: Places, registry: Registry | None = None, decisions: Decisions | None = None) -> None:
        self._places, self._registry, self._decisions = places, registry, decisions or Decisions()
        self._events = Events()
        self._mentions: dict[str, tuple[Mention, ...]] = {}
        self._by_stem: dict[str, dict[Name, Mention]] = defaultdict(dict)
        self._by_id: dict[str, dict[Name, Mention]] = defaultdict(dict)
        #: Stems of the names that decisions speak of: what becomes of one depends on the others.
        self._decided_stems: dict[str, None] = {}
        self._named: dict[str, Organization] = {}
        self._kin = Kin()
        self.facts = Facts(names_of=self._by_id, led_from=self._kin.led_from)
        self._decided = _spoken_of(self._decisions)
        self._identified = Identified({}, {}, {})
        #: Tie → those that led to it, renew or end it.
        self._leading: dict[str, set[str]] = defaultdict(set)
        self._person_names: dict[str, tuple[tuple[str, str, str], ...]] = {}

    def update(self, changed: Iterable[Extraction], gone: Iterable[str] = ()) -> Change:
        """Take in extractions that are new or other than before, and forget documents.

        A document that people decided to drop, and a dropped statement, count for nothing.
        """
        given = list(changed)
        wanted = {e.document.id: e for e in self._decisions.kept(given)}
        documents = {*(e.document.id for e in given), *gone}
        nodes: set[str] = set()
        stems: dict[str, None] = {}
        touched: dict[str, None] = {}
        shown = {one: self.facts.unsupported.get(one, {}) for one in documents}
        for one in sorted(documents):
            if (old := self.facts.extractions.get(one)) is not None:
                nodes.update(nodes_of(old))
            self._drop_mentions(one, stems, touched)
        for one in sorted(wanted):
            self._put_mentions(wanted[one], stems)
        moved = self._identify(stems, touched)
        for one in sorted(documents - wanted.keys()):
            self.facts.drop_document(one)
            self._events.drop(one)
        for one in sorted(wanted):
            self.facts.put_document(wanted[one])
            nodes.update(nodes_of(wanted[one]))
        again = (moved | wanted.keys()) & self.facts.extractions.keys()
        for one in sorted(again):
            self._events.put(one, told_by(self.facts.extractions[one], self.facts.organization_of))
            nodes.update(nodes_of(self.facts.extractions[one]))
        persons = self._persons(documents | again)
        organizations = self._describe(touched)
        doubted = {s for one in documents for s in shown[one].keys() ^ self.facts.unsupported.get(one, {}).keys()}
        ties, around, pairs = self._ties(doubted)
        scope = Scope(frozenset(nodes | organizations | around | ties | persons), frozenset(pairs))
        return Change(scope, frozenset(documents | again), frozenset(organizations), frozenset(ties), frozenset(persons))

    def resolution(self) -> Resolution:
        """What `graph.resolution.resolve` says of the same extractions."""
        facts = self.facts
        links = tuple(sorted(link for of in facts.links.values() for link in of))
        return Resolution(tuple(facts.organizations[one] for one in sorted(facts.organizations)),
                          tuple(facts.ties[one] for one in sorted(facts.ties)),
                          tuple(facts.persons[one] for one in sorted(facts.persons)), facts.organization_of,
                          facts.tie_of, facts.person_of,
                          {link.start: link.end for link in links if link.type == "PART_OF"}, links,
                          self._identified.refused)

    def names_in(self, document: str) -> dict[str, str]:
        """The organisation that each name in a document means."""
        return {m.named.name: self.facts.organization_of[document, m.named.name]
                for m in self._mentions.get(document, ())}

    # --- names -------------------------------------------------------------------------------------------------------

    def _drop_mentions(self, document: str, stems: dict[str, None], touched: dict[str, None]) -> None:
        for mention in self._mentions.pop(document, ()):
            name, stem = (document, mention.named.name), _stem(mention)
            stems[stem] = None
            del self._by_stem[stem][name]
            if not self._by_stem[stem]:
                del self._by_stem[stem]
            one = self.facts.organization_of.pop(name)
            touched[one] = None
            del self._by_id[one][name]

    def _put_mentions(self, extraction: Extraction, stems: dict[str, None]) -> None:
        found = tuple(mentions_of(extraction, self._places))
        self._mentions[extraction.document.id] = found
        for mention in found:
            stem = _stem(mention)
            stems[stem] = None
            self._by_stem[stem][mention.document, mention.named.name] = mention

    def _identify(self, stems: dict[str, None], touched: dict[str, None]) -> set[str]:
        """Say again what all names with these stems mean; the documents for which a name means something else now."""
        if not stems:
            return set()
        asked = dict.fromkeys((*stems, *self._decided_stems))
        mentions = [m for stem in asked for m in self._by_stem.get(stem, {}).values()]
        found = identify(mentions, self._places, self._registry, self._decisions)
        if self._decided and self._learn(mentions, found):
            return self._identify(stems, touched)
        self._identified = found
        moved = set()
        for mention in mentions:
            name = (mention.document, mention.named.name)
            now, before = found.organization_of[name], self.facts.organization_of.get(name)
            if now != before:
                moved.add(mention.document)
                if before is not None:
                    del self._by_id[before][name]
                    touched[before] = None
                self.facts.organization_of[name] = now
            self._by_id[now][name] = mention
            touched[now] = None
        return moved

    def _learn(self, mentions: Sequence[Mention], found: Identified) -> bool:
        """Note the stems of names that decisions speak of; whether there are new ones."""
        before = len(self._decided_stems)
        for mention in mentions:
            if not self._decided.isdisjoint((found.organization_of[mention.document, mention.named.name],
                                             *possible_ids(mention))):
                self._decided_stems[_stem(mention)] = None
        return len(self._decided_stems) > before

    # --- organisations -----------------------------------------------------------------------------------------------

    def _describe(self, touched: Iterable[str]) -> set[str]:
        """Say again what is known of organisations, and of their links; the ids of those that changed."""
        ids = [one for one in touched if self._by_id.get(one)]
        gone = set[str]()
        for one in touched:
            if not self._by_id.get(one):
                self._by_id.pop(one, None)
                if self._named.pop(one, None) is not None:
                    gone.add(one)
        other: dict[str, Organization] = {}
        if ids:
            mentions = [m for one in ids for m in self._by_id[one].values()]
            identified = replace(self._identified, organization_of=self.facts.organization_of)
            found = described(mentions, identified, self._places, self._registry, self._decisions)
            other = {one: o for one, o in found.items() if self._named.get(one) != o}
            self._named.update(other)
        if not other and not gone:
            return set()
        alone = self._link_alone(other.keys(), gone)
        return self._link_all() if alone is None else alone

    def _link_all(self) -> set[str]:
        """Derive all links anew."""
        every, links = links_of(self._named, self._places, self._registry)
        started = by_start(links)
        before, led = self.facts.organizations, self.facts.links
        changed = {one for one, o in every.items() if (old := before.get(one)) is not o and old != o}
        changed |= before.keys() - every.keys()
        changed |= {one for one in started.keys() | led.keys() if started.get(one) != led.get(one)}
        self.facts.organizations, self.facts.links = every, started
        self._kin = Kin()
        self.facts.led_from = self._kin.led_from
        for one, organization in every.items():
            self._kin.put(one, organization, started.get(one, ()))
        return changed

    def _link_alone(self, other: Collection[str], gone: Collection[str]) -> set[str] | None:
        """Derive the links of organisations that are new or other than before, and of those whose links depend on them;
        forget those that are gone. The ids of all that changed; None where more depends on them than can be told: on
        prefectures, and on what no release names and something led to, or leads to now.
        """
        facts, kin = self.facts, self._kin
        if not facts.organizations or any(one in kin.prefectures for one in gone) or any(kin.led_from.get(one) for one in gone):
            return None
        affected = set(other)
        for one in gone:
            affected |= kin.children(facts.organizations[one])
        affected -= set(gone)
        while True:
            some = {one: self._named[one] for one in affected if one in self._named}
            if len(some) < len(affected):
                return None
            beside = self._beside(some, gone)
            every, links = links_of(some, self._places, self._registry, beside)
            fresh = {one: o for one, o in every.items() if one in some or one not in facts.organizations}
            more = set[str]()
            for one, o in fresh.items():
                before = facts.organizations.get(one)
                if _is_place_of(o) != _is_place_of(before) or (one not in some and kin.parents(o) - beside.keys() - {one}):
                    return None
                if kin.sort(o) != kin.sort(before):
                    more |= kin.children(o) | (kin.children(before) if before else set())
                if before and (before.sector, before.prefecture) != (o.sector, o.prefecture):
                    more |= kin.led_from.get(one, set())
            more -= affected | set(gone)
            if not more:
                break
            affected |= more
        return self._enter(fresh, links, gone)

    def _beside(self, some: Mapping[str, Organization], gone: Collection[str]) -> dict[str, Organization]:
        """The organisations, none that is gone, that links of some may lead to by a name, and all prefectures."""
        parents = {one for o in some.values() for one in self._kin.parents(o)} | self._kin.prefectures.keys()
        return {one: self._named.get(one) or self.facts.organizations[one] for one in sorted(parents - some.keys() - set(gone))}

    def _enter(self, fresh: Mapping[str, Organization], links: Iterable[Link], gone: Collection[str]) -> set[str] | None:
        facts, kin = self.facts, self._kin
        started = by_start(links)
        for one, of in started.items():
            if any(link.end in gone for link in of):
                return None
            if one not in fresh and one not in self._named:
                listed = {link for link in of if link.source != "name" and link.type != "LOCATED_IN"}
                if not listed <= set(facts.links.get(one, ())):
                    return None
        for one in (*fresh, *gone):
            now = {link.end for link in started.get(one, ())} if one in fresh else set()
            if any(link.end not in now and link.end not in self._named for link in facts.links.get(one, ())):
                return None
            if fresh.get(one) and fresh[one].type == "unit" and any(
                    link.source == "name" and link.type == "PART_OF" and self._is_unit(link.end, fresh)
                    for link in started.get(one, ())):
                return None
        for one in (*fresh, *gone):
            if (old := facts.organizations.pop(one, None)) is not None:
                kin.drop(one, old, facts.links.pop(one, ()))
        for one, organization in fresh.items():
            facts.organizations[one] = organization
            if one in started:
                facts.links[one] = started[one]
            kin.put(one, organization, started.get(one, ()))
        return {*fresh, *gone}

    def _is_unit(self, one: str, fresh: Mapping[str, Organization]) -> bool:
        return (fresh.get(one) or self.facts.organizations[one]).type == "unit"

    # --- ties and persons --------------------------------------------------------------------------------------------

    def _ties(self, doubted: Collection[str]) -> tuple[set[str], set[str], set[Pair]]:
        """Bring ties up to date; the ids of those that changed, those of the releases and ties beside them, and the pairs
        that they join or joined.

        Ties of `doubted` statements count as changed: words to show for them came or went.
        """
        changed = self._events.settle()
        changed |= {tie for s in doubted if (tie := self._events.tie_of.get(s)) is not None}
        around, pairs = set[str](), set[Pair]()
        for one in sorted(changed):
            old, new = self.facts.drop_tie(one), self._events.ties.get(one)
            for led in _leads_to(old):
                self._leading[led].discard(one)
            for led in _leads_to(new):
                self._leading[led].add(one)
            if new is not None:
                self.facts.put_tie(new)
            for known in (old, new):
                if known is not None:
                    if known.kind in RULES:  # else nothing supports it
                        pairs.update(pairs_of(known))
                    # what leads to it may lead somewhere now, or nowhere
                    around.update(self._leading.get(one, ()))
            if new is not None:
                around.update(r for s in new.statements if (r := self._release_of(s)) is not None)
        self.facts.tie_of = self._events.tie_of
        return changed, around, pairs

    def _release_of(self, statement: str) -> str | None:
        document = self._events.document_of(statement)
        extraction = self.facts.extractions.get(document) if document else None
        return next(nodes_of(extraction)) if extraction else None

    def _persons(self, documents: Collection[str]) -> set[str]:
        """Say again who is named in these documents; the ids of the persons that changed."""
        facts = self.facts
        touched: set[str] = set()
        for document in documents:
            for key in self._person_names.pop(document, ()):
                one = facts.person_of.pop(key)
                touched.add(one)
                facts.documents_of[one].pop(document, None)
            if (extraction := facts.extractions.get(document)) is not None and extraction.persons:
                _, found = persons_of([extraction], facts.organization_of)
                facts.person_of.update(found)
                self._person_names[document] = tuple(found)
                for one in found.values():
                    facts.documents_of[one][document] = None
                    touched.add(one)
        for one in sorted(touched):
            of = facts.documents_of.get(one)
            if of:
                persons, _ = persons_of([facts.extractions[d] for d in of], facts.organization_of)
                facts.persons[one] = next(p for p in persons if p.id == one)
            else:
                facts.documents_of.pop(one, None)
                facts.persons.pop(one, None)
        return touched


def _is_place_of(organization: Organization | None) -> str | None:
    """The name of a prefecture, in which others are located."""
    return organization.name if organization is not None and organization.type == "prefecture" else None


def _stem(mention: Mention) -> str:
    return name_key(registered_name(mention.named.name)).stem


def _leads_to(tie: Tie | None) -> tuple[str, ...]:
    return tuple(one for one in (tie.led_to, tie.renews, tie.ends) if one) if tie else ()


def _spoken_of(decisions: Decisions) -> frozenset[str]:
    """The ids that decisions speak of."""
    ids = {one for pair in decisions.apart for one in pair}
    ids |= {one for d in (*decisions.merges, *decisions.types) for one in (d.subject, d.object)}
    return frozenset({*ids, *map(keyed, decisions.aliases), *(d.subject for d in decisions.aliases.values())})
