"""Who is meant by a name of `left_out`: whom a sentence does not name, seen from where a phrase is read."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from nlp.patterns import pattern
from nlp.ties.kinds import COLLECTIVE
from nlp.ties.phrases.place import Place
from nlp.ties.phrases.subjects import called
from nlp.ties.signs import number_of
from nlp.ties.view import View

#: Roles of what others make, join or own.
MADE = frozenset({"collective", "investee"})
#: Kinds of what is awarded to whoever was chosen, and how many blocks below an agreement with them is told.
_AWARDS, _CHOSEN = frozenset({"outsourcing", "pfi"}), 12
#: A tie is told no further from what is said about it, in blocks.
_NEAR = 8
#: Kinds of which a broker leads to none.
_LED_TO_NONE = frozenset({"brokerage", "membership", "secretariat", "founding", "investment"})
#: The topic is known of a sentence that names nobody else, no further than this behind, in blocks.
_JUST = 2
#: Who was named last is meant no further than so many sentences behind, what a label names than so many lines, what stands
#: alone in a line of a list than so many.
_SENTENCES, _LINES, _ROWS = 3, 6, 3


def whom(who: str, place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Those meant by a name of `left_out`, with its classes; nobody of those `taken` fits a class."""
    found = (_ranked(one, place, taken) for one in who.split("|"))
    return next((them for them in found if them), ())


def _ranked(who: str, place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Those meant by one name, of the first of its ranked classes that somebody is of."""
    who, _, wanted = who.partition(":")
    ranked = (_of_classes(who, classes, place, taken) for classes in wanted.split("//"))
    return next((found for found in ranked if found), ())


def led(connected: Set[int], brokers: Set[int], place: Place) -> tuple[int, ...]:
    """The parties of the tie told last that brokers can have led to: all those connected and others."""
    near = (t for t in reversed(place.told) if t.kind not in _LED_TO_NONE and place.block - t.block <= _NEAR)
    parties = ({e for e, role in t.parties if role not in MADE or t.kind not in COLLECTIVE} for t in near)
    return next((tuple(sorted(them)) for them in parties if connected <= them and len(them - brokers) > 1), ())


def played(kind: str, role: str, place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Who plays a role of a kind in the last tie of it that has somebody else play it."""
    near = (t for t in reversed(place.told) if t.kind == kind and place.block - t.block <= _NEAR)
    players = (tuple(e for e, r in t.parties if r == role) for t in near)
    return next((them for them in players if them and taken.isdisjoint(them)), ())


def _of_classes(who: str, wanted: str, place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Those meant, where they are of one of some classes, else the one of the first class that the page names so."""
    classes = wanted.rstrip("!").split("/")
    for one in classes:
        meant = _CLASSED[who](place, taken, one) if who in _CLASSED else _MEANT[who](place, taken)
        if not one or (meant and place.view.all_of(meant, one)):
            return meant
    return () if wanted.endswith("!") or not place.start else _named_of(classes, place, taken)


def _named_of(classes: Sequence[str], place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The most named one of the first class that somebody is of; of several classes those named below count, too."""
    view = place.view
    free = [m for m in view.names.mentions if m.entity not in taken]
    known = [m.entity for m in reversed(free) if m.start < place.start]
    if len(classes) > 1:
        known += [m.entity for m in free if m.start >= place.start]
    fitting = ([e for e in known if view.of(e, one)] for one in classes)
    return next(((max(them, key=lambda e: view.often[e]),) for them in fitting if them), ())


def _here(place: Place, taken: Set[int], wanted: str) -> tuple[int, ...]:
    """Who stands here: whom the sentence or a heading is about, who speaks, else the only one that is near."""
    headed = place.headed.whom if wanted or _several_public(place, place.headed.whom + place.home) else ()
    subjects = (*place.subject.named, place.subject.whom) if wanted else (place.subject.whom,)
    for meant in (*subjects, headed, place.home, place.topic.whom[:1] if wanted else ()):
        if meant and taken.isdisjoint(meant) and place.view.all_of(meant, wanted):
            return meant
    return () if place.home else _before(place, taken) or _only_public(place, taken) or _just(place, taken)


def _near(place: Place, taken: Set[int], wanted: str) -> tuple[int, ...]:
    """The one of a class that a list above names, else the one named last before the place, rather one that it acts on, or in the title."""
    view, block = place.view, place.block
    lines = [n for n in range(block - 1, max(-1, block - 1 - _LINES), -1) if place.in_list and _names(view, n)]
    lines += [n for n in range(block - 1, max(-1, block - 1 - _ROWS), -1) if place.in_list and _alone(view, n)]
    titles = [n for n, b in enumerate(view.blocks[:block]) if b.kind == "title"]
    for number in (*lines, block, *reversed(view.told_above(block, _SENTENCES)), *titles):
        fitting = [m for m in view.mentions(number) if m.entity not in taken and (not wanted or view.of(m.entity, wanted))]
        above = [m for m in fitting if number != block or m.start < place.start]
        objects = [m for m in above if pattern("phrases", "object").match(view.norm, m.end)]
        if above:
            return ((objects or above)[-1].entity,)
    return ()


def _only(place: Place, taken: Set[int], wanted: str) -> tuple[int, ...]:
    """The only organisation of a class that the page names besides those taken."""
    fitting = tuple(e for e in place.view.often if e not in taken and place.view.of(e, wanted))
    return fitting if len(fitting) == 1 else ()


def _page(place: Place, taken: Set[int], wanted: str) -> tuple[int, ...]:
    """The first organisation of a class that the title names."""
    view = place.view
    head = view.names.between(0, view.layout.page.head)
    return tuple(m.entity for m in head if m.entity not in taken and (not wanted or view.of(m.entity, wanted)))[:1]


def _above(place: Place, taken: Set[int], wanted: str) -> tuple[int, ...]:
    """Those of a class whom the sentence right above names, all of them."""
    named = dict.fromkeys(m.entity for m in place.view.mentions(place.block - 1)) if place.block else {}
    return tuple(e for e in named if e not in taken and place.view.of(e, wanted))


def _alone(view: View, block: int) -> bool:
    """Whether a line of a list names one organisation."""
    return view.blocks[block].kind in ("row", "item", "labelled") and len({m.entity for m in view.mentions(block)}) == 1


def _names(view: View, block: int) -> bool:
    """Whether a line tells by its label what something is called."""
    return view.blocks[block].kind == "labelled" and pattern("phrases", "name_label").match(view.text(block)) is not None


def _leader(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Whom the sentence or one of those above calls the one that represents a group."""
    view = place.view
    for number in (place.block, *reversed(view.told_above(place.block, _SENTENCES))):
        found = pattern("phrases", "leads").search(view.signed(number))
        if found:
            entities = tuple(view.groups(number)[number_of(found[1] or found[2])].entities)
            return entities if taken.isdisjoint(entities) else ()
    return ()


def _several_public(place: Place, entities: Sequence[int]) -> bool:
    """Whether there are several organisations, and all of them are public."""
    return len(entities) > 1 and place.view.all_of(entities, "public")


def _before(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The only one that the block before names, where it is of the other sector than the only one of this block."""
    view = place.view
    here, before = ({m.entity for m in view.mentions(n)} for n in (place.block, max(0, place.block - 1)))
    if here != taken or len(here) != 1 or len(before) != 1:
        return ()
    (mine,), (other,) = here, before
    return (other,) if view.public(mine) != view.public(other) else ()


def _only_public(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The only public organisation of a page, for those of a line who are not public."""
    if place.view.blocks[place.block].kind in ("prose", "title"):
        return ()
    public = tuple(e for e in place.view.often if place.view.public(e))
    return public if len(public) == 1 and taken.isdisjoint(public) else ()


def _just(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The only one that one of the two sentences before is about."""
    near = len(place.topic.whom) == 1 and place.block - place.topic.block <= _JUST
    return place.topic.whom if near and taken.isdisjoint(place.topic.whom) else ()


def _subject(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Whom the sentence is about, else that before it, the publisher, the other side of the tie told last, or the topic."""
    subject = place.subject
    known = next((named for named in (subject.whom, *subject.named) if not set(named) <= taken), ())
    if known:
        return known
    if subject.unknown or (not place.home and len({place.view.public(e) for e in taken}) > 1):
        return ()
    home = place.home if place.home and taken.isdisjoint(place.home) else _head_of(place, taken)
    return _goes_on(place, taken) or home or _unlike(place, taken) or _main_or_topic(place)


def _head_of(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Whom the heading above names, of a page without publisher one of the other sector than those taken."""
    whom = place.headed.whom
    alike = not place.home and {place.view.public(e) for e in whom} & {place.view.public(e) for e in taken}
    return () if alike else whom


def _speaker(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The publisher, else the topic."""
    return place.home or _main_or_topic(place)


def _goes_on(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Whom the sentence before is about, where it is of the other sector than those taken."""
    topic = place.topic
    if len(topic.whom) != 1 or place.block - topic.block > 1 or place.in_list or not taken.isdisjoint(topic.whom):
        return ()
    return topic.whom if {place.view.public(e) for e in taken} == {not place.view.public(topic.whom[0])} else ()


def _main_or_topic(place: Place) -> tuple[int, ...]:
    """In a list whom the page names most, else the topic."""
    main = place.view.most_named[:1] if place.in_list else ()
    return main or place.topic.whom[:1]


def _unlike(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The one of the tie told last that is public where those taken are not, or the other way round."""
    public = {place.view.public(e) for e in taken}
    last = tuple(e for e in _last(place, taken) if place.view.public(e) not in public)
    return last if len(last) == 1 and taken.isdisjoint(last) else ()


def _partner(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Who does something with those taken: whom the sentence is about, else who speaks, else who is named most."""
    subject = place.subject
    if subject.unknown:
        return ()
    known = (*subject.named, subject.whom, place.home, place.view.most_named[:1], place.topic.whom[:1])
    return next((meant for meant in known if meant and taken.isdisjoint(meant)), ())


def _called(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Whom a common noun means: of those named up to here the last that it calls, else the only one of the page."""
    view, noun = place.view, place.noun.lstrip("同両")
    end = view.blocks[place.block].sentence.end
    fitting = [m for m in view.names.mentions if m.entity not in taken and called(view.entity(m.entity), noun)]
    above = [m.entity for m in fitting if m.start < end]
    only = tuple({m.entity for m in fitting})
    return tuple(above[-1:]) or (only if len(only) == 1 else ())


def _made(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The collective or investee of the last tie that has one."""
    made = (tuple(e for e, role in told.parties if role in MADE) for told in reversed(place.told))
    return next((entities for entities in made if entities), ())


def _founders(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The founders of what the last tie made, where this or the block before tells that."""
    last = next((t for t in reversed(place.told) if t.kind in COLLECTIVE), None)
    if last is None or last.kind != "founding" or place.block - last.block > 1:
        return ()
    return tuple(e for e, role in last.parties if role == "founder")


def _chosen(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The other parties of the award told last that has those taken."""
    near = (t.entities for t in reversed(place.told) if t.kind in _AWARDS and place.block - t.block <= _CHOSEN)
    return next((tuple(sorted(them - taken)) for them in near if taken <= them), ())


def _last(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The parties of the tie told last."""
    return tuple(sorted(place.told[-1].entities)) if place.told else ()


#: Names of `left_out` that ask for a class → those whom they mean.
_CLASSED: Mapping[str, Callable[[Place, Set[int], str], tuple[int, ...]]] = {
    "above": _above, "here": _here, "near": _near, "only": _only, "page": _page}
#: Names of `left_out` → those whom they mean at a place, where some are taken; `led` asks for brokers, `same` for a kind.
_MEANT: Mapping[str, Callable[[Place, Set[int]], tuple[int, ...]]] = {
    "named": lambda place, taken: place.subject.whom,
    "subject": _subject,
    "partner": _partner,
    "called": _called,
    "pair": lambda place, taken: place.headed.pair,
    "leader": _leader,
    "headed": lambda place, taken: place.headed.whom,
    "home": lambda place, taken: place.home,
    "speaker": _speaker,
    "topic": lambda place, taken: place.topic.whom[:1] or place.home,
    "made": _made,
    "founders": _founders,
    "chosen": _chosen,
    "last": _last,
}
