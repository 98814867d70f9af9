"""Places as they were on a day, and what became of them."""
from __future__ import annotations

import pytest

from graph.places import Succession
from graph.reference import changes
from pipelines.reference import places

HEADER = ("標準地域コード,都道府県,政令市･郡･支庁･振興局等,政令市･郡･支庁･振興局等（ふりがな）,市区町村,市区町村（ふりがな）,"
          "廃置分合等施行年月日,改正事由\n")


@pytest.mark.parametrize(("name", "on", "codes"), [
    ("浜松市中区", "2019-01-01", ("221317",)),
    ("浜松市天竜区", "2023-12-31", ("221376",)),
    ("浜松市天竜区", "2024-01-01", ("221406",)),
    ("浜松市天竜区", "2023", ("221376",)),
    ("浜松市天竜区", None, ("221406",)),
    ("浜松市中区", "2025-04-01", ("221317",)),  # a later release may tell of it
    ("浜松市浜名区", "2023-06-01", ("221392",)),  # or an earlier one, of what is to come
    ("那珂川町", "2018-09-30", ("094111", "403059")),
    ("那珂川町", "2018-10-01", ("094111",)),
    ("福岡県筑紫郡那珂川町", "2020-01-01", ("403059",)),
    ("那珂川市", None, ("402311",)),
    ("篠山市", "2018-01-01", ("282219",)),
    ("丹波篠山市", "2026-01-01", ("282219",)),
    ("四条畷市", None, ("272299",)),
    ("大阪府四條畷市役所", None, ("272299",)),
    ("府中市", "2025-01-01", ("132063", "342084")),
    ("広島県府中市", "2025-01-01", ("342084",)),
    ("府中市", "いつか", ("132063", "342084")),
    ("どこにもない市", None, ()),
])
def test_a_name_means_the_body_that_bore_it_on_the_day(name: str, on: str | None, codes: tuple[str, ...]) -> None:
    assert places().codes(name, on) == codes


def test_the_wards_of_hamamatsu_lead_to_todays() -> None:
    after = {(s.before, s.after) for s in places().successions() if s.day == "2024-01-01"}
    assert after == {("221317", "221384"), ("221325", "221384"), ("221333", "221384"), ("221341", "221384"),
                     ("221350", "221384"), ("221350", "221392"), ("221368", "221392"), ("221376", "221406")}
    assert {places().city_of(code) for pair in after for code in pair} == {"221309"}
    assert all(s.source.startswith("https://") for s in places().successions())


def test_a_change_of_name_alone_has_no_successor() -> None:
    assert not [s for s in places().successions() if "282219" in (s.before, s.after)]


@pytest.mark.parametrize(("address", "prefecture"), [
    ("東京都千代田区1-1", "東京都"), ("港区新橋四丁目", "東京都"), ("前橋市古市町一丁目", "群馬県"), ("府中市宮町", None), ("London", None),
])
def test_an_address_tells_its_prefecture(address: str, prefecture: str | None) -> None:
    assert places().prefecture_of(address) == prefecture


def told(words: str, *, day: str = "2006-01-01", prefecture: str = "茨城県", city: str = "") -> str:
    return HEADER + f'"00000","{prefecture}","{city}","","","","{day}","{words}"\n'


@pytest.mark.parametrize(("words", "wanted"), [
    ("石下町(08523)が水海道市(08211)に編入", [("absorbed", "085235", "082112", "水海道市")]),
    ("石下町（08523）が水海道市（08211）に編入", [("absorbed", "085235", "082112", "水海道市")]),
    ("水海道市(08211)が常総市に名称変更", [("renamed", "082112", "082112", "常総市")]),
    ("那珂川町(40305)が那珂川市(40231)に市制施行", [("promoted", "403059", "402311", "那珂川市")]),
    ("札幌市(01201)の札幌市(01100)への政令指定都市施行", [("designated", "012017", "011002", "札幌市")]),
    ("いの町(39361)、ときがわ町(11349)が合併し、つがる市(02209)を新設",
     [("merged", "113492", "022098", "つがる市"), ("merged", "393614", "022098", "つがる市")]),
    ("中道町(19326)と上九一色村(19341)大字梯及び古関が甲府市(19201)に編入", [("absorbed", "193267", "192015", "甲府市")]),
    ("甲府市(19201)と昭和町(19384)の境界変更", []),
])
def test_estats_words_are_read(words: str, wanted: list[tuple[str, str, str, str]]) -> None:
    found, unread = changes.from_estat(told(words))
    assert [(c.kind, c.before_code, c.after_code, c.after_name) for c in found] == wanted
    assert unread == ()


def test_wards_are_named_with_their_city() -> None:
    found, _ = changes.from_estat(told("垂水区(28108)から分離し、西区(28111)を新設", prefecture="兵庫県", city="神戸市"))
    assert [(c.kind, c.before_name, c.after_name) for c in found] == [("split", "神戸市垂水区", "神戸市西区")]


def test_several_lines_and_rows_of_one_change_are_one() -> None:
    words = "石下町(08523)が水海道市(08211)に編入\n水海道市(08211)が常総市に名称変更"
    once, _ = changes.from_estat(told(words))
    twice, _ = changes.from_estat(told(words) + told(words).removeprefix(HEADER))
    assert len(once) == 2 and once == twice
    assert changes.read(changes.written(once)) == once


def test_what_is_not_understood_is_kept_with_its_line() -> None:
    _, unread = changes.from_estat(told("何かが起こった"))
    assert [(u.line, u.words) for u in unread] == [(2, "何かが起こった")]


def test_another_file_is_refused_by_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="改正事由"):
        changes.from_estat("標準地域コード,都道府県\n")


def test_the_shipped_list_names_a_source_for_every_change() -> None:
    assert all(c.source for c in changes.shipped())
    assert Succession("403059", "402311", "2018-10-01", "promoted", "https://ja.wikipedia.org/wiki/市町村") \
        in places().successions()
