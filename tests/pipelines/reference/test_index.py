"""The index of registries: files of their shapes in, answers by number, name and code out."""
from __future__ import annotations

import csv
import io
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from bench import registry as made_up
from graph.codes import corporate_number
from graph.names import name_key
from graph.registry import Corporation
from pipelines import reference
from pipelines.reference import ReferenceIndex

FIRST, SECOND, THIRD = (corporate_number(f"{n:012}") for n in (110001000001, 120001000002, 130001000003))
EDINET = ("ダウンロード実行日,2026年04月01日現在,件数,2件\r\n"
          "ＥＤＩＮＥＴコード,提出者種別,上場区分,連結の有無,資本金,決算日,提出者名,提出者名（英字）,提出者名（ヨミ）,所在地,提出者業種,証券コード,提出者法人番号\r\n"
          f'"E00001","内国法人・組合","上場","有","100","3月31日","ひばり商会株式会社","Hibari Co., Ltd.","ヒバリ","港区新橋一丁目",'
          f'"小売業","285A0","{FIRST}"\r\n'
          '"E00002","外国政府等","","","","","どこかの国","","","London","","",""\r\n')
GBIZINFO = ("法人番号,法人名,法人名ふりがな,法人名英語,郵便番号,本社所在地,ステータス,登記記録の閉鎖等年月日,登記記録の閉鎖等の事由\n"
            f"{FIRST},ひばり商会株式会社,ひばり,Hibari,1000001,東京都港区新橋1,-,,\n"
            f"{SECOND},合同会社つばめ,つばめ,,5300001,大阪市北区1,閉鎖,2024-03-31,合併\n")
GBIZINFO_2 = ("法人番号,商号または名称,商号または名称（カナ）,商号または名称（英字）,登記記録の閉鎖等年月日,登記住所\n"
              f"{THIRD},医療法人さくら,サクラ,,,京都府京都市\n")


def row(number: str, name: str, *, process: str = "01", changed: str = "2015-10-05", prefecture: str = "27", city: str = "229",
        closed: str = "", successor: str = "", latest: str = "1", english: str = "") -> list[str]:
    """A row of the NTA's file."""
    return ["1", number, process, "0", changed, changed, name, "", "301", "大阪府", "四條畷市", "中央1-1", "", prefecture, city,
            "5750000", "", "", closed, "01" if closed else "", successor, "", "2015-10-05", latest, english, "", "", "", "", "0"]


def nta(file: Path, rows: Iterable[list[str]], encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def index(home: Path) -> ReferenceIndex:
    found = ReferenceIndex.of(home)
    assert found is not None
    return found


def numbers(found: Iterable[Corporation]) -> list[str]:
    return [c.number for c in found]


def test_without_files_there_is_no_index(tmp_path: Path) -> None:
    assert ReferenceIndex.of(tmp_path) is None


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_the_bulk_file_answers_by_number_key_and_stem(tmp_path: Path, encoding: str) -> None:
    built = reference.update(tmp_path, nta=[nta(tmp_path / "nta.csv", [
        row(FIRST, "株式会社ひばり商会", english="HIBARI INC."), row(SECOND, "ひばり商会株式会社", prefecture="13", city="103"),
        row(THIRD, "医療法人社団さくら", closed="2024-03-31", successor=FIRST)], encoding)])
    assert (built.corporations, built.unusable) == (3, 0)
    found = index(tmp_path)
    assert found.corporation(SECOND) == Corporation(SECOND, "ひばり商会株式会社", "東京都", "13103")
    assert numbers(found.named(name_key("㈱ひばり商会"))) == [FIRST]
    assert numbers(found.with_stem("ひばり商会")) == sorted([FIRST, SECOND])
    assert numbers(found.with_stem(name_key("HIBARI").stem)) == [FIRST]
    (gone,) = found.named(name_key("(医)さくら"))
    assert (gone.closed_on, gone.successor) == ("2024-03-31", FIRST)
    assert found.corporation("1234567890123") is None and found.listed("1234") is None and found.named(name_key("無")) == ()


def test_a_zip_is_read_as_it_comes(tmp_path: Path) -> None:
    file = nta(tmp_path / "13_tokyo.csv", [row(FIRST, "株式会社ひばり商会")])
    with zipfile.ZipFile(tmp_path / "nta.zip", "w") as packed:
        packed.write(file, file.name)
        packed.writestr(f"{file.name}.asc", "signature")
    assert reference.update(tmp_path, nta=[tmp_path / "nta.zip"]).corporations == 1


def test_only_the_file_of_the_whole_country_is_complete(tmp_path: Path) -> None:
    made_up.write(tmp_path / "country.csv", 2_500)
    reference.update(tmp_path, nta=[tmp_path / "country.csv"])
    assert index(tmp_path).complete
    reference.update(tmp_path, nta=[nta(tmp_path / "osaka.csv", [row(FIRST, "株式会社ひばり商会")])])
    found = index(tmp_path)
    assert not found.complete and found.corporation("8000020130001") is None


def test_the_numbers_of_local_governments_are_those_that_follow_from_their_codes(tmp_path: Path) -> None:
    made_up.write(tmp_path / "country.csv", 1_800)
    reference.update(tmp_path, nta=[tmp_path / "country.csv"])
    city = index(tmp_path).corporation("6000020272299")
    assert city is not None and (city.name, city.prefecture, city.city) == ("四條畷市", "大阪府", "27229")


def test_a_days_changes_keep_the_former_name_with_its_end(tmp_path: Path) -> None:
    reference.update(tmp_path, nta=[nta(tmp_path / "nta.csv", [row(FIRST, "株式会社ひばり"), row(SECOND, "株式会社つばめ")])])
    reference.update(tmp_path, nta_diff=[nta(tmp_path / "diff.csv", [
        row(FIRST, "株式会社みなと", process="11", changed="2024-04-01"), row(SECOND, "株式会社つばめ", process="99"),
        row(THIRD, "株式会社かもめ")])])
    found = index(tmp_path)
    (former,) = found.named(name_key("株式会社ひばり"))
    assert (former.number, former.name, former.until) == (FIRST, "株式会社みなと", "2024-04-01")
    assert former.there("2024-03-31") and not former.there("2025-01-01") and not former.there(None)
    assert found.corporation(SECOND) is None and found.named(name_key("株式会社つばめ")) == ()
    assert numbers(found.named(name_key("株式会社かもめ"))) == [THIRD]


def test_history_in_the_bulk_file_is_former_names(tmp_path: Path) -> None:
    reference.update(tmp_path, nta=[nta(tmp_path / "nta.csv", [
        row(FIRST, "株式会社ひばり", latest="0"), row(FIRST, "株式会社つばめ", latest="0", changed="2018-04-01"),
        row(FIRST, "株式会社みなと", changed="2024-04-01")])])
    found = index(tmp_path)
    ends = {name: found.named(name_key(name))[0].until for name in ("株式会社ひばり", "株式会社つばめ", "株式会社みなと")}
    assert ends == {"株式会社ひばり": "2018-04-01", "株式会社つばめ": "2024-04-01", "株式会社みなと": None}


def test_edinets_list_brings_codes(tmp_path: Path) -> None:
    (tmp_path / "EdinetcodeDlInfo.csv").write_bytes(EDINET.encode("cp932"))
    built = reference.update(tmp_path, edinet=tmp_path / "EdinetcodeDlInfo.csv")
    assert (built.corporations, built.unusable, built.examples) == (
        1, 1, ("EdinetcodeDlInfo.csv, line 4: E00002 has no 法人番号",))
    found = index(tmp_path)
    company = found.listed("285A")
    assert company is not None and company == found.listed("E00001")
    assert (company.number, company.prefecture, company.source) == (FIRST, "東京都", "EDINETコードリスト")
    assert not found.complete


def test_gbizinfo_in_both_its_shapes(tmp_path: Path) -> None:
    files = [tmp_path / "Kihonjoho_1.csv", tmp_path / "Kihonjoho_2.csv"]
    for file, text in zip(files, (GBIZINFO, GBIZINFO_2), strict=True):
        file.write_text(text, encoding="utf-8-sig")
    reference.update(tmp_path, gbizinfo=files)
    found = index(tmp_path)
    assert [found.corporation(n).prefecture for n in (FIRST, SECOND, THIRD)] == ["東京都", "大阪府", "京都府"]  # type: ignore[union-attr]
    assert found.corporation(SECOND).closed_on == "2024-03-31"  # type: ignore[union-attr]


def test_the_nta_tells_the_name_and_the_others_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_bytes(EDINET.encode("cp932"))
    reference.update(tmp_path, edinet=tmp_path / "e.csv")
    reference.update(tmp_path, nta=[nta(tmp_path / "nta.csv", [row(FIRST, "株式会社ひばりホールディングス")])])
    company = index(tmp_path).listed("285A")
    assert company is not None and (company.name, company.edinet_code, company.security_code) == (
        "株式会社ひばりホールディングス", "E00001", "285A")
    reference.update(tmp_path, edinet=tmp_path / "e.csv")
    assert index(tmp_path).listed("285A") == company


def test_updating_again_changes_nothing(tmp_path: Path) -> None:
    file = nta(tmp_path / "nta.csv", [row(FIRST, "株式会社ひばり商会"), row(SECOND, "株式会社ひばり商会")])
    reference.update(tmp_path, nta=[file])
    once = index(tmp_path).named(name_key("㈱ひばり商会"))
    reference.update(tmp_path, nta=[file])
    assert index(tmp_path).named(name_key("㈱ひばり商会")) == once


@pytest.mark.parametrize(("which", "said"), [
    ("nta", "no row can be used"), ("edinet", "EDINET's code list"), ("gbizinfo", "gBizINFO's 法人基本情報")])
def test_another_registrys_file_is_refused_and_the_index_stays(tmp_path: Path, which: str, said: str) -> None:
    reference.update(tmp_path, nta=[nta(tmp_path / "nta.csv", [row(FIRST, "株式会社ひばり商会")])])
    before = reference.at(tmp_path).read_bytes()
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        reference.update(tmp_path, **{which: wrong if which == "edinet" else [wrong]})  # type: ignore[arg-type]
    assert reference.at(tmp_path).read_bytes() == before
    assert sorted(f.name for f in reference.at(tmp_path).parent.iterdir()) == ["corporations.sqlite"]


def test_rows_that_cannot_be_used_are_counted_with_their_reason(tmp_path: Path) -> None:
    built = reference.update(tmp_path, nta=[nta(tmp_path / "nta.csv", [
        row(FIRST, "株式会社ひばり商会"), row("1234567890123", "株式会社つばめ"), row(SECOND, ""), row(THIRD, "株式会社みなと")[:-1],
        row(THIRD, "株式会社かもめ")])])
    assert (built.corporations, built.unusable) == (2, 3)
    assert [e.split(": ", 1)[0] for e in built.examples] == ["nta.csv, line 2", "nta.csv, line 3", "nta.csv, line 4"]
    assert [(file, line) for _, file, line, _ in index(tmp_path).unusable()] == [("nta.csv", n) for n in (2, 3, 4)]


def test_who_is_killed_in_an_update_keeps_the_old_index(tmp_path: Path) -> None:
    file = nta(tmp_path / "nta.csv", [row(FIRST, "株式会社ひばり商会")])
    reference.update(tmp_path, nta=[file])
    before = reference.at(tmp_path).read_bytes()
    child = ("import os, signal, sys\nfrom pathlib import Path\nfrom pipelines import reference\n"
             "reference.update(Path(sys.argv[1]), nta=[Path(sys.argv[2])], "
             "report=lambda done, total: os.kill(os.getpid(), signal.SIGKILL))\n")
    killed = subprocess.run([sys.executable, "-c", child, str(tmp_path), str(file)], check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert reference.at(tmp_path).read_bytes() == before
    assert reference.at(tmp_path).with_suffix(".draft").is_file()
    reference.update(tmp_path, nta=[nta(tmp_path / "other.csv", [row(SECOND, "株式会社つばめ")])])
    assert index(tmp_path).counts() == [("国税庁 法人番号公表サイト", 1, 0)]
    assert not reference.at(tmp_path).with_suffix(".draft").exists()


def test_changes_of_municipalities_are_kept_at_home(tmp_path: Path) -> None:
    file = tmp_path / "estat.csv"
    file.write_bytes(("標準地域コード,都道府県,政令市･郡･支庁･振興局等,政令市･郡･支庁･振興局等（ふりがな）,市区町村,市区町村（ふりがな）,"
                      "廃置分合等施行年月日,改正事由\r\n"
                      '"08523","茨城県","結城郡","","石下町","","2006-01-01","石下町(08523)が水海道市(08211)に編入\n'
                      '水海道市(08211)が常総市に名称変更"\r\n').encode("cp932"))
    changes, unread = reference.update_changes(tmp_path, file)
    assert len(changes) == 2 and not unread
    at_home = reference.places(tmp_path)
    assert at_home.codes("水海道市", "2005-12-31") == at_home.codes("常総市", None) == ("082112",)
    assert [s.after for s in at_home.successions() if s.before == "085235"] == ["082112"]
    assert reference.places(None).codes("石下町") == ()
