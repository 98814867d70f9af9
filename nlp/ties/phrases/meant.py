"""Who is meant by a name of `left_out`: whom a sentence does not name, seen from where a phrase is read."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from nlp.ties.kinds import COLLECTIVE
from nlp.ties.phrases.place import Place
from nlp.ties.phrases.subjects import called

#: Roles of what others make, join or own.
MADE = frozenset({"collective", "investee"})
#: A tie is told no further from what is said about it, in blocks.
_NEAR = 8
#: The topic is known of a sentence that names nobody else, no further than this behind, in blocks.
_JUST = 2


def whom(who: str, place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Those meant by a name of `left_out`, with its classes; nobody of those `taken` fits a class."""
    who, _, wanted = who.partition(":")
    ranked = (_of_classes(who, classes, place, taken) for classes in wanted.split("//"))
    return next((found for found in ranked if found), ())


def led(connected: Set[int], brokers: Set[int], place: Place) -> tuple[int, ...]:
    """The parties of the tie told last that brokers can have led to: all those connected and others."""
    near = (t for t in reversed(place.told) if t.kind != "brokerage" and place.block - t.block <= _NEAR)
    parties = ({e for e, role in t.parties if role not in MADE or t.kind not in COLLECTIVE} for t in near)
    return next((tuple(sorted(them)) for them in parties if connected <= them and len(them - brokers) > 1), ())


def _of_classes(who: str, wanted: str, place: Place, taken: Set[int]) -> tuple[int, ...]:
    """Those meant, where they are of one of some classes, else the one of the first class that the page names so."""
    classes = wanted.rstrip("!").split("/")
    for one in classes:
        meant = _here(place, taken, one) if who == "here" else _MEANT[who](place, taken)
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
    for meant in (place.subject.whom, headed, place.home, place.topic.whom[:1] if wanted else ()):
        if meant and taken.isdisjoint(meant) and place.view.all_of(meant, wanted):
            return meant
    return () if place.home else _before(place, taken) or _only_public(place, taken) or _just(place, taken)


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
    """Whom the sentence is about, else the publisher, the other side of the tie told last, or the topic."""
    subject = place.subject
    if not set(subject.whom) <= taken:
        return subject.whom
    if subject.unknown or (not place.home and len({place.view.public(e) for e in taken}) > 1):
        return ()
    return place.home or _unlike(place, taken) or _main_or_topic(place)


def _speaker(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The publisher, else the topic."""
    return place.home or _main_or_topic(place)


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


def _last(place: Place, taken: Set[int]) -> tuple[int, ...]:
    """The parties of the tie told last."""
    return tuple(sorted(place.told[-1].entities)) if place.told else ()


#: Names of `left_out` → those whom they mean at a place, where some are taken; `here` asks for a class, `led` for brokers.
_MEANT: Mapping[str, Callable[[Place, Set[int]], tuple[int, ...]]] = {
    "named": lambda place, taken: place.subject.whom,
    "subject": _subject,
    "partner": _partner,
    "called": _called,
    "pair": lambda place, taken: place.headed.pair,
    "headed": lambda place, taken: place.headed.whom,
    "home": lambda place, taken: place.home,
    "speaker": _speaker,
    "topic": lambda place, taken: place.topic.whom[:1] or place.home,
    "made": _made,
    "last": _last,
}
