"""Who takes part in what a page of case stories tells: those whom a part names, not everywhere whose the page is. Firms are invented."""
from __future__ import annotations

from nlp.ties.anchors import Anchor
from nlp.ties.candidates import Scene
from nlp.ties.readings import Proposal, Reading
from nlp.ties.stories import Key, within_stories
from tests.nlp.test_stories import STORIES, TITLE
from tests.nlp.ties.pages import number, seen

PUBLISHER = "株式会社つゆくさ堂"


def kept(text: str, *told: tuple[str, str]) -> list[bool]:
    """Whether a tie of the publisher with a town is kept that a word of a page tells."""
    page = seen(text, TITLE, PUBLISHER)
    keys = {town: ("partnership", frozenset((number(page, town), number(page, PUBLISHER)))) for town, _ in told}
    proposed = {keys[town]: [proposal(page.scene, keys[town], word)] for town, word in told}
    left = within_stories(page.scene, proposed)
    return [keys[town] in left for town, _ in told]


def proposal(scene: Scene, key: Key, word: str) -> Proposal:
    """A proposal that a word of a page makes."""
    start = scene.layout.page.norm.index(word)
    block = next(n for n, b in enumerate(scene.layout.blocks) if b.sentence.start <= start < b.sentence.end)
    anchor = Anchor(start, start + len(word), block, word, (key[0],))
    reading = Reading(0, anchor, [], key[0], 0.9, 0.9, 0.5, dict.fromkeys(key[1], 0.9), {}, key[1], {})
    return Proposal(reading, dict.fromkeys(key[1], "party"), 1.0, False, 0.5)


def test_the_publisher_takes_part_where_a_part_names_it_alone() -> None:
    assert kept(STORIES, ("茅野市", "地図が"), ("諏訪市", "石けん"), ("原村", "屋台")) == [True, False, False]


def test_a_publisher_whom_no_part_names_is_meant_in_each() -> None:
    text = STORIES.replace("株式会社つゆくさ堂が", "町の子が")
    assert kept(text, ("茅野市", "地図が"), ("諏訪市", "石けん")) == [True, True]
    # a town of another part is not
    assert kept(text, ("諏訪市", "屋台")) == [False]


def test_what_stands_outside_the_parts_is_anybody_s() -> None:
    assert kept(STORIES, ("諏訪市", "学ぶこと")) == [True]
