"""Who is who: numbers, the registry, homonyms, lists, places of the day, and what people decide."""
from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from graph.codes import corporate_number
from graph.decisions import Decisions, read
from graph.names import NameKey, name_key
from graph.organizations import meant_by
from graph.registry import Corporation, Registry
from graph.resolution import Resolution, resolve
from nlp.model import Document, Extraction, NamedOrganization, Organization
from pipelines.reference import places
from tests.graph.releases import agreement

FIRST, SECOND, THIRD = (corporate_number(f"{n:012}") for n in (110001000001, 120001000002, 130001000003))


class Registered:
    """A registry of a few corporations; `complete` as if it were the country's."""

    def __init__(self, *corporations: Corporation, complete: bool = True,
                 former: dict[str, Corporation] | None = None) -> None:
        self._corporations = corporations
        self._former = former or {}
        self.complete = complete

    def corporation(self, number: str) -> Corporation | None:
        return next((c for c in self._corporations if c.number == number), None)

    def listed(self, code: str) -> Corporation | None:
        return next((c for c in self._corporations if code in (c.security_code, c.edinet_code)), None)

    def named(self, key: NameKey) -> Sequence[Corporation]:
        return [c for c in self._corporations if name_key(c.name) == key] + [
            c for name, c in self._former.items() if name_key(name) == key]

    def with_stem(self, stem: str) -> Sequence[Corporation]:
        return [c for c in self._corporations if name_key(c.name).stem == stem]


def named(name: str, type_: str = "company", **told: str) -> NamedOrganization:
    return replace(NamedOrganization(name, type_), **told)


def said(*releases: NamedOrganization | tuple[NamedOrganization, str | None, str | None]) -> list[Extraction]:
    """A release a name: the name, or (name, publisher, published)."""
    found = []
    for number, one in enumerate(releases):
        organization, publisher, published = one if isinstance(one, tuple) else (one, None, "2025-04-01")
        found.append(Extraction(Document(f"doc:{number}", organization.name, publisher=publisher, published=published),
                                "test", (organization,)))
    return found


def one(found: Resolution, document: int, name: str) -> Organization:
    wanted = found.organization_of[f"doc:{document}", name]
    return next(o for o in found.organizations if o.id == wanted)


def run(releases: list[Extraction], registry: Registry | None = None, decided: str = "") -> Resolution:
    decisions = None
    if decided:
        decisions = Decisions.of(read("decision,subject,object,who,when,why\n" + decided),
                                 lambda name: meant_by(name, places()))
    return resolve(releases, places(), registry, decisions)


# --- numbers and the registry ----------------------------------------------------------------------------------------

def test_a_number_in_the_text_is_stronger_than_the_name() -> None:
    found = run(said(named("株式会社ひばり商会", corporate_number=FIRST), named("㈱ひばり商会", corporate_number=SECOND)))
    assert one(found, 0, "株式会社ひばり商会").id == f"org:number:{FIRST}"
    assert one(found, 1, "㈱ひばり商会").id == f"org:number:{SECOND}"


def test_a_wrong_number_is_no_number() -> None:
    found = run(said(named("株式会社ひばり商会", corporate_number=FIRST[:-1] + str((int(FIRST[-1]) + 1) % 10))))
    assert one(found, 0, "株式会社ひばり商会").id.startswith("org:name:")


def test_the_number_of_a_city_or_ministry_leads_to_it() -> None:
    found = run(said(named("四條畷市", "municipality", corporate_number="6000020272299"),
                     named("総務省", "national_government", corporate_number="2000012020001")))
    assert one(found, 0, "四條畷市").id == "org:code:272299"
    assert one(found, 0, "四條畷市").corporate_number == "6000020272299"
    assert one(found, 1, "総務省").id == "org:state:総務省"
    assert one(found, 1, "総務省").corporate_number == "2000012020001"


def test_a_ward_is_no_legal_person_and_part_of_its_city() -> None:
    found = run(said(named("浜松市中区", "ward")))
    assert one(found, 0, "浜松市中区").corporate_number is None
    assert found.part_of["org:code:221317"] == "org:code:221309"


def test_names_without_number_join_the_one_number_of_their_key() -> None:
    found = run(said(named("株式会社ひばり商会", corporate_number=FIRST), named("㈱ひばり商会"), named("ひばり商会")))
    assert {o.id for o in found.organizations} == {f"org:number:{FIRST}"}


def test_two_numbers_of_one_name_leave_the_bare_name_open_a_prefecture() -> None:
    found = run([*said(named("株式会社あけぼの", corporate_number=FIRST), named("株式会社あけぼの", corporate_number=SECOND),
                       (named("あけぼの"), "大阪府", "2025-04-01"), (named("あけぼの"), "四條畷市", "2025-05-01"),
                       (named("あけぼの"), "東京都", "2025-05-01"))])
    open_ = one(found, 2, "あけぼの")
    assert open_.candidates == tuple(sorted((f"org:number:{FIRST}", f"org:number:{SECOND}")))
    assert found.organization_of["doc:3", "あけぼの"] == open_.id != found.organization_of["doc:4", "あけぼの"]


def test_the_countrys_only_corporation_of_a_name_is_meant() -> None:
    registry = Registered(Corporation(FIRST, "株式会社ひばり商会", "大阪府", security_code="1234", edinet_code="E00001"))
    company = one(run(said(named("㈱ひばり商会")), registry), 0, "㈱ひばり商会")
    assert (company.id, company.name, company.prefecture) == (f"org:number:{FIRST}", "株式会社ひばり商会", "大阪府")
    assert (company.security_code, company.edinet_code) == ("1234", "E00001")


def test_a_part_of_the_registry_proves_nothing_but_where_the_place_agrees() -> None:
    registry = Registered(Corporation(FIRST, "株式会社ひばり商会", "大阪府"), complete=False)
    found = run(said(named("株式会社ひばり商会")), registry)
    assert one(found, 0, "株式会社ひばり商会").id.startswith("org:name:")
    placed = run(said(named("株式会社ひばり商会", prefecture="大阪府")), registry)
    assert one(placed, 0, "株式会社ひばり商会").id == f"org:number:{FIRST}"
    elsewhere = run(said(named("株式会社ひばり商会", prefecture="東京都")), registry)
    assert one(elsewhere, 0, "株式会社ひばり商会").id.startswith("org:name:")


def test_homonyms_are_parted_by_their_place_and_else_left_open() -> None:
    registry = Registered(Corporation(FIRST, "株式会社アシスト", "大阪府"), Corporation(SECOND, "株式会社アシスト", "東京都"))
    found = run(said(named("株式会社アシスト", prefecture="大阪府"), (named("株式会社アシスト"), "四條畷市", "2025-04-01"),
                     (named("株式会社アシスト"), "札幌市", "2025-04-01")), registry)
    assert one(found, 0, "株式会社アシスト").id == f"org:number:{FIRST}"
    assert one(found, 1, "株式会社アシスト").id == f"org:number:{FIRST}"  # its neighbour tells of it
    assert one(found, 2, "株式会社アシスト").id.startswith("org:unresolved:")


def test_a_code_in_the_text_is_looked_up() -> None:
    registry = Registered(Corporation(FIRST, "株式会社アシスト", "大阪府", security_code="1234"),
                          Corporation(SECOND, "株式会社アシスト", "東京都", edinet_code="E00002"))
    found = run(said(named("株式会社アシスト", security_code="1234"), named("株式会社アシスト", edinet_code="E00002")), registry)
    assert [one(found, n, "株式会社アシスト").corporate_number for n in (0, 1)] == [FIRST, SECOND]


def test_a_former_name_holds_until_it_was_changed() -> None:
    now = Corporation(FIRST, "株式会社つばめ", "大阪府")
    registry = Registered(now, former={"株式会社ひばり": replace(now, until="2024-04-01")})
    found = run(said((named("株式会社ひばり"), None, "2023-05-01"), (named("株式会社ひばり"), None, "2025-05-01"),
                     (named("株式会社つばめ"), None, "2025-05-01")), registry)
    assert found.organization_of["doc:0", "株式会社ひばり"] == found.organization_of["doc:2", "株式会社つばめ"]
    # one number bears the key in what was read: the later mention of the old name joins it
    assert found.organization_of["doc:1", "株式会社ひばり"] == f"org:number:{FIRST}"


@pytest.mark.parametrize(("on", "there"), [
    ("2024-03-31", True), ("2024-03", True), ("2024", True), ("2024-04-01", False), ("2024-04-01T09:00:00+09:00", False),
    ("2024-03-31T09:00:00+09:00", True), ("2025", False), (None, False), ("平成", False)])
def test_a_corporation_is_there_until_it_is_closed(on: str | None, there: bool) -> None:
    assert Corporation(FIRST, "株式会社ひばり", closed_on="2024-03-31").there(on) is there
    assert Corporation(FIRST, "株式会社ひばり").there(on)


def test_a_corporation_that_was_taken_over_leads_to_its_successor() -> None:
    registry = Registered(Corporation(FIRST, "株式会社ひばり", closed_on="2024-03-31", successor=SECOND),
                          Corporation(SECOND, "株式会社つばめ"))
    found = run(said((named("株式会社ひばり"), None, "2023-05-01")), registry)
    (link,) = [x for x in found.links if x.type == "SUCCEEDED_BY"]
    assert (link.start, link.end, link.day, link.kind) == (f"org:number:{FIRST}", f"org:number:{SECOND}", "2024-03-31",
                                                           "merged")
    assert {o.name for o in found.organizations} == {"株式会社ひばり", "株式会社つばめ"}


# --- lists and places ------------------------------------------------------------------------------------------------

def test_a_bureau_is_part_of_its_ministry_under_all_its_names() -> None:
    found = run(said(named("関東経済産業局", "regional_bureau"), named("経済産業省関東経済産業局", "other"),
                     named("経産省", "national_government")))
    assert found.part_of["org:state:関東経済産業局"] == "org:state:経済産業省"
    assert len(found.organizations) == 2


def test_a_short_name_of_a_public_corporation_is_the_registered_one() -> None:
    found = run(said(named("ジェトロ", "agency"), named("独立行政法人日本貿易振興機構", "agency"), named("日本貿易振興機構", "agency")))
    assert len(found.organizations) == 1


def test_a_ward_that_is_no_more_is_itself_and_leads_to_todays() -> None:
    found = run(said((named("浜松市北区", "ward"), None, "2019-04-01"), (named("浜松市天竜区", "ward", code="221406"), None, "2019-04-01"),
                     (named("浜松市天竜区", "ward", code="221406"), None, "2025-04-01")))
    assert one(found, 0, "浜松市北区").code == "221350"
    assert one(found, 1, "浜松市天竜区").code == "221376"
    assert one(found, 2, "浜松市天竜区").code == "221406"
    after = {(x.start, x.end) for x in found.links if x.type == "SUCCEEDED_BY"}
    assert after == {("org:code:221350", "org:code:221384"), ("org:code:221350", "org:code:221392"),
                     ("org:code:221376", "org:code:221406")}
    assert {o.name for o in found.organizations} >= {"浜松市中央区", "浜松市浜名区", "浜松市"}


def test_a_town_is_the_publishers_own_where_it_was_there_on_the_day() -> None:
    town = named("那珂川町", "municipality", code="094111")  # the extractor prefers what is there today
    found = run(said((town, "福岡県", "2016-05-01"), (town, "栃木県", "2016-05-01"), (town, "福岡県", "2020-05-01")))
    assert [one(found, n, "那珂川町").code for n in range(3)] == ["403059", "094111", "094111"]


TOKYO_NORTH = {"code": "131172", "prefecture": "東京都"}


@pytest.mark.parametrize(("name", "told", "publisher", "wanted"), [
    ("北区", TOKYO_NORTH, "札幌市", "札幌市北区"), ("北区", {}, "札幌市", "札幌市北区"), ("北区", TOKYO_NORTH, "東京都北区", "北区"),
    ("北区", TOKYO_NORTH, None, "北区"), ("北区", TOKYO_NORTH, "四條畷市", None), ("北区役所", {}, "新潟市", "新潟市北区"),
    ("博多区", {}, None, "福岡市博多区"), ("緑区", {}, None, None), ("緑区", {}, "名古屋市", "名古屋市緑区"),
    ("北区", TOKYO_NORTH, "大阪市", "大阪市北区"), ("北区", {}, "堺市北区", "堺市北区"),
    ("東京都北区", TOKYO_NORTH, "札幌市", "北区")])
def test_a_ward_without_its_city_is_the_publishers(name: str, told: dict[str, str], publisher: str | None,
                                                   wanted: str | None) -> None:
    ward = one(run(said((named(name, "ward", **told), publisher, "2025-04-01"))), 0, name)
    assert (ward.name == wanted) if wanted else (ward.id.startswith("org:unresolved:") and len(ward.candidates) > 1)


def test_organisations_are_located_in_the_prefectures_of_the_graph() -> None:
    found = run(said(named("大阪府", "prefecture"), named("四條畷市", "municipality"), named("札幌市", "municipality")))
    assert {(x.start, x.end) for x in found.links if x.type == "LOCATED_IN"} == {("org:code:272299", "org:code:270008")}


def test_a_branch_is_part_of_its_company() -> None:
    found = run(said(named("ひばり商会株式会社"), named("ひばり商会㈱ 大阪支店"), named("株式会社ひばり商会"),
                     named("ひばり商会株式会社神戸支店", "unit")))
    company = found.organization_of["doc:0", "ひばり商会株式会社"]
    assert {found.organization_of["doc:1", "ひばり商会㈱ 大阪支店"], found.organization_of["doc:3", "ひばり商会株式会社神戸支店"]} == {
        start for start, end in found.part_of.items() if end == company}


@pytest.mark.parametrize(("unit", "parent"), [
    ("堺市産業振興課", "堺市"), ("大阪府四條畷市産業振興課", "四條畷市"), ("北海道上川郡東川町企画課", "東川町"), ("四條畷市教育委員会", "四條畷市"),
    ("北のはて大学地域連携課", "北のはて大学"), ("四條畷市商工会青年部", "四條畷市商工会"), ("株式会社みらい 創造部", "株式会社みらい"),
    ("みらい大阪支店", "株式会社みらい"), ("みらい創造課", None), ("企画部みらい推進課", None), ("府中市企画課", None),
    ("枚方市商工会青年部", None)])
def test_a_unit_is_part_of_whom_its_name_begins_with(unit: str, parent: str | None) -> None:
    types = {"北のはて大学": "university", "四條畷市商工会": "chamber", "株式会社みらい": "company"}
    found = run(said(named(unit, "unit"), *(named(name, kind) for name, kind in types.items())))
    names = {o.id: o.name for o in found.organizations}
    assert [names[end] for start, end in found.part_of.items() if start == found.organization_of["doc:0", unit]] == (
        [parent] if parent else [])


@pytest.mark.parametrize("name", ["ひばり商会株式会社・つばめ運輸株式会社共同企業体", "ひばり商会株式会社労働組合", "ひばり商会株式会社ほか2社",
                                  "ひばり商会株式会社とつばめ運輸株式会社大阪支店", "ひばり商会株式会社グループ"])
def test_what_only_begins_with_a_companys_name_is_no_part_of_it(name: str) -> None:
    found = run(said(named("ひばり商会株式会社"), named("つばめ運輸株式会社"), named(name, "other")))
    assert found.part_of == {}


# --- decisions -------------------------------------------------------------------------------------------------------

def test_merged_organisations_are_one_with_the_stronger_id() -> None:
    found = run(said(named("株式会社ひばり商会", corporate_number=FIRST), named("HIBARI", "other")),
                decided="merge,HIBARI,株式会社ひばり商会,佐藤,2026-04-01,英語の名\n")
    (company,) = found.organizations
    assert company.id == f"org:number:{FIRST}" and set(company.names) == {"株式会社ひばり商会", "HIBARI"}


def test_a_decision_holds_when_a_number_becomes_known() -> None:
    before = run(said(named("株式会社ひばり商会"), named("HIBARI", "other")))
    old = before.organization_of["doc:0", "株式会社ひばり商会"]
    now = run(said(named("株式会社ひばり商会", corporate_number=FIRST), named("HIBARI", "other")),
              decided=f"merge,HIBARI,{old},佐藤,2026-04-01,英語の名\n")
    assert [o.id for o in now.organizations] == [f"org:number:{FIRST}"]


@pytest.mark.parametrize(("a", "b"), [
    (named("株式会社ひばり", corporate_number=FIRST), named("株式会社つばめ", corporate_number=SECOND)),
    (named("四條畷市", "municipality"), named("札幌市", "municipality")),
    (named("総務省", "national_government"), named("株式会社つばめ", corporate_number=SECOND)),
])
def test_nothing_is_merged_across_two_bodies(a: NamedOrganization, b: NamedOrganization) -> None:
    found = run(said(a, b), decided=f"merge,{a.name},{b.name},佐藤,2026-04-01,同じ\n")
    assert found.organization_of["doc:0", a.name] != found.organization_of["doc:1", b.name]
    (refused,) = found.refused
    assert refused.item == "decisions.csv, line 2" and "two 法人番号" in refused.reason


def test_nor_in_two_steps() -> None:
    found = run(said(named("株式会社ひばり", corporate_number=FIRST), named("つなぎ", "other"),
                     named("株式会社つばめ", corporate_number=SECOND)),
                decided="merge,株式会社ひばり,つなぎ,佐藤,2026-04-01,同じ\nmerge,つなぎ,株式会社つばめ,佐藤,2026-04-01,同じ\n")
    assert len(found.organizations) == 2
    assert [r.item for r in found.refused] == ["decisions.csv, line 3"]


def test_a_bare_name_that_is_kept_apart_stays_by_itself() -> None:
    releases = said(named("株式会社ひばり"), named("ひばり", "other"))
    assert len(run(releases).organizations) == 1
    assert len(run(releases, decided="keep_apart,ひばり,株式会社ひばり,佐藤,2026-04-01,合唱団\n").organizations) == 2


def test_an_alias_wins_over_the_name_but_not_over_a_number() -> None:
    found = run(said(named("株式会社ひばり"), named("株式会社旧つばめ"), named("株式会社旧つばめ", corporate_number=SECOND)),
                decided="alias,株式会社ひばり,株式会社旧つばめ,佐藤,2026-04-01,旧社名\n")
    assert found.organization_of["doc:1", "株式会社旧つばめ"] == found.organization_of["doc:0", "株式会社ひばり"]
    assert found.organization_of["doc:2", "株式会社旧つばめ"] == f"org:number:{SECOND}"


def test_an_alias_leads_to_whom_its_organisation_turns_out_to_be() -> None:
    releases = said(named("株式会社ひばり", corporate_number=FIRST), named("株式会社旧つばめ商会"), named("㈱旧つばめ商会"), named("旧つばめ商会"))
    found = run(releases, decided="alias,株式会社ひばり,株式会社旧つばめ商会,佐藤,2026-04-01,旧社名\n")
    (company,) = found.organizations
    assert (company.id, company.name) == (f"org:number:{FIRST}", "株式会社ひばり")


@pytest.mark.parametrize("lines", [
    ("alias,株式会社甲野,株式会社乙野,佐藤,2026-04-01,旧社名", "alias,株式会社乙野,株式会社丙野,佐藤,2026-04-01,旧社名"),
    ("alias,株式会社甲野,株式会社乙野,佐藤,2026-04-01,旧社名", "alias,株式会社乙野,株式会社甲野,佐藤,2026-04-01,旧社名",
     "merge,株式会社乙野,株式会社丙野,佐藤,2026-04-01,同じ"),
    ("alias,株式会社甲野,㈱甲野,佐藤,2026-04-01,略", "merge,株式会社甲野,株式会社乙野,佐藤,2026-04-01,同じ",
     "merge,株式会社乙野,株式会社丙野,佐藤,2026-04-01,同じ", "merge,株式会社丙野,株式会社甲野,佐藤,2026-04-01,同じ")])
def test_decisions_lead_on_from_one_to_the_next_and_round_in_a_circle(lines: tuple[str, ...]) -> None:
    releases = said(named("株式会社甲野"), named("株式会社乙野"), named("株式会社丙野"))
    for order in (lines, lines[::-1]):
        found = run(releases, decided="\n".join(order) + "\n")
        assert len(found.organizations) == 1 and not found.refused


def test_an_alias_that_every_release_proves_wrong_is_told() -> None:
    found = run(said(named("株式会社ひばり"), named("四條畷市", "municipality")),
                decided="alias,株式会社ひばり,四條畷市,佐藤,2026-04-01,誤り\n")
    assert [(r.item, r.reason) for r in found.refused] == [
        ("decisions.csv, line 2", "«四條畷市» is org:code:272299 by more than its name")]


def test_who_is_kept_apart_stays_apart_when_a_number_or_a_merge_tells_more() -> None:
    apart = "keep_apart,ひばり,株式会社ひばり,佐藤,2026-04-01,合唱団\n"
    found = run(said(named("株式会社ひばり", corporate_number=FIRST), named("ひばり", "other")), decided=apart)
    assert len(found.organizations) == 2
    found = run(said(named("株式会社ひばり"), named("ひばり株式会社"), named("ひばり", "other")),
                decided=apart + "merge,株式会社ひばり,ひばり株式会社,佐藤,2026-04-01,同じ\n")
    assert len(found.organizations) == 2
    assert found.organization_of["doc:0", "株式会社ひばり"] == found.organization_of["doc:1", "ひばり株式会社"]


def test_a_name_whose_candidates_become_one_is_open_no_more() -> None:
    releases = said(named("株式会社あけぼの"), named("あけぼの株式会社"), named("あけぼの"))
    open_ = run(releases).organization_of["doc:2", "あけぼの"]
    merged = run(releases, decided="merge,株式会社あけぼの,あけぼの株式会社,佐藤,2026-04-01,同じ\n")
    assert len(merged.organizations) == 1
    answered = run(releases, decided=f"keep_apart,{open_},株式会社あけぼの,佐藤,2026-04-01,別\n")
    assert answered.organization_of["doc:2", "あけぼの"] == answered.organization_of["doc:1", "あけぼの株式会社"]
    neither = run(releases, decided=f"keep_apart,{open_},株式会社あけぼの,佐藤,2026-04-01,別\n"
                                    f"keep_apart,{open_},あけぼの株式会社,佐藤,2026-04-01,別\n")
    assert len(neither.organizations) == 3 and not any(o.candidates for o in neither.organizations)


def test_a_decision_about_an_open_name_holds_when_it_is_open_no_more() -> None:
    open_ = run(said(named("株式会社あけぼの"), named("あけぼの株式会社"), named("あけぼの"))).organization_of["doc:2", "あけぼの"]
    later = said(named("株式会社あけぼの"), named("あけぼの"), named("曙光会", "other"))
    assert len(run(later, decided=f"keep_apart,{open_},株式会社あけぼの,佐藤,2026-04-01,別\n").organizations) == 3
    assert len(run(later, decided=f"merge,{open_},曙光会,佐藤,2026-04-01,同じ\n").organizations) == 1


def test_a_type_holds_for_whom_its_organisation_turns_out_to_be() -> None:
    found = run(said(named("株式会社ひばり"), named("ひばり"), named("HIBARI", "other", corporate_number=FIRST)),
                decided="merge,株式会社ひばり,HIBARI,佐藤,2026-04-01,英語の名\ntype,ひばり,council,佐藤,2026-04-01,会議体\n")
    assert [(o.id, o.type) for o in found.organizations] == [(f"org:number:{FIRST}", "council")]


def test_an_open_name_is_settled_by_a_merge() -> None:
    releases = said(named("株式会社あけぼの"), named("あけぼの株式会社"), (named("あけぼの"), "四條畷市", "2025-04-01"),
                    (named("あけぼの"), "札幌市", "2025-04-01"))
    open_ = run(releases).organization_of["doc:2", "あけぼの"]
    found = run(releases, decided=f"merge,{open_},株式会社あけぼの,佐藤,2026-04-01,市に聞いた\n")
    assert found.organization_of["doc:2", "あけぼの"] == found.organization_of["doc:0", "株式会社あけぼの"]
    assert found.organization_of["doc:3", "あけぼの"].startswith("org:unresolved:")


def test_a_type_is_as_people_say() -> None:
    found = run(said(named("株式会社みなと会議")), decided="type,株式会社みなと会議,council,佐藤,2026-04-01,会議体\n")
    assert one(found, 0, "株式会社みなと会議").type == "council"


def test_dropped_statements_leave_no_tie() -> None:
    text = "甲株式会社と乙株式会社は協定を締結しました。"
    release = Extraction(Document("doc:x", text, published="2025-04-01"), "test",
                         (named("甲株式会社"), named("乙株式会社")),
                         (agreement("s1", text, ("甲株式会社", "乙株式会社")), agreement("s2", text, ("甲株式会社", "乙株式会社"),
                                                                                    kind="memorandum")))
    assert len(run([release]).ties) == 2
    assert [t.kind for t in run([release], decided="drop,s2,,佐藤,2026-04-01,誤読\n").ties] == ["partnership"]
    assert run([release], decided="drop,doc:x,,佐藤,2026-04-01,誤報\n").ties == ()


def test_the_order_of_arrival_and_of_decisions_does_not_matter() -> None:
    registry = Registered(Corporation(FIRST, "株式会社アシスト", "大阪府"), Corporation(SECOND, "株式会社アシスト", "東京都"),
                          Corporation(THIRD, "株式会社ひばり", "大阪府"))
    releases = said(named("株式会社アシスト", prefecture="大阪府"), (named("株式会社アシスト"), "札幌市", "2025-04-01"), named("アシスト"),
                    named("㈱ひばり"), named("ひばり"), named("HIBARI", "other"), (named("浜松市北区", "ward"), None, "2019-04-01"))
    lines = ["merge,HIBARI,株式会社ひばり,佐藤,2026-04-01,英語\n", "type,株式会社ひばり,bank,佐藤,2026-04-01,銀行\n",
             "alias,株式会社ひばり,アシスト,佐藤,2026-04-01,愛称\n"]
    wanted = run(releases, registry, "".join(lines))
    for seed in range(5):
        random.Random(seed).shuffle(releases)
        random.Random(seed).shuffle(lines)
        assert run(releases, registry, "".join(lines)) == wanted
