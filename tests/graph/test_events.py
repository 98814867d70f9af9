"""Which statements tell of one tie, and what they say together: held to groups written for it, half of them unread.

`gold/events.jsonl` has one statement a line; statements of one `event` are one tie, those of a `group` are resolved
together. Nobody looked at the groups marked `unread` to write the rules: they are only scored.
"""
from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.events import Events, Told, ties_of
from nlp.model import Document, Extraction, Party, Statement, Tie

GOLD = Path(__file__).with_name("gold") / "events.jsonl"


def statements() -> list[dict[str, Any]]:
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    return [{"number": number, **json.loads(line)} for number, line in enumerate(lines)]


def grouped(unread: bool) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in statements():
        if one["unread"] is unread:
            found[one["group"]].append(one)
    return found


def told(one: dict[str, Any]) -> Told:
    parties = tuple((p["name"], Party(p["name"], p["role"])) for p in one["parties"])
    statement = Statement(f"s{one['number']}", one["kind"], one["status"], tuple(p for _, p in parties),
                          date=one.get("date"), precision=one.get("precision"), title=one.get("title"),
                          amount_yen=one.get("amount_yen"))
    return Told(statement, one["document"], one.get("published"), parties)


def resolved(group: list[dict[str, Any]]) -> Events:
    events = Events()
    by_document: dict[str, list[Told]] = defaultdict(list)
    for one in group:
        by_document[one["document"]].append(told(one))
    for document, said in by_document.items():
        events.put(document, said)
    events.settle()
    return events


def score(unread: bool) -> tuple[int, int, int, list[str]]:
    """True, wrongly joined and missed pairs, and the groups with faults."""
    right = wrong = missed = 0
    faulty = []
    for name, group in grouped(unread).items():
        tie_of = resolved(group).tie_of
        before = wrong + missed
        for a, b in combinations(group, 2):
            one = tie_of[f"s{a['number']}"] == tie_of[f"s{b['number']}"]
            same = a["event"] == b["event"]
            right, wrong, missed = right + (one and same), wrong + (one and not same), missed + (same and not one)
        if wrong + missed > before:
            faulty.append(name)
    return right, wrong, missed, faulty


@pytest.mark.parametrize("unread", [False, True])
def test_pairs_of_statements_are_joined_and_kept_apart(unread: bool) -> None:
    right, wrong, missed, faulty = score(unread)
    precision, recall = right / (right + wrong), right / (right + missed)
    half = "unread" if unread else "read"
    print(f"events, {half} half: {right + missed} pairs of one event, precision {precision:.3f}, recall {recall:.3f}")
    if not unread:
        print("\n".join(faulty))
    assert precision >= 0.98
    assert recall >= 0.90


def test_the_golden_groups_are_many_and_half_of_them_is_unread() -> None:
    assert len(grouped(False)) + len(grouped(True)) >= 120
    assert abs(len(grouped(False)) - len(grouped(True))) <= 1


# --- any order, any batch --------------------------------------------------------------------------------------------

def documents() -> dict[str, list[Told]]:
    """Every group's statements with the same few parties: much that has to be kept apart."""
    found: dict[str, list[Told]] = defaultdict(list)
    for one in statements():
        found[one["document"]].append(told(one))
    return dict(found)


def whole(said: dict[str, list[Told]]) -> tuple[dict[str, Tie], dict[str, str]]:
    events = Events()
    for document in sorted(said):
        events.put(document, said[document])
    events.settle()
    return events.ties, events.tie_of


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_release_by_release_gives_what_all_at_once_gives(data: st.DataObject) -> None:
    every = documents()
    names = data.draw(st.lists(st.sampled_from(sorted(every)), min_size=5, max_size=40, unique=True))
    events, now, known = Events(), {}, {}
    for name in names:
        events.put(name, every[name])
        now[name] = every[name]
        if data.draw(st.booleans(), label="withdraw one"):
            gone = data.draw(st.sampled_from(names))
            events.drop(gone)
            now.pop(gone, None)
        if data.draw(st.booleans(), label="correct one") and now:
            # the corrected release says what another one says, under its own name
            corrected, like = data.draw(st.sampled_from(sorted(now))), data.draw(st.sampled_from(names))
            now[corrected] = [replace(t, document=corrected, statement=replace(t.statement, id=f"{corrected}:{n}"))
                              for n, t in enumerate(every[like])]
            events.put(corrected, now[corrected])
        if data.draw(st.booleans(), label="settle"):
            changed = events.settle()
            assert changed == {t for t in {*known, *events.ties} if known.get(t) != events.ties.get(t)}
            known = dict(events.ties)
    events.settle()
    assert (events.ties, events.tie_of) == whole(now)


def test_the_order_of_arrival_does_not_matter() -> None:
    every = documents()
    events = Events()
    for document in sorted(every, reverse=True):
        events.put(document, every[document])
        events.settle()
    assert (events.ties, events.tie_of) == whole(every)


# --- what the tie says -----------------------------------------------------------------------------------------------

def one_tie(*said: dict[str, Any]) -> Tie:
    base = {"kind": "partnership", "status": "concluded",
            "parties": [{"name": "青葉市", "role": "party"}, {"name": "株式会社かすみ", "role": "party"}]}
    events = resolved([{"number": n, "document": f"d{n}", **base, **one} for n, one in enumerate(said)])
    (tie,) = events.ties.values()
    return tie


def test_the_history_tells_when_the_status_changed() -> None:
    tie = one_tie({"published": "2023-05-22", "status": "planned", "date": "2023-06-01", "title": "見守りに関する協定"},
                  {"published": "2023-06-01", "date": "2023-06-01", "title": "見守りに関する協定"},
                  {"published": "2023-06-05", "date": "2023-06-01", "title": "見守りに関する協定"})
    assert tie.history == ("2023-05-22 planned", "2023-06-01 concluded")
    assert (tie.status, tie.conflicts) == ("concluded", ())


def test_conflicts_are_kept_by_name_and_not_averaged() -> None:
    tie = one_tie({"published": "2020-09-15", "date": "2020-09-14", "title": "交通に関する協定", "amount_yen": 1_000_000},
                  {"published": "2020-09-16", "date": "2020-09-10", "title": "交通に関する協定", "amount_yen": 10_000_000})
    assert tie.conflicts == ("date", "amount_yen")
    assert (tie.date, tie.amount_yen) == ("2020-09-10", 10_000_000)
    assert tie.statements == ("s0", "s1")


def test_what_came_about_is_not_planned_again_by_a_late_release() -> None:
    tie = one_tie({"published": "2023-08-28", "date": "2023-08-28"},
                  {"published": "2023-08-29", "date": "2023-08-28", "status": "planned"})
    assert tie.status == "concluded"
    cancelled = one_tie({"published": "2023-08-01", "date": "2023-08-28", "status": "planned"},
                        {"published": "2023-08-20", "status": "cancelled"})
    assert cancelled.status == "cancelled"


def test_the_id_is_that_of_the_earliest_release_whose_day_is_known() -> None:
    late = {"published": "2022-01-01", "date": "2021-12-31", "title": "見守りに関する協定"}
    unknown = {"date": "2021-12-31", "title": "見守りに関する協定"}
    assert one_tie(unknown, late).statements == ("s1", "s0")
    assert one_tie(unknown, late).id == one_tie({**late, "number": 1, "document": "d1"}).id


def renewals() -> Events:
    parties = [{"name": "青葉市", "role": "party"}, {"name": "株式会社かすみ", "role": "party"}]
    base = {"kind": "partnership", "parties": parties, "title": "見守りに関する協定"}
    return resolved([
        {"number": 0, "document": "d0", **base, "status": "concluded", "published": "2018-04-02", "date": "2018-04-01"},
        {"number": 1, "document": "d1", **base, "status": "renewed", "published": "2020-04-02", "date": "2020-04-01"},
        {"number": 2, "document": "d2", **base, "status": "renewed", "published": "2022-04-02", "date": "2022-04-01"},
        {"number": 3, "document": "d3", **base, "status": "ended", "published": "2024-03-31", "date": "2024-03-31"}])


def test_renewals_lead_to_the_first_signing_and_an_end_to_what_was_in_force() -> None:
    events = renewals()
    first, second, third, end = (events.ties[events.tie_of[f"s{n}"]] for n in range(4))
    assert (second.renews, third.renews, first.renews) == (first.id, first.id, None)
    assert (end.ends, end.renews) == (third.id, None)
    events.drop("d2")
    assert events.tie_of["s3"] in events.settle()
    assert events.ties[events.tie_of["s3"]].ends == second.id


def test_a_renewal_after_an_end_goes_back_to_what_was_signed_anew() -> None:
    base = {"kind": "partnership", "title": "見守りに関する協定",
            "parties": [{"name": "青葉市", "role": "party"}, {"name": "株式会社かすみ", "role": "party"}]}
    events = resolved([{"number": n, "document": f"d{n}", **base, "status": status, "published": day, "date": day}
                       for n, (status, day) in enumerate((("concluded", "2015-04-01"), ("ended", "2018-03-31"),
                                                          ("concluded", "2019-04-01"), ("renewed", "2020-04-01")))])
    assert events.ties[events.tie_of["s3"]].renews == events.tie_of["s2"]
    events.drop("d2")
    events.settle()
    assert events.ties[events.tie_of["s3"]].renews == events.tie_of["s0"]


def test_a_brokerage_led_to_the_tie_of_its_day_between_those_it_connected() -> None:
    (group,) = [g for name, g in {**grouped(False), **grouped(True)}.items() if "it led to" in name]
    events = resolved(group)
    brokerage = next(t for t in events.ties.values() if t.kind == "brokerage")
    other = next(t for t in events.ties.values() if t.kind != "brokerage")
    assert brokerage.led_to == other.id
    events.drop(group[1]["document"])
    assert events.settle() == {brokerage.id, other.id}
    assert events.ties[brokerage.id].led_to is None


def test_ties_of_reads_extractions() -> None:
    text = "青葉市と株式会社かすみは協定を結びました。"
    parties = (Party("青葉市", "party"), Party("株式会社かすみ", "party"))
    extraction = Extraction(Document("doc:a", text), "test-1",
                            statements=(Statement("s1", "partnership", "concluded", parties),))
    ties, tie_of = ties_of([extraction], {("doc:a", p.name): f"org:{p.name}" for p in parties})
    assert [t.statements for t in ties] == [("s1",)]
    assert tie_of == {"s1": ties[0].id}


def test_the_work_grows_with_the_statements_and_nothing_is_joined_that_is_not_one(monkeypatch: pytest.MonkeyPatch,
                                                                                 ) -> None:
    from bench.generator import agreement_of, extractions, scaled
    from graph import events as module

    compared: list[int] = []
    for share in (0.01, 0.02, 0.04):
        calls = [0]

        def counting(one: Any, other: Any, calls: list[int] = calls, ask: Any = module._likeness) -> int:
            calls[0] += 1
            return int(ask(one, other))

        monkeypatch.setattr(module, "_likeness", counting)
        told = list(extractions(scaled(share)))
        _, tie_of = ties_of(told, {(e.document.id, o.name): o.code or o.name for e in told for o in e.organizations})
        monkeypatch.undo()
        compared.append(calls[0])
        members: dict[str, set[int]] = defaultdict(set)
        for statement, tie in tie_of.items():
            members[tie].add(agreement_of(statement))
        assert sum(len(agreements) > 1 for agreements in members.values()) <= len(members) / 1000
    assert compared[2] < 3 * compared[1] < 9 * compared[0], compared
