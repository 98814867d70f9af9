"""What an anchor is read as: a kind, likely parties, sets of them that are proposed, one event or one each, roles."""
from __future__ import annotations

import pytest

from nlp.linear import Linear
from nlp.reader import Seen
from nlp.ties.readings import Models, Proposal, Reading, proposals, read
from tests.nlp.ties.pages import named, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"

Proposed = dict[tuple[str, frozenset[int]], list[Proposal]]


def yes(bias: float, **weights: float) -> Linear:
    """A classifier of two classes by hand."""
    return Linear(("False", "True"), (bias,), {k.replace("_", "="): (w,) for k, w in weights.items()})


#: Classifiers by hand: an anchor tells what its first kind is, and who stands in its sentence is party to it; who is its
#: subject gives or joins, and several are in one event unless the sentence says «それぞれ».
MODELS = Models(
    asserted=yes(-3.0, **{"m_done": 6.0}),
    kind=Linear(("donation", "membership", "partnership"), (0.0, 0.0, 0.0),
                {"K=donation": (4.0, 0.0, 0.0), "K=membership": (0.0, 4.0, 0.0), "K=partnership": (0.0, 0.0, 4.0)}),
    party=yes(-3.0, place_here=6.0, **{"side_before": 1.0}),
    role=Linear(("donation:donor", "donation:recipient", "membership:collective", "membership:member"), (0.0, 0.0, 0.0, 0.0),
                {"case=subject|before": (3.0, 0.0, 0.0, 3.0), "case=to|before": (0.0, 3.0, 3.0, 0.0)}),
    joint=yes(2.5, **{"jw_それぞれ": -5.0}))


def readings(page: Seen) -> list[Reading]:
    return read(page.scene, page.anchors, MODELS)


def proposed(page: Seen) -> Proposed:
    return proposals(page.scene, readings(page), MODELS.joint)


def sets(page: Seen, kind: str) -> list[set[str]]:
    return [named(page, parties) for k, parties in proposed(page) if k == kind]


def test_two_who_sign_are_proposed_as_one_tie() -> None:
    page = seen("茅野市と社会福祉法人つゆくさ会は、連携協定を締結しました。")
    assert {(r.anchor.word, r.kind) for r in readings(page)} == {("連携協定", "partnership"), ("締結", "partnership")}
    (key, made), = proposed(page).items()
    assert key == ("partnership", frozenset({0, 1}))
    # both words of the sentence tell it, in their order
    assert [p.reading.anchor.word for p in made] == ["連携協定", "締結"]
    assert all(p.roles == {0: "party", 1: "party"} and not p.each and p.joint == 1 for p in made)


def test_what_is_not_asserted_or_has_no_second_organisation_is_not_read() -> None:
    assert readings(seen(f"{A}の連携協定とは何かを、茅野市で学ぶ。")) == []
    assert readings(seen("茅野市は、連携協定を締結しました。")) == []


def test_a_bystander_is_less_likely_and_left_out_of_a_proposal() -> None:
    page = seen(f"茅野市と{A}は、連携協定を締結しました。諏訪市は雨でした。")
    reading = readings(page)[0]
    likely = {page.names.entities[e].name: p for e, p in reading.party.items()}
    assert likely["諏訪市"] < 0.5 < min(likely["茅野市"], likely[A])
    assert named(page, reading.here) == {"茅野市", A}
    assert {"茅野市", A} in sets(page, "partnership")
    best = max(proposed(page).items(), key=lambda kv: max(p.score for p in kv[1]))
    assert named(page, best[0][1]) == {"茅野市", A}


def test_who_publishes_is_proposed_with_the_one_who_is_named() -> None:
    page = seen(f"{A}と連携協定を締結しました。", publisher="茅野市")
    assert {"茅野市", A} in sets(page, "partnership")


def test_a_title_and_its_sentence_are_read_together() -> None:
    page = seen(f"諏訪市と{B}も連携協定を締結しました。", title=f"茅野市と{A}が連携協定を締結しました")
    assert {"茅野市", A, "諏訪市", B} in sets(page, "partnership")


def test_several_in_one_event_or_one_each() -> None:
    together = seen(f"茅野市、{A}、{B}の3者は、連携協定を締結しました。")
    key = ("partnership", frozenset(range(3)))
    assert {p.each for p in proposed(together)[key]} == {False}
    assert not any(p.each for made in proposed(together).values() for p in made)
    apart = seen(f"{A}は、茅野市、諏訪市とそれぞれ連携協定を締結しました。")
    made = proposed(apart)
    firm, one, two = range(3)
    assert all(p.joint < 0.5 for p in made["partnership", frozenset(range(3))])
    for city in (one, two):
        each = [p for p in made["partnership", frozenset({firm, city})] if p.each]
        assert each and all(p.joint > 0.5 for p in each)
    # the firm they share is in every one of them: the cities among themselves have none
    assert not any(p.each for p in made.get(("partnership", frozenset({one, two})), []))


def test_who_shares_a_tie_with_every_other_is_the_publisher_where_it_is_one_of_them() -> None:
    page = seen(f"{A}と{B}は、茅野市とそれぞれ連携協定を締結しました。", publisher=A)
    each = {frozenset(named(page, parties)) for (_, parties), made in proposed(page).items() if any(p.each for p in made)}
    assert each == {frozenset({A, B}), frozenset({A, "茅野市"})}


def test_a_gift_goes_from_one_to_the_other() -> None:
    page = seen(f"{A}は、茅野市に絵本を寄贈しました。")
    made = proposed(page)["donation", frozenset({0, 1})]
    assert made[0].roles == {0: "donor", 1: "recipient"}


def test_gifts_to_several_are_one_each_of_giver_and_taker() -> None:
    page = seen(f"{A}は、茅野市と諏訪市に、それぞれ絵本を寄贈しました。")
    each = {frozenset(named(page, parties)) for (_, parties), made in proposed(page).items() if any(p.each for p in made)}
    assert each == {frozenset({A, "茅野市"}), frozenset({A, "諏訪市"})}


def test_roles_are_never_all_the_same() -> None:
    page = seen(f"茅野市と{A}は、絵本を寄贈しました。")
    made = proposed(page)["donation", frozenset({0, 1})]
    assert all(sorted(p.roles.values()) == ["donor", "recipient"] for p in made)


def test_of_members_one_is_the_collective() -> None:
    page = seen(f"茅野市と{A}は、やまなみ地域協議会に加入し、活動を開始しました。")
    made = proposed(page)["membership", frozenset({0, 1, 2})]
    assert {page.names.entities[e].name: role for e, role in made[0].roles.items()} == {
        "茅野市": "member", A: "member", "やまなみ地域協議会": "collective"}


@pytest.mark.parametrize("text", [
    f"茅野市と{A}は、連携協定を締結しました。", f"{A}は、茅野市、諏訪市とそれぞれ連携協定を締結しました。", f"{A}は、茅野市に絵本を寄贈しました。"])
def test_a_proposal_is_no_likelier_than_its_reading(text: str) -> None:
    for (kind, parties), made in proposed(seen(text)).items():
        assert len(parties) >= 2
        for p in made:
            assert p.reading.kind == kind and p.roles.keys() == parties
            assert 0 <= p.score <= p.reading.asserted * p.reading.likely
