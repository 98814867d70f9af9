"""Entity resolution: which names are one organisation, and what is known of it.

Exact keys only, the strongest first: 団体コード (of the body that bore the name on the release's day), the fixed list of
ministries and bureaus, 法人番号 (in the text, or by the registry), then stem, family of legal form and the form's side
(株式会社X and X株式会社 are two companies). A name without a form is the one organisation with that stem. What may be
several stays an unresolved node a (name, publisher's prefecture) that lists them. People's decisions come before all.
"""
from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from graph.codes import is_corporate_number, number_of_local_government
from graph.decisions import Clusters, Decision, Decisions, Refusal
from graph.names import NameKey, legal_form, name_key, normalized
from graph.places import Places
from graph.reference.bodies import registered_name, state_bodies, state_body, state_body_with
from graph.registry import Corporation, NoRegistry, Registry
from nlp.model import ORGANIZATION_TYPES, Extraction, NamedOrganization, Organization, digest

#: Known by their name alone: there is one of each.
_STATE = frozenset({"national_government", "regional_bureau"})
#: Bodies that have a 団体コード.
_PLACES = frozenset({"prefecture", "municipality", "ward"})
#: Types whose names lack a legal form because they have none: such a name never means a company of the same stem.
_FORMLESS = _STATE | _PLACES | {"joint_authority", "government_association", "unit", "council", "consortium", "platform"}
#: Homonyms that an unresolved name lists at most; the country has hundreds of some names.
_CANDIDATES = 20
#: Strength of an id by its second part; the stronger stands for both where a decision makes two one.
_STRENGTH = ("code", "state", "number", "name", "unresolved")


@dataclass(frozen=True, slots=True)
class Mention:
    """One organisation as one document has it; `region` is the prefecture of the document's publisher, `publisher` its
    団体コード where it is a public body, `published` the date prefix of the document."""
    document: str
    named: NamedOrganization
    region: str | None
    published: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Identified:
    """(document, name) → organisation id, the ids that an unresolved one may mean, what each weaker or former id stands
    for, and the decisions that could not be followed."""
    organization_of: Mapping[tuple[str, str], str]
    candidates: Mapping[str, frozenset[str]]
    stands_for: Mapping[str, str]
    refused: tuple[Refusal, ...] = ()


def mentions_of(extraction: Extraction, places: Places) -> Iterator[Mention]:
    """Every name that a document uses for an organisation, its publisher's included where it can be known."""
    document = extraction.document
    named = {one.name: one for one in extraction.organizations}
    used = [p.name for s in extraction.statements for p in s.parties]
    used += [p.organization for p in extraction.persons] + [c.organization for c in extraction.claims]
    for name in used:
        if name not in named:
            named[name] = NamedOrganization(name=name, type="other")
    publisher = _publisher(extraction, named, places)
    if publisher is not None:
        named.setdefault(publisher.name, publisher)
    code, region = _home(publisher, places)
    for name in sorted(named):
        one = named[name]
        if one.type not in ORGANIZATION_TYPES:
            one = replace(one, type="other")
        yield Mention(document.id, one, region, document.published, code)


def _publisher(extraction: Extraction, named: Mapping[str, NamedOrganization],
               places: Places) -> NamedOrganization | None:
    """The publisher where it is one of the document's organisations or a public body that the gazetteer knows."""
    publisher = extraction.document.publisher
    if not publisher:
        return None
    if publisher in named:
        return named[publisher]
    wanted = normalized(publisher)
    codes = places.codes(publisher, extraction.document.published)
    code = codes[0] if len(codes) == 1 else None
    for name in sorted(named):
        if normalized(name) == wanted or (code is not None and named[name].code == code):
            return replace(named[name], name=publisher)
    stem = name_key(publisher).stem
    same_stem = [name for name in sorted(named) if name_key(name).stem == stem]
    if len(same_stem) == 1:
        return replace(named[same_stem[0]], name=publisher)
    if code is not None:
        return NamedOrganization(name=publisher, type=places.type_of(code), code=code)
    body = state_body(publisher)
    return NamedOrganization(name=publisher, type=body.type) if body else None


def _home(publisher: NamedOrganization | None, places: Places) -> tuple[str | None, str | None]:
    """The 団体コード of a publisher that has one, and its prefecture."""
    if publisher is None:
        return None, None
    code = publisher.code if publisher.code and places.place(publisher.code) else None
    if code is None and publisher.type in _PLACES and len(codes := places.codes(publisher.name)) == 1:
        code = codes[0]
    place = places.place(code) if code else None
    return code, place.prefecture if place else publisher.prefecture


# --- which one -------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a name means before others are looked at: `id` where that is settled, `alias` where people have said of whom
    it is another name, else its key; `weak` are ids that it would have had with less known of it."""
    key: NameKey
    id: str | None = None
    weak: tuple[str, ...] = ()
    candidates: frozenset[str] = frozenset()
    alias: str | None = None


def identify(mentions: Sequence[Mention], places: Places, registry: Registry | None = None,
             decisions: Decisions | None = None) -> Identified:
    """Organisation ids of all mentions. Pure but for what `registry` answers; the order of the mentions is no matter."""
    return _Identification(places, registry or NoRegistry(), decisions or Decisions()).of(mentions)


class _Identification:
    """The steps of identifying: what each name means alone, then beside the others, then as people decided."""

    def __init__(self, places: Places, registry: Registry, decisions: Decisions) -> None:
        self._places, self._registry, self._decisions = places, registry, decisions
        self._dated = not isinstance(registry, NoRegistry)
        # who is the alias of its own name is itself
        self._aliases = {key: d for key, d in decisions.aliases.items()
                         if d.subject not in {keyed(key), keyed(NameKey(key.stem))}}
        self._subjects = {d.subject for d in self._aliases.values()}
        #: Key of an alias → ids that releases prove by more than the name; the aliases that a release follows.
        self._proven: dict[NameKey, set[str]] = defaultdict(set)
        self._followed: set[NameKey] = set()
        self._merged = Clusters()
        for merge in decisions.merges:
            self._merged.join(merge.subject, merge.object, merge)
        self._parted = {frozenset(map(self._merged.root, pair)) for pair in decisions.apart if len(pair) == 2}
        #: What the registry has answered, so that it is asked once for a name.
        self._known: dict[NameKey, Sequence[Corporation]] = {}
        self._numbers: dict[NameKey, set[str]] = defaultdict(set)
        self._formed: dict[str, set[NameKey]] = defaultdict(set)
        self._unformed: dict[str, set[str]] = defaultdict(set)
        self._candidates: dict[str, set[str]] = defaultdict(set)
        self._stands: dict[str, set[str]] = defaultdict(set)
        #: Ids that a release gives by what it says, and not only a decision.
        self._natural: set[str] = set()

    def of(self, mentions: Sequence[Mention]) -> Identified:
        told: dict[tuple[object, ...], list[Mention]] = defaultdict(list)
        for mention in mentions:
            told[self._signature(mention)].append(mention)
        meanings = {signature: self._alone(alike[0]) for signature, alike in told.items()}
        for meaning in meanings.values():
            self._note(meaning)
        found: dict[tuple[str, str], str] = {}
        for signature, alike in told.items():
            one = self._beside(meanings[signature], alike[0])
            for mention in alike:
                found[mention.document, mention.named.name] = one
        return self._decided(found)

    def _signature(self, mention: Mention) -> tuple[object, ...]:
        """What the meaning of a mention depends on: equal ones are looked at once."""
        n = mention.named
        on = mention.published if self._dated or n.type in _PLACES or n.code else None
        return (n.name, n.type, n.code, n.prefecture, n.corporate_number, n.security_code, n.edinet_code,
                mention.region, on, mention.publisher if n.type in _PLACES else None)

    # --- a name alone

    def _alone(self, mention: Mention) -> _Meaning:
        named = mention.named
        key = name_key(registered_name(named.name))
        weak = possible_ids(mention)
        strong = self._body(mention, key) or self._number(mention, key)
        if (alias := self._aliases.get(key)) is not None and strong != alias.subject:
            if strong is None:
                self._followed.add(key)
                return _Meaning(key, None, weak, alias=alias.subject)
            self._proven[key].add(strong)
        if strong is not None:
            return _Meaning(key, strong, weak)
        codes = _possible_codes(mention, self._places)
        if len(codes) > 1:
            return _Meaning(key, unresolved(key.stem, mention.region), (),
                            frozenset(f"org:code:{code}" for code in codes))
        if not key.form and named.type in _FORMLESS:
            return _Meaning(key, keyed(key))
        return _Meaning(key, None, weak)

    def _body(self, mention: Mention, key: NameKey) -> str | None:
        """A public body: by code, or by the fixed list."""
        code = _code(mention, self._places)
        if code is not None:
            return f"org:code:{code}"
        if key.form:
            return None
        body = state_body(mention.named.name)
        if body is not None:
            return f"org:state:{body.name}"
        return f"org:state:{normalized(mention.named.name)}" if mention.named.type in _STATE else None

    def _number(self, mention: Mention, key: NameKey) -> str | None:
        """By 法人番号: the text's, that of a 証券コード or EDINETコード of the text, or the only one that can be meant."""
        named = mention.named
        if named.corporate_number and is_corporate_number(named.corporate_number):
            return _numbered(named.corporate_number)
        for code in (named.edinet_code, named.security_code):
            if code and (listed := self._registry.listed(code)) is not None:
                return _numbered(listed.number)
        if named.type in _FORMLESS and not key.form:
            return None
        found = self._homonyms(key, mention.published)
        here = [c for c in found if named.prefecture and c.prefecture == named.prefecture]
        if len(here) == 1:
            return _numbered(here[0].number)
        if len(found) == 1 and self._registry.complete and not (named.prefecture and found[0].prefecture):
            return _numbered(found[0].number)
        return None

    def _homonyms(self, key: NameKey, on: str | None) -> list[Corporation]:
        """Corporations with that name on that day; of a name without a form, with that stem."""
        if (named := self._known.get(key)) is None:
            named = self._registry.named(key) if key.form else self._registry.with_stem(key.stem)
            self._known[key] = named
        return list({c.number: c for c in named if c.there(on)}.values()) if named else []

    # --- beside the others

    def _note(self, meaning: _Meaning) -> None:
        key = meaning.key
        if meaning.id is not None and meaning.id.startswith("org:number:"):
            (self._numbers[key] if key.form else self._unformed[key.stem]).add(meaning.id)
        # an alias too is a name with its stem
        if key.form and (meaning.id is None or meaning.id.startswith("org:number:")):
            self._formed[key.stem].add(key)

    def _beside(self, meaning: _Meaning, mention: Mention) -> str:
        if meaning.alias is not None:
            one = meaning.alias
        elif meaning.candidates and meaning.id is not None:
            one = self._open(meaning.id, set(meaning.candidates))
        elif meaning.id is not None:
            one = meaning.id
        elif meaning.key.form:
            one = self._with_form(meaning.key, mention)
        else:
            one = self._bare(meaning.key, mention)
        if meaning.alias is None and (one not in self._subjects or one in {meaning.id, keyed(meaning.key)}):
            self._natural.add(one)
        for weak in meaning.weak:
            self._stands[weak].add(one)
        return one

    def _with_form(self, key: NameKey, mention: Mention) -> str:
        """A name with its form: its key, or the one number that the key has."""
        mine = keyed(key)
        numbers = {n for n in self._numbers[key] if not self._apart(mine, n)}
        homonyms = self._homonyms(key, mention.published)
        if len(homonyms) < 2:
            return mine if len(numbers) != 1 else next(iter(numbers))
        if len(numbers) == 1:
            (number,) = numbers
            home = self._registry.corporation(number.removeprefix("org:number:"))
            if home is not None and mention.region is not None and home.prefecture == mention.region:
                return number
        open_ = _unresolved_with_form(key, mention.region)
        # what is listed need not be all there are: of one that is left nothing follows
        self._candidates[open_].update(c for c in numbers or _nearest(homonyms, mention.region)
                                       if not self._apart(open_, c))
        return open_

    def _bare(self, key: NameKey, mention: Mention) -> str:
        """A name without a form: the one organisation with that stem."""
        mine, open_ = keyed(key), unresolved(key.stem, mention.region)
        meant = set(self._unformed[key.stem])
        for formed in self._formed[key.stem]:
            # kept apart from a name is kept apart from whose number it turns out to be
            if not self._apart(mine, keyed(formed)) and not self._apart(open_, keyed(formed)):
                meant |= self._with_key(formed)
        left = {one for one in meant if not self._apart(mine, one)}
        return self._open(open_, left) if any(not self._apart(open_, one) for one in left) else mine

    def _with_key(self, formed: NameKey) -> set[str]:
        """What a name with its form is known to mean."""
        alias = self._aliases.get(formed) if formed in self._followed else None
        return self._numbers[formed] | {alias.subject} if alias else self._numbers[formed] or {keyed(formed)}

    def _open(self, open_: str, candidates: set[str]) -> str:
        """What is left of all that a name may mean: the only one, else the open name with its candidates."""
        left = {c for c in candidates if not self._apart(open_, c)}
        if len(left) == 1:
            return next(iter(left))
        self._candidates[open_].update(left)
        return open_

    def _apart(self, one: str, other: str) -> bool:
        return frozenset((self._merged.root(one), self._merged.root(other))) in self._parted

    # --- as people decided

    def _decided(self, found: dict[tuple[str, str], str]) -> Identified:
        stands = _ends({one: next(iter(now)) for one, now in self._stands.items()
                        if one not in self._natural and len(now) == 1})
        refused = self._unfollowed()
        clusters = Clusters()
        apart: dict[str, dict[str, Decision]] = defaultdict(dict)
        for pair, decision in self._decisions.apart.items():
            for one in pair:
                for other in pair - {one}:
                    apart[stands.get(one, one)].setdefault(stands.get(other, other), decision)
        for merge in self._decisions.merges:
            one, other = stands.get(merge.subject, merge.subject), stands.get(merge.object, merge.object)
            if reason := _against(clusters, one, other, apart):
                refused.append(Refusal(merge.place, reason))
            else:
                clusters.join(one, other, merge)
        strongest = {}
        for members in clusters.members().values():
            head = min(members, key=lambda one: (_weakness(one)[0], one not in self._natural, one))
            strongest.update({one: head for one in members})
        for one, candidates in self._candidates.items():
            left = {_follow(c, stands, strongest) for c in candidates}
            if len(left) == 1 < len(candidates):
                strongest.setdefault(one, left.pop())  # all that it may mean have become one
        final = {mention: _follow(one, stands, strongest) for mention, one in found.items()}
        named = set(final.values())
        candidates_of = {one: frozenset(_follow(c, stands, strongest) for c in self._candidates[one])
                         for one in named if one.startswith("org:unresolved:")}
        stands = {one: _follow(one, stands, strongest) for one in sorted({*stands, *strongest})}
        return Identified(final, candidates_of, {one: now for one, now in stands.items() if one != now}, tuple(refused))

    def _unfollowed(self) -> list[Refusal]:
        """Aliases that no release follows, because it proves another by more than the name."""
        return [Refusal(alias.place, f"«{alias.object}» is {' and '.join(sorted(self._proven[key]))} by more than its name")
                for key, alias in self._aliases.items() if self._proven[key] and key not in self._followed]


@cache
def keyed(key: NameKey) -> str:
    """The id of an organisation that is known by its name alone."""
    return "org:name:" + digest(key.stem, key.form, key.side)


@cache
def weaker_ids(name: str) -> tuple[str, ...]:
    """The ids that a name would have with nothing else known of it: that of its key, and of its stem alone."""
    key = name_key(registered_name(name))
    return tuple(dict.fromkeys((keyed(key), keyed(NameKey(key.stem)))))


def possible_ids(mention: Mention) -> tuple[str, ...]:
    """The ids that a mention's name would have with less known of it, or more that bear it."""
    key = name_key(registered_name(mention.named.name))
    return (*weaker_ids(mention.named.name), unresolved(key.stem, mention.region),
            *((_unresolved_with_form(key, mention.region),) if key.form else ()))


@cache
def unresolved(stem: str, region: str | None) -> str:
    """The id of a name that may mean several, as publishers of one prefecture use it."""
    return "org:unresolved:" + digest(stem, region)


@cache
def _unresolved_with_form(key: NameKey, region: str | None) -> str:
    return "org:unresolved:" + digest(key.stem, key.form, key.side, region)


def decided_by(name: str, places: Places) -> str:
    """The id that somebody means who decides about a name. Raises ValueError where it may be that of several places."""
    codes = sorted({*places.codes(name), *places.wards(name)})
    if len(codes) > 1:
        some = " or ".join(f"org:code:{code}" for code in codes)
        raise ValueError(f"«{name}» may be several; write the id of one: {some}")
    return meant_by(name, places)


def meant_by(name: str, places: Places) -> str:
    """The id that goes with a name that somebody writes: a public body's, else that of its key."""
    codes = places.codes(name)
    if len(codes) == 1:
        return f"org:code:{codes[0]}"
    if is_corporate_number(name):
        return _numbered(name)
    body = state_body(name)
    return f"org:state:{body.name}" if body else keyed(name_key(registered_name(name)))


def _numbered(number: str) -> str:
    """The id that goes with a 法人番号: a local government has its code, a ministry its place in the list."""
    code = number[7:]
    if number[1:7] == "000020" and number_of_local_government(code) == number:
        return f"org:code:{code}"
    body = state_body_with(number)
    return f"org:state:{body.name}" if body else f"org:number:{number}"


def _nearest(homonyms: Sequence[Corporation], region: str | None) -> set[str]:
    """Ids of homonyms, those of the region first, as many as are listed."""
    ordered = sorted(homonyms, key=lambda c: (c.prefecture != region, c.number))
    return {_numbered(c.number) for c in ordered[:_CANDIDATES]}


def _weakness(one: str) -> tuple[int, str]:
    return (_STRENGTH.index(one.split(":")[1]), one)


def _follow(one: str, stands: Mapping[str, str], strongest: Mapping[str, str]) -> str:
    one = stands.get(one, one)
    return strongest.get(one, one)


def _ends(stands: Mapping[str, str]) -> dict[str, str]:
    """Where each id leads to in the end; of ids that lead round in a circle all lead to the smallest."""
    found: dict[str, str] = {}
    for begin in stands:
        way, one = [begin], stands[begin]
        while one in stands and one not in way and one not in found:
            way.append(one)
            one = stands[one]
        end = min(way[way.index(one):]) if one in way else found.get(one, one)
        found.update(dict.fromkeys(way, end))
    return found


def _against(clusters: Clusters, one: str, other: str, apart: Mapping[str, Mapping[str, Decision]]) -> str | None:
    """Why two ids must not become one: two bodies or numbers, or a decision to keep them apart."""
    if one == other:
        return None
    ours, theirs = clusters.beside(one), clusters.beside(other)
    bodies = sorted({b for x in ours | theirs if (b := _legal_person(x)) is not None})
    if len(bodies) > 1:
        return f"{' and '.join(bodies)} are different bodies: nothing is merged across two 法人番号"
    kept = [(d.line, x, y, d.place) for x in ours for y, d in apart.get(x, {}).items() if y in theirs and x != y]
    if kept:
        _, x, y, place = min(kept)
        return f"{place} keeps {' and '.join(sorted((x, y)))} apart"
    return None


def _legal_person(one: str) -> str | None:
    return one if one.split(":")[1] in {"code", "state", "number"} else None


def _code(mention: Mention, places: Places) -> str | None:
    """The 団体コード of the body that bore the name on the day: the document's, else that of the only place."""
    named = mention.named
    codes = _possible_codes(mention, places)
    if not named.code or _are_here(codes, mention, places):
        return codes[0] if len(codes) == 1 else None
    if named.code in codes and len(codes) > 1:
        # the extractor's list has the bodies of today alone: an earlier one of the publisher's prefecture goes before
        here = [c for c in codes if (place := places.place(c)) and place.prefecture == mention.region]
        former = [c for c in here if (place := places.place(c)) and place.until is not None]
        if len(here) == 1 and former and not named.prefecture:
            return here[0]
    if len(codes) == 1 and codes[0] != named.code and (place := places.place(codes[0])) and place.until is not None \
            and any(s.before == codes[0] and s.after == named.code for s in places.successions()):
        return codes[0]
    return named.code


def _are_here(codes: Sequence[str], mention: Mention, places: Places) -> bool:
    """Whether these are bodies of the publisher's prefecture with a name that only wards share: a release of 札幌市 means by
    北区 its own, whatever list the extractor knows."""
    return bool(places.wards(mention.named.name, mention.published)) and bool(codes) and all(
        (place := places.place(code)) is not None and place.prefecture == mention.region for code in codes)


def _possible_codes(mention: Mention, places: Places) -> tuple[str, ...]:
    named, on = mention.named, mention.published
    if named.type not in _PLACES:
        return ()
    codes = places.codes(named.name, on)
    if wards := places.wards(named.name, on):
        own = tuple(c for c in wards if mention.publisher in {c, places.city_of(c)})
        codes = own or tuple(sorted({*codes, *wards}))
        here = tuple(c for c in codes if (place := places.place(c)) and place.prefecture == mention.region)
        codes = here or codes
    if len(codes) < 2:
        return codes
    inside = tuple(c for c in codes if (place := places.place(c)) and place.prefecture == named.prefecture)
    return inside or codes


# --- what is known of it ---------------------------------------------------------------------------------------------

def described(mentions: Sequence[Mention], identified: Identified, places: Places, registry: Registry | None = None,
              decisions: Decisions | None = None) -> dict[str, Organization]:
    """Organisations by id, as the mentions, the lists, the registry and people have them."""
    groups: dict[str, dict[NamedOrganization, int]] = defaultdict(lambda: defaultdict(int))
    for mention in mentions:
        named = mention.named
        groups[identified.organization_of[mention.document, named.name]][replace(named, mentions=())] += 1
    decided = decisions or Decisions()
    types = {identified.stands_for.get(d.subject, d.subject): d.object for d in decided.types}
    return {one: _organization(one, groups[one], identified, places, registry or NoRegistry(), types, decided.aliases)
            for one in groups}


def _organization(one: str, named: Mapping[NamedOrganization, int], identified: Identified, places: Places,
                  registry: Registry, types: Mapping[str, str], aliases: Collection[NameKey]) -> Organization:
    names = {n.name for n in named}
    own = {name for name in names if name_key(registered_name(name)) not in aliases}
    name = max(own or names, key=lambda n: (len(unicodedata.normalize("NFKC", n)), [-ord(c) for c in n]))
    fact = _facts(one, places, registry)
    kind = types.get(one) or fact.type or _commonest_type(named)
    name = fact.name or name
    edinet = fact.edinet_code or _commonest((n.edinet_code, count) for n, count in named.items())
    security = fact.security_code or _commonest((n.security_code, count) for n, count in named.items())
    place = places.place(fact.code) if fact.code else None
    return Organization(
        id=one, name=name, type=kind, names=tuple(sorted(names | {name})), sector=ORGANIZATION_TYPES[kind][1],
        legal_form=legal_form(name) or _commonest((n.legal_form, count) for n, count in named.items()),
        code=fact.code, corporate_number=fact.corporate_number,
        prefecture=fact.prefecture or _commonest((n.prefecture, count) for n, count in named.items()),
        latitude=place.latitude if place else None, longitude=place.longitude if place else None,
        candidates=tuple(sorted(identified.candidates.get(one, frozenset()))),
        security_code=security, edinet_code=edinet)


def listed(one: str, places: Places, registry: Registry | None = None) -> Organization:
    """An organisation that no release names, as a list or the registry has it."""
    fact = _facts(one, places, registry or NoRegistry())
    place = places.place(fact.code) if fact.code else None
    kind, name = fact.type or "other", fact.name or one
    return Organization(id=one, name=name, type=kind, names=(name,), sector=ORGANIZATION_TYPES[kind][1],
                        legal_form=legal_form(name), code=fact.code, corporate_number=fact.corporate_number,
                        prefecture=fact.prefecture, latitude=place.latitude if place else None,
                        longitude=place.longitude if place else None, security_code=fact.security_code,
                        edinet_code=fact.edinet_code)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What lists and registry say of an organisation."""
    name: str | None = None
    type: str | None = None
    code: str | None = None
    corporate_number: str | None = None
    prefecture: str | None = None
    edinet_code: str | None = None
    security_code: str | None = None


def _facts(one: str, places: Places, registry: Registry) -> _Facts:
    _, sort, rest = one.split(":", 2)
    if sort == "code":
        place = places.place(rest)
        number = number_of_local_government(rest) if place is None or place.type != "ward" else None
        return _Facts(code=rest, corporate_number=number) if place is None else \
            _Facts(place.name, place.type, rest, number, place.prefecture)
    if sort == "state":
        body = state_bodies().get(rest)
        return _Facts(body.name, body.type, corporate_number=body.number) if body else _Facts()
    if sort == "number":
        known = registry.corporation(rest)
        return _Facts(corporate_number=rest) if known is None else \
            _Facts(known.name, None, None, rest, known.prefecture, known.edinet_code, known.security_code)
    return _Facts()


def _commonest(values: Iterable[tuple[str | None, int]]) -> str | None:
    """The value that occurs most; of equals the first in order."""
    counted: Counter[str] = Counter()
    for value, count in values:
        if value:
            counted[value] += count
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None


def _commonest_type(named: Mapping[NamedOrganization, int]) -> str:
    """The commonest type, but anything rather than «other», which a bare mention is given."""
    counted: Counter[str] = Counter()
    for one, count in named.items():
        counted[one.type] += count
    order = list(ORGANIZATION_TYPES)
    return min(counted, key=lambda kind: (kind == "other", -counted[kind], order.index(kind)))
