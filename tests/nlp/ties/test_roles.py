"""A reader of ties wants to know which company was made for a project and who made it, and who put money into whom."""
from __future__ import annotations

import pytest

from nlp.reader import Seen
from nlp.ties.roles import told_roles
from tests.nlp.ties.pages import number, seen

MADE, BUILDER, COOK = "株式会社あおぞら給食", "みなも建設株式会社", "すずかけ厨房株式会社"


def roles(page: Seen, kind: str, given: dict[str, str]) -> dict[str, str]:
    told = told_roles(page.scene, kind, {number(page, name): role for name, role in given.items()})
    return {page.names.entities[e].name: role for e, role in told.items()}


def test_those_who_made_a_project_s_own_company_are_its_founders() -> None:
    given = {"茅野市": "authority", MADE: "operator", BUILDER: "operator", COOK: "operator"}
    page = seen(f"茅野市は、特別目的会社「{MADE}」と事業契約を結んだ。{BUILDER}と{COOK}が出資する。")
    assert roles(page, "pfi", given) == {**given, BUILDER: "founder", COOK: "founder"}
    # an unnamed group's firms are operators, each
    group = seen(f"茅野市は、{MADE}、{BUILDER}、{COOK}のグループと事業契約を結んだ。")
    assert roles(group, "pfi", given) == given


@pytest.mark.parametrize(("text", "investor", "investee"), [
    (f"{BUILDER}は、{COOK}に3億円を出資し、資本業務提携した。", BUILDER, COOK),
    (f"{COOK}は、{BUILDER}から出資を受け、資本業務提携した。", BUILDER, COOK),
    (f"{BUILDER}は、{COOK}の株式の2割を取得し、資本業務提携した。", BUILDER, COOK),
])
def test_an_alliance_tells_who_put_money_into_whom(text: str, investor: str, investee: str) -> None:
    page = seen(text)
    assert roles(page, "capital_alliance", {BUILDER: "party", COOK: "party"}) == {investor: "investor", investee: "investee"}


def test_an_alliance_that_does_not_tell_who_gives_has_parties() -> None:
    both = {BUILDER: "party", COOK: "party"}
    assert roles(seen(f"{BUILDER}と{COOK}は資本業務提携した。"), "capital_alliance", both) == both
    mutual = seen(f"{BUILDER}は、{COOK}に出資し、{COOK}は、{BUILDER}に出資し、資本業務提携した。")
    assert roles(mutual, "capital_alliance", both) == both
