"""decisions.csv: what is refused, by file and line, and what of it contradicts itself."""
from __future__ import annotations

import pytest

from graph.decisions import Decision, Decisions, read, written
from graph.organizations import decided_by
from pipelines.reference import places

HEADER = "decision,subject,object,who,when,why\n"
A, B, C = (f"org:name:{n:020x}" for n in (1, 2, 3))


def decisions(*lines: str) -> Decisions:
    return Decisions.of(read(HEADER + "".join(f"{line}\n" for line in lines)), lambda name: decided_by(name, places()))


def test_every_faulty_line_is_named_with_what_is_wrong() -> None:
    with pytest.raises(ValueError) as refused:
        read(HEADER + f"marry,{A},{B},佐藤,2026-04-01,同じ\n\nmerge,{A},,,1.4.2026,\ntype,{A},castle,佐藤,2026-04-01,城\n"
             f"merge,org:nme:1,{A},佐藤,2026-04-01,同じ\n", "kakehashi/decisions.csv")
    said = str(refused.value).splitlines()
    assert said[0].startswith("kakehashi/decisions.csv, line 2: «marry» is no decision; there are merge, keep_apart")
    assert {line.split(": ")[1] for line in said if "line 4" in line} == {
        "the object is missing", "who decided is missing", "why is missing", "when is «1.4.2026»; write a day like 2026-04-01"}
    assert any("line 5: «castle» is no type" in line for line in said)
    assert any("line 6: «org:nme:1» is no id" in line for line in said)


def test_a_day_that_is_none_and_a_quotation_mark_that_stays_open_are_told() -> None:
    with pytest.raises(ValueError, match="line 2: when is «2026-02-30»"):
        read(HEADER + f"merge,{A},{B},佐藤,2026-02-30,同じ\n")
    with pytest.raises(ValueError, match=r"decisions\.csv, line 3: this is no CSV; is a quotation mark not closed"):
        read(HEADER + f'merge,{A},{B},佐藤,2026-04-01,"同じ\nmerge,{B},{C},佐藤,2026-04-01,同じ\n')


def test_a_header_without_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1: the header has no who, when, why"):
        read("decision,subject,object\n")


def test_an_empty_file_decides_nothing() -> None:
    assert read("") == () and decisions() == Decisions()


@pytest.mark.parametrize(("lines", "named"), [
    ((f"merge,{A},{B},佐藤,2026-04-01,同じ", f"keep_apart,{B},{A},鈴木,2026-05-01,別"), ("line 2", "line 3")),
    ((f"merge,{A},{B},佐藤,2026-04-01,同じ", f"merge,{B},{C},佐藤,2026-04-01,同じ", f"keep_apart,{A},{C},鈴木,2026-05-01,別"),
     ("line 2", "line 3", "line 4")),
    ((f"alias,{A},ひばり,佐藤,2026-04-01,愛称", f"alias,{B},ひばり,鈴木,2026-05-01,愛称"), ("line 2", "line 3")),
    ((f"type,{A},bank,佐藤,2026-04-01,銀行", f"type,{A},company,鈴木,2026-05-01,会社"), ("line 2", "line 3")),
    (("alias,株式会社ひばり,㈱つばめ,佐藤,2026-04-01,旧社名", "keep_apart,株式会社ひばり,株式会社つばめ,鈴木,2026-05-01,別"),
     ("line 2", "line 3")),
    (("alias,株式会社ひばり,㈱つばめ,佐藤,2026-04-01,旧社名", "alias,株式会社すずめ,株式会社つばめ,鈴木,2026-05-01,旧社名"),
     ("line 2", "line 3")),
    (("keep_apart,㈱ひばり,株式会社ひばり,佐藤,2026-04-01,別",), ()),
])
def test_contradictions_are_refused_by_name(lines: tuple[str, ...], named: tuple[str, ...]) -> None:
    if not named:
        decisions(*lines)  # one key: it is about nothing and harms nothing
        return
    with pytest.raises(ValueError, match="contradict") as refused:
        decisions(*lines)
    assert all(f"decisions.csv, {one}" in str(refused.value) for one in named)


def test_two_aliases_of_what_is_merged_are_no_contradiction() -> None:
    decisions(f"merge,{A},{B},佐藤,2026-04-01,同じ", f"alias,{A},ひばり,佐藤,2026-04-01,愛称", f"alias,{B},ひばり,鈴木,2026-05-01,愛称")


def test_organisations_are_named_by_ids_or_by_names_that_have_one() -> None:
    found = decisions("merge,株式会社ひばり,四條畷市,佐藤,2026-04-01,同じ", "keep_apart,総務省,8000020130001,佐藤,2026-04-01,別")
    assert found.merges[0].object == "org:code:272299" and found.merges[0].subject.startswith("org:name:")
    assert frozenset(("org:state:総務省", "org:code:130001")) in found.apart


def test_a_name_that_may_be_several_places_is_asked_back() -> None:
    with pytest.raises(ValueError, match=r"line 2: «府中市» may be several; write the id of one: org:code:132063 or org:code:342084"):
        decisions("type,府中市,other,佐藤,2026-04-01,試し")
    assert decisions("alias,org:code:132063,府中市,佐藤,2026-04-01,東京").aliases


def test_what_is_written_is_read_again() -> None:
    one = Decision("merge", A, B, "佐藤, 花子", "2026-04-01", "「同じ」と\n聞いた", "甲", "乙")
    (again,) = read("decision,subject,object,who,when,why,subject_name,object_name\n" + written([one]))
    assert (again.who, again.why, again.subject_name, again.object_name) == (one.who, one.why, "甲", "乙")
