"""Which of the proposed ties a page asserts: none twice, no rival of a kept one, and how sure that is."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlp.reader import Seen
from nlp.ties import choice
from nlp.ties.anchors import Anchor
from nlp.ties.choice import Chosen, choose, numbers, patterns, picked
from nlp.ties.readings import Proposal, Reading, proposals, read
from tests.nlp.ties.pages import fitted, named, seen

FIRM, SHOP = "ほおずき株式会社", "株式会社はなれ"


def chosen(text: str, title: str | None = None, least: float | None = None) -> tuple[Seen, list[Chosen]]:
    page = seen(text, title)
    models, judges = fitted()
    return page, choose(page.scene, page.anchors, models, judges if least is None else replace(judges, least=least))


def told(text: str, title: str | None = None) -> list[tuple[str, set[str]]]:
    page, found = chosen(text, title)
    return [(c.kind, named(page, set(c.roles))) for c in found]


def proposal(kind: str, *parties: int, number: int = 0, block: int = 0, score: float = 0.5) -> tuple[choice.Key, list[Proposal]]:
    """A proposal of an anchor as it would be read."""
    anchor = Anchor(10 * number, 10 * number + 2, block, "協定", (kind,))
    reading = Reading(number, anchor, [], kind, 0.9, 0.9, 0.5, dict.fromkeys(parties, 0.9), {}, frozenset(parties), {})
    return (kind, frozenset(parties)), [Proposal(reading, dict.fromkeys(parties, "party"), 1.0, False, score)]


def kept(*made: tuple[choice.Key, list[Proposal]], weight: list[float], least: float = 0.3) -> list[int]:
    return picked([key for key, _ in made], dict(made), np.array(weight), least)


@pytest.mark.parametrize(("text", "ties"), [
    (f"高山市と{FIRM}は、連携協定を締結しました。", [("partnership", {"高山市", FIRM})]),
    (f"{FIRM}は、高山市に毛布を寄贈しました。", [("donation", {"高山市", FIRM})]),
    (f"高山市、{FIRM}、{SHOP}の3者は、連携協定を締結しました。", [("partnership", {"高山市", FIRM, SHOP})]),
    (f"{FIRM}は、高山市、飛騨市とそれぞれ連携協定を締結しました。", [("partnership", {"高山市", FIRM}), ("partnership", {"飛騨市", FIRM})]),
    (f"{FIRM}の連携協定とは何かを、高山市で学ぶ会がありました。", []),
    ("高山市は雨でした。", []),
])
def test_the_obvious_ties_of_a_page_are_chosen(text: str, ties: list[tuple[str, set[str]]]) -> None:
    assert told(text) == ties


def test_what_title_and_text_tell_is_one_tie_with_both_as_its_places() -> None:
    page, found = chosen(f"高山市と{FIRM}は、連携協定を締結しました。", title=f"高山市と{FIRM}が連携協定を締結しました")
    tie, = found
    assert named(page, set(tie.roles)) == {"高山市", FIRM}
    assert {a.block for a in tie.anchors} == {0, 1}


def test_two_events_come_in_the_order_of_their_places() -> None:
    text = f"{FIRM}は、高山市に毛布を寄贈しました。\n飛騨市と{SHOP}は、連携協定を締結しました。"
    _, found = chosen(text)
    assert [c.kind for c in found] == ["donation", "partnership"]
    assert [c.anchors[0].start for c in found] == sorted(c.anchors[0].start for c in found)


def test_the_heaviest_is_kept_and_none_below_the_least_weight() -> None:
    made = [proposal("partnership", 0, 1), proposal("donation", 2, 3, number=1, block=1), proposal("founding", 4, 5, number=2, block=2)]
    assert kept(*made, weight=[0.4, 0.9, 0.2]) == [1, 0]
    assert kept(*made, weight=[0.4, 0.9, 0.2], least=0.5) == [1]
    assert kept(*made, weight=[0.4, 0.9, 0.2], least=0.95) == []


def test_a_rival_of_the_same_parties_loses() -> None:
    # the same parties as another agreement, wherever it is told
    assert kept(proposal("partnership", 0, 1), proposal("memorandum", 0, 1, number=5, block=5), weight=[0.6, 0.7]) == [1]
    # the same parties in the same sentence as something else
    assert kept(proposal("partnership", 0, 1), proposal("donation", 0, 1, number=1), weight=[0.6, 0.7]) == [1]
    # but who opens a body can run it, too
    assert kept(proposal("founding", 0, 1), proposal("secretariat", 0, 1, number=1), weight=[0.6, 0.7]) == [1, 0]
    # in another sentence that is another event
    assert kept(proposal("partnership", 0, 1), proposal("donation", 0, 1, number=1, block=1), weight=[0.6, 0.7]) == [1, 0]


def test_more_or_fewer_parties_of_the_same_event_are_no_second_tie() -> None:
    three, two = proposal("partnership", 0, 1, 2), proposal("partnership", 0, 1, number=1, block=1)
    assert kept(three, two, weight=[0.8, 0.7]) == [0]
    assert kept(three, two, weight=[0.7, 0.8]) == [1]
    # half of them in common is one event too, less is another
    assert kept(three, proposal("partnership", 1, 2, 3, number=1), weight=[0.8, 0.7]) == [0]
    assert kept(three, proposal("partnership", 2, 3, 4, number=1), weight=[0.8, 0.7]) == [0, 1]


def test_members_of_a_party_of_one_anchor_are_not_told_twice() -> None:
    # one word tells one thing of parties that lie within each other
    assert kept(proposal("pfi", 0, 1, 2), proposal("membership", 1, 2), weight=[0.8, 0.7]) == [0]
    assert kept(proposal("pfi", 0, 1, 2), proposal("membership", 1, 2, number=1), weight=[0.8, 0.7]) == [0, 1]


def test_a_higher_bar_keeps_no_more() -> None:
    text = f"{FIRM}は、高山市に毛布を寄贈しました。\n飛騨市と{SHOP}は、連携協定を締結しました。"
    numbers_ = [len(chosen(text, least=least)[1]) for least in (0.05, 0.36, 0.999)]
    assert numbers_ == sorted(numbers_, reverse=True)
    assert numbers_[1] == 2 and numbers_[2] == 0


def test_confidence_is_a_rising_line_between_nothing_and_one() -> None:
    judges = replace(fitted()[1], measured=((0.2, 0.1), (0.4, 0.5), (0.8, 0.9)))
    line = [choice._measured(judges, w) for w in (0.0, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)]
    assert line == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9])
    for judges in (fitted()[1], choice.stored_judges()):
        line = [choice._measured(judges, w / 50) for w in range(51)]
        assert line == sorted(line)
        assert all(0 < p < 1 for p in line)


def test_every_proposal_is_weighed_by_the_same_numbers() -> None:
    page = seen(f"{FIRM}は、高山市、飛騨市とそれぞれ連携協定を締結しました。\n{FIRM}は、高山市に毛布を寄贈しました。")
    models = fitted()[0]
    proposed = proposals(page.scene, read(page.scene, page.anchors, models), models.joint)
    rows = numbers(page.scene, proposed)
    assert rows.shape[0] == len(proposed) == len(patterns(page.scene, proposed)) > 3
    assert np.isfinite(rows).all()
    assert np.array_equal(rows, numbers(page.scene, proposed))
