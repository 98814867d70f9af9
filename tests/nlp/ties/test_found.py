"""A tie that was chosen gets its state, its day, its name, the places that tell it, and what a brokerage led to."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from nlp.dates import DateMention
from nlp.reader import Seen
from nlp.ties import found as stage
from nlp.ties.anchors import Anchor
from nlp.ties.choice import Chosen
from nlp.ties.found import Found, find_ties
from tests.nlp.ties.pages import at, number, seen

FIRM, SHOP, BROKER = "株式会社すずかけ通信", "みなも建設株式会社", "株式会社つなぎ手"


@dataclass
class Told:
    """Days and states as a test tells them: by the kind of a tie, or by the word of an anchor where that says more."""
    page: Seen
    states_of: Mapping[str, str] = field(default_factory=dict)
    days_of: Mapping[str, int] = field(default_factory=dict)

    def states(self, anchors: Sequence[Anchor], kind: str, entities: frozenset[int], date: DateMention | None) -> dict[str, float]:
        said = next((self.states_of[a.word] for a in anchors if a.word in self.states_of), self.states_of.get(kind, "concluded"))
        return {s: 0.8 if s == said else 0.1 for s in ("concluded", "ended", "planned")}

    def date(self, anchors: Sequence[Anchor], kind: str, status: str | None, entities: frozenset[int]) -> DateMention | None:
        days = (self.days_of[x] for a in anchors for x in (f"{a.word}|{status}", f"{kind}|{status}", a.word, kind) if x in self.days_of)
        day = next(days, None)
        return None if day is None else self.page.dates[day]


def tell(monkeypatch: pytest.MonkeyPatch, page: Seen, *ties: tuple[str, dict[str, str], list[Anchor]],
         states: Mapping[str, str] | None = None, days: Mapping[str, int] | None = None) -> list[Found]:
    """The ties of a page of which these were chosen."""
    made = [Chosen(kind, {number(page, n): r for n, r in roles.items()}, tuple(anchors), {}, 0.7) for kind, roles, anchors in ties]
    monkeypatch.setattr(stage, "choose", lambda *_: made)
    when: Any = Told(page, states or {}, days or {})
    return find_ties(page.scene, page.anchors, when)


def words(page: Seen, one: Any) -> str:
    return page.page.norm[one.start:one.end]


def test_a_tie_has_its_parties_state_day_name_and_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"茅野市は雨でした。\n2024年6月3日、茅野市と{FIRM}は「見守りに関する連携協定」を締結します。")
    both = {"茅野市": "party", FIRM: "party"}
    one, = tell(monkeypatch, page, ("partnership", both, [at(page, "連携協定"), at(page, "締結")]), states={"partnership": "planned"},
                days={"partnership|planned": 0})
    assert (one.kind, one.status, one.confidence, one.led_to, one.level) == ("partnership", "planned", 0.7, None, None)
    assert one.parties == ((number(page, "茅野市"), "party"), (number(page, FIRM), "party"))
    assert one.date is not None and one.date.value == "2024-06-03"
    assert one.title is not None and page.page.norm[slice(*one.title)] == "見守りに関する連携協定"
    assert words(page, one.sentence).startswith("2024年6月3日") and one.more == () and one.mentions == ()


def test_the_sentence_that_tells_most_comes_before_title_and_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"■ 連携協定について\n{FIRM}と提携しました。", title="すずかけ通信と協定", publisher="茅野市")
    anchors = [at(page, "協定"), at(page, "連携協定"), at(page, "提携")]
    one, = tell(monkeypatch, page, ("partnership", {"茅野市": "party", FIRM: "party"}, anchors))
    assert [words(page, s) for s in (one.sentence, *one.more)] == [f"{FIRM}と提携しました。", "すずかけ通信と協定", "■ 連携協定について"]
    assert one.date is None


def test_a_party_that_the_sentence_does_not_name_is_shown_where_it_stands_next(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"茅野市は雨でした。\n茅野市は晴れました。\n{FIRM}と提携しました。\n茅野市は曇りでした。\n諏訪市でした。", publisher="下諏訪町")
    one, = tell(monkeypatch, page, ("partnership", {"茅野市": "party", FIRM: "party", "下諏訪町": "party"}, [at(page, "提携")]))
    place, = one.mentions
    assert words(page, place) == "茅野市" and place.start == page.page.norm.index("茅野市は晴れ")


def test_a_brokerage_leads_to_the_tie_of_those_it_connected_and_has_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"2024年5月1日、{BROKER}の紹介がありました。\n2024年6月3日、諏訪市と{SHOP}は提携しました。\n"
                f"2024年7月5日、茅野市と{FIRM}は連携協定を締結しました。\n会員は茅野市と{FIRM}です。")
    brokerage = ("brokerage", {BROKER: "broker", "茅野市": "connected", FIRM: "connected"}, [at(page, "紹介")])
    other = ("business_alliance", {"諏訪市": "party", SHOP: "party"}, [at(page, "提携")])
    tie = ("partnership", {"茅野市": "party", FIRM: "party"}, [at(page, "連携協定")])
    members = ("membership", {"茅野市": "member", FIRM: "collective"}, [at(page, "会員")])
    days = {"brokerage": 0, "business_alliance": 1, "partnership": 2}
    found = tell(monkeypatch, page, brokerage, other, tie, members, days=days)
    first = found[0]
    assert (first.kind, first.led_to, first.level) == ("brokerage", 2, "evidenced")
    assert first.date is not None and first.date.value == "2024-07-05"
    assert "連携協定を締結しました" in words(page, first.more[-1])
    assert [f.led_to for f in found[1:]] == [None, None, None]


def test_a_brokerage_that_led_to_no_told_tie_has_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"2024年5月1日、{BROKER}は茅野市と{FIRM}をつなぎました。会員は茅野市と{FIRM}です。茅野市は{SHOP}と提携しました。")
    brokerage = ("brokerage", {BROKER: "broker", "茅野市": "connected", FIRM: "connected"}, [at(page, "つなぎ")])
    members = ("membership", {"茅野市": "member", FIRM: "collective"}, [at(page, "会員")])
    other = ("business_alliance", {"茅野市": "party", SHOP: "party"}, [at(page, "提携")])
    one = tell(monkeypatch, page, brokerage, members, other, days={"brokerage": 0})[0]
    assert one.led_to is None and one.date is not None and one.date.value == "2024-05-01"


def test_a_brokerage_leads_to_a_tie_of_the_two_before_one_of_more(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"{BROKER}は茅野市と{FIRM}をつなぎました。茅野市、{FIRM}、{SHOP}は提携しました。\n茅野市と{FIRM}は連携協定を締結しました。")
    brokerage = ("brokerage", {BROKER: "broker", "茅野市": "connected", FIRM: "connected"}, [at(page, "つなぎ")])
    three = ("business_alliance", {"茅野市": "party", FIRM: "party", SHOP: "party"}, [at(page, "提携")])
    two = ("partnership", {"茅野市": "party", FIRM: "party"}, [at(page, "連携協定")])
    assert tell(monkeypatch, page, brokerage, three, two)[0].led_to == 2
    assert tell(monkeypatch, page, brokerage, three)[0].led_to == 1


def test_an_undated_tie_leaves_a_brokerage_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"2024年5月1日、{BROKER}の紹介で、茅野市と{FIRM}は提携しました。")
    brokerage = ("brokerage", {BROKER: "broker", "茅野市": "connected", FIRM: "connected"}, [at(page, "紹介")])
    tie = ("business_alliance", {"茅野市": "party", FIRM: "party"}, [at(page, "提携")])
    one = tell(monkeypatch, page, brokerage, tie, days={"brokerage": 0})[0]
    assert one.led_to == 1 and one.date is not None and one.date.value == "2024-05-01"
    # the sentence is told once
    assert one.more == ()


ENDED = f"2021年4月1日、茅野市と{FIRM}は連携協定を締結しました。\n2024年3月31日、茅野市と{FIRM}の協定は終了しました。"


def test_a_tie_that_ended_and_its_dated_signing_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(ENDED)
    tie = ("partnership", {"茅野市": "party", FIRM: "party"}, [at(page, "協定"), at(page, "連携協定")])
    found = tell(monkeypatch, page, tie, states={"協定": "ended"}, days={"協定": 1, "連携協定": 0})
    assert [(f.status, f.date.value if f.date else None) for f in found] == [("ended", "2024-03-31"), ("concluded", "2021-04-01")]
    assert "終了しました" in words(page, found[0].sentence) and "締結しました" in words(page, found[1].sentence)
    assert found[0].parties == found[1].parties


def test_a_signing_without_a_day_of_its_own_is_not_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(ENDED)
    tie = ("partnership", {"茅野市": "party", FIRM: "party"}, [at(page, "協定"), at(page, "連携協定")])
    for days in ({"協定": 1}, {"協定": 1, "連携協定": 1}):
        one, = tell(monkeypatch, page, tie, states={"協定": "ended"}, days=days)
        assert one.status == "ended"


def test_a_sentence_that_dates_signing_and_end_tells_both(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"2021年4月1日に茅野市と{FIRM}が締結した連携協定は、2024年3月31日に終了しました。")
    tie = ("partnership", {"茅野市": "party", FIRM: "party"}, [at(page, "連携協定"), at(page, "締結")])
    found = tell(monkeypatch, page, tie, states={"連携協定": "ended"}, days={"連携協定": 1, "締結": 0})
    assert [(f.status, f.date and f.date.value) for f in found] == [("ended", "2024-03-31"), ("concluded", "2021-04-01")]


def test_the_signing_of_a_tie_is_told_where_its_date_goes_before_that_of_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"茅野市は2021年4月から{FIRM}に任せてきた連携協定の事業を、2024年3月31日で終える。")
    tie = ("partnership", {"茅野市": "party", FIRM: "party"}, [at(page, "連携協定")])
    found = tell(monkeypatch, page, tie, states={"partnership": "ended"}, days={"partnership|ended": 1, "partnership|concluded": 0})
    assert [(f.status, f.date and f.date.value) for f in found] == [("ended", "2024-03-31"), ("concluded", "2021-04")]
    # a day behind the end signs nothing, nor does a month of the year that dates the end
    later = seen(f"茅野市は2025年4月まで{FIRM}と組む連携協定を、2024年に終えた。2024年3月")
    tie = ("partnership", {"茅野市": "party", FIRM: "party"}, [at(later, "連携協定")])
    for day in range(len(later.dates)):
        one, = tell(monkeypatch, later, tie, states={"partnership": "ended"}, days={"partnership|ended": 1, "partnership|concluded": day})
        assert one.status == "ended"


def test_a_brokerage_keeps_to_the_tie_that_it_led_to_when_that_has_a_signing(monkeypatch: pytest.MonkeyPatch) -> None:
    page = seen(f"2021年4月1日に茅野市と{FIRM}が締結した連携協定は、2024年3月31日に終了しました。\n{BROKER}の紹介がありました。")
    tie = ("partnership", {"茅野市": "party", FIRM: "party"}, [at(page, "連携協定")])
    brokerage = ("brokerage", {BROKER: "broker", "茅野市": "connected", FIRM: "connected"}, [at(page, "紹介")])
    found = tell(monkeypatch, page, tie, brokerage, states={"連携協定": "ended"}, days={"partnership|ended": 1, "partnership|concluded": 0})
    assert [f.status for f in found] == ["ended", "concluded", "concluded"]
    assert found[1].led_to == 0


def test_a_page_of_which_nothing_was_chosen_has_no_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tell(monkeypatch, seen("茅野市は雨でした。")) == []
