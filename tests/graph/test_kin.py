"""Parts, successors and places of organisations that come and go one by one: what all of them at once say, at the cost of
what came."""
from __future__ import annotations

import random
from typing import Any

import pytest

from graph import resolver as resolving
from graph.resolver import Resolver
from nlp.model import Document, Extraction, NamedOrganization, Span
from pipelines.identity import Known

#: Parents and parts, wards, successors and ministries, and names that are near to them.
NAMES = {
    "大阪府": "prefecture", "埼玉県": "prefecture", "堺市": "municipality", "堺市堺区": "ward", "浦和市": "municipality",
    "さいたま市": "municipality", "堺市健康福祉局": "unit", "堺市堺区企画総務課": "unit", "大阪府堺市消防局": "unit",
    "青葉大学": "university", "青葉大学工学部": "unit", "青葉大学工学部建築学科": "unit", "青葉大学附属病院": "other",
    "ひばり商会株式会社": "company", "株式会社ひばり商会": "company", "ひばり商会": "company", "ひばり商会株式会社大阪支店": "company",
    "ひばり商会株式会社大阪支店営業課": "unit", "ひばり商会営業課": "unit", "近畿経済産業局": "bureau", "経済産業省": "ministry",
    "つばめ運輸株式会社": "company", "つばめ運輸株式会社堺支店": "unit", "つばめ運輸堺支店": "unit", "つばめ": "other",
}
PLACES = Known.here().places


def release(number: int, names: list[str], publisher: str | None = None) -> Extraction:
    text, organizations = "", []
    for name in names:
        organizations.append(NamedOrganization(name, NAMES[name], mentions=(Span(len(text), len(text) + len(name)),)))
        text += name + "、"
    return Extraction(Document(f"doc:{number:03}", text, published="2024-04-01", publisher=publisher), "by hand",
                      tuple(organizations))


def known(resolver: Resolver) -> dict[str, Any]:
    return {"organizations": resolver.facts.organizations, "links": resolver.facts.links}


@pytest.mark.parametrize("seed", range(12))
def test_links_that_are_derived_step_by_step_are_those_of_all(seed: int) -> None:
    chance = random.Random(seed)
    resolver, now = Resolver(PLACES), dict[str, Extraction]()
    for step in range(30):
        one = release(chance.randrange(12), chance.sample(sorted(NAMES), chance.choice((1, 1, 2, 4))),
                      chance.choice((None, "堺市", "さいたま市")))
        gone = set(chance.sample(sorted(now), 1)) - {one.document.id} if len(now) > 3 and chance.random() < 0.4 else set[str]()
        resolver.update([one], gone)
        now = {key: e for key, e in {**now, one.document.id: one}.items() if key not in gone}
        whole = Resolver(PLACES)
        whole.update(now.values())
        assert known(resolver) == known(whole), step


@pytest.mark.parametrize(("first", "then"), [
    (["堺市"], ["堺市健康福祉局"]), (["青葉大学工学部"], ["青葉大学"]), (["ひばり商会株式会社大阪支店"], ["ひばり商会株式会社"]),
    (["つばめ運輸株式会社"], ["つばめ運輸株式会社堺支店", "青葉大学"]), (["大阪府", "堺市"], ["堺市堺区"])])
def test_a_part_or_parent_that_comes_costs_the_same_however_many_organisations_there_are(
        first: list[str], then: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    whole = resolving.links_of

    def counted(organizations: Any, places: Any, registry: Any = None, beside: Any = None) -> Any:
        looked_at.append(len(organizations) + len(beside or ()))
        return whole(organizations, places, registry, beside)

    taken = []
    for many in (5, 200):
        resolver = Resolver(PLACES)
        others = [release(n, [name]) for n, name in enumerate(_others(many), 100)]
        resolver.update([release(0, first), *others])
        monkeypatch.setattr(resolving, "links_of", counted)
        looked_at.clear()
        resolver.update([release(1, then)])
        monkeypatch.setattr(resolving, "links_of", whole)
        taken.append(list(looked_at))
        assert any(one.source in ("name", "団体コード") for of in resolver.facts.links.values() for one in of)
    assert taken[0] == taken[1] and max(taken[0]) < 10


def _others(many: int) -> list[str]:
    found = [f"{chr(0x4E00 + 37 * n)}{chr(0x5E00 + 11 * n)}商店株式会社" for n in range(many)]
    NAMES.update(dict.fromkeys(found, "company"))
    return found
