"""The command as a researcher types it: questions, statements of their own, intermediaries, what runs."""
from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pipelines import cli
from queries import names
from tests.queries.region import build


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: its exit code and what it wrote."""
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """Standard output as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


Kakehashi = Callable[..., Done]


@pytest.fixture
def kakehashi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kakehashi:
    """The command, in an empty home of its own."""
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str, typed: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["kakehashi", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        code = left.value.code
        return Done(code if isinstance(code, int) else int(code is not None), *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def region(neo4j_server: Any) -> Iterator[Any]:
    """The session's server with a small region in it."""
    driver, database = neo4j_server.driver, neo4j_server.target.database
    driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)
    build(driver, database)
    yield neo4j_server
    driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)


@pytest.fixture
def asking(kakehashi: Kakehashi, region: Any, monkeypatch: pytest.MonkeyPatch) -> Kakehashi:
    """The command, in the home whose graph is the region."""
    monkeypatch.setenv("KAKEHASHI_HOME", str(region.home))
    return kakehashi


# questions

def test_query_alone_lists_every_question_with_its_parameters(kakehashi: Kakehashi, tmp_path: Path) -> None:
    done = kakehashi("query")
    assert done.code == 0 and all(name in done.out for name in names())
    assert "--organization" in done.out and "(left out: 湯沢市)" in done.out
    assert not (tmp_path / "home").exists()  # no server is started for a list


def test_a_question_is_drawn_with_its_title(asking: Kakehashi) -> None:
    done = asking("query", "partners", "--organization", "葵市")
    assert done.code == 0 and "With whom has an organisation agreed what" in done.out
    assert "包括連携に関する協定" in done.out and "観光に関する協定" not in done.out and "8 rows" in done.out


def test_a_parameter_may_be_written_with_an_equals_sign(asking: Kakehashi) -> None:
    done = asking("query", "members", "--collective=みどり協議会", "--csv")
    assert {row["organization"] for row in done.rows} == {"葵市", "千鳥大学", "一般社団法人みなと案内所"}


def test_no_answer_about_an_organisation_that_is_none_says_so(asking: Kakehashi) -> None:
    done = asking("query", "partners", "--organization", "みなと案内所", "--csv")
    assert done.code == 0 and done.rows == []
    assert "no organisation is called «みなと案内所»; perhaps 一般社団法人みなと案内所 (--organization)" in done.err
    assert "no organisation" not in asking("query", "repeat_partners", "--organization", "桐市", "--at-least", "99").err


def test_csv_is_a_header_and_plain_values(asking: Kakehashi) -> None:
    done = asking("query", "counts_claimed", "--csv")
    assert done.out.splitlines()[0] == "organization,claimed,known,release,sentence,id"
    (row,) = done.rows
    assert row.pop("id").startswith("claim:")
    assert [row] == [{"organization": "株式会社ひばり商会", "claimed": "50", "known": "2",
                          "release": "claimedのお知らせ", "sentence": "50自治体"}]
    assert done.err == ""


def test_lists_are_one_cell(asking: Kakehashi) -> None:
    rows = asking("query", "joint_agreements", "--csv").rows
    assert rows[0]["sectors"] == "academic; private; public"


def test_excel_is_a_file(asking: Kakehashi, tmp_path: Path) -> None:
    file = tmp_path / "timeline.xlsx"
    done = asking("query", "timeline", "--excel", str(file))
    assert done.code == 0 and str(file) in done.out
    assert list(pd.read_excel(file).columns) == ["fiscal_year", "kind", "concluded", "renewed", "ended"]


def test_a_spreadsheet_gets_no_formula(asking: Kakehashi, tmp_path: Path) -> None:
    hostile = "UNWIND ['=1+1', '@x', '-1', '葵市'] AS name RETURN name, -5 AS number"
    assert asking("cypher", hostile, "--excel", str(tmp_path / "a.xlsx")).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [(v, "s") for v in ("=1+1", "@x", "-1", "葵市")]
    assert asking("cypher", hostile, "--excel", str(tmp_path / "a.csv")).code == 0
    written = (tmp_path / "a.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").split() == ["name,number", "'=1+1,-5", "'@x,-5", "'-1,-5", "葵市,-5"]
    # a Japanese spreadsheet takes the wide signs for the same; a column's name is a text too
    assert asking("cypher", "RETURN '＝1+1' AS `=2`", "--excel", str(tmp_path / "b.csv")).code == 0
    assert (tmp_path / "b.csv").read_text(encoding="utf-8-sig").split() == ["'=2", "'＝1+1"]


def test_what_a_cell_cannot_hold_is_replaced_or_said_to_be_cut(asking: Kakehashi, tmp_path: Path) -> None:
    text = "RETURN 'a\\u000bb' AS odd, reduce(s = 'x', i IN range(1, 16) | s + s) AS long"
    done = asking("cypher", text, "--excel", str(tmp_path / "a.xlsx"))
    assert done.code == 0 and "1 texts are longer" in done.out
    odd, long = (cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx").active[2])
    assert odd == "a�b" and len(long) == 32_767


def test_ids_of_others_are_in_the_files_alone(asking: Kakehashi) -> None:
    assert "collective_id" not in asking("query", "members").out
    assert "collective_id" in asking("query", "members", "--csv").out
    # what somebody asks for is shown
    assert "town_id" in asking("cypher", "MATCH (o:Municipality) RETURN o.id AS town_id").out


def test_an_export_is_a_folder(asking: Kakehashi, tmp_path: Path) -> None:
    done = asking("export", str(tmp_path / "all"), "--format", "csv", "--format", "gexf")
    assert done.code == 0 and "tied_to.gexf" in done.out
    package = json.loads((tmp_path / "all" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["name"] == "kakehashi" and {r["format"] for r in package["resources"]} == {"csv", "gexf"}
    done = asking("export", str(tmp_path / "part"), "--query", "partners", "--organization", "楓市", "--excel",
                  "--licence", "CC0-1.0")
    assert done.code == 0 and (tmp_path / "part" / "answer.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert json.loads((tmp_path / "part" / "datapackage.json").read_text("utf-8"))["licenses"][0]["name"] == "CC0-1.0"


@pytest.mark.parametrize(("words", "says"), [
    (("--format", "xls"), "csv, parquet, graphml, gexf"), (("--query", "partner"), "perhaps partners"),
    (("--organization", "楓市"), "name one with --query"), (("--excel", "--format", "gexf"), "add --format csv"),
    (("--query", "kinds"), "nothing to export"), (("--licence", "mine, all mine"), "short name of a licence"),
])
def test_an_export_that_cannot_be_says_why(asking: Kakehashi, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = asking("export", str(tmp_path / "x"), *words)
    assert done.code == 2 and says in done.err and not (tmp_path / "x").exists()


def test_print_gives_text_and_needs_no_server(kakehashi: Kakehashi, tmp_path: Path) -> None:
    done = kakehashi("query", "partners", "--organization", "葵'市", "--print")
    assert done.code == 0 and "'葵\\'市'" in done.out and done.out.endswith(";\n")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(("words", "says"), [
    (("query", "partner", "--print"), "perhaps partners"),
    (("query", "partners", "--theme", "x", "--print"), "it has --organization"),
    (("brokers", "--prefecture", "大坂府"), "perhaps 大阪府"),
    (("brokers", "--theme", "防災"), "perhaps 防災・災害"),
    (("brokers", "--plot", "nowhere/first.png"), "there is no folder nowhere"),
    (("query", "timeline", "--kind", "partner", "--print"), "perhaps partnership"),
    (("query", "themes", "--prefecture", "大坂府", "--print"), "perhaps 大阪府"),
    (("query", "in_force_on", "--on", "2024", "--print"), "--on takes a day"),
    (("query", "partners", "--print", "--organization"), "--organization needs a value"),
    (("query", "partners", "葵市", "--print"), "parameters are written --name value"),
    (("query", "widest_companies", "--limit", "many", "--print"), "whole number"),
])
def test_a_slip_is_one_line_that_says_what_to_do(kakehashi: Kakehashi, words: tuple[str, ...], says: str) -> None:
    done = kakehashi(*words)
    assert done.code == 2 and done.out == ""
    assert says in done.err and done.err.startswith("kakehashi: ") and len(done.err.splitlines()) == 1


# statements of one's own

def test_cypher_answers_one_statement(asking: Kakehashi) -> None:
    done = asking("cypher", "MATCH (o:Municipality) RETURN o.name AS city, o.security_code AS number ORDER BY city",
                  "--csv")
    assert done.out.splitlines() == ["city,number", "杉村,", "桐市,", "桜町,", "桜町,", "楓市,", "葵市,"]


def test_what_looks_like_markup_is_shown_as_it_is(asking: Kakehashi) -> None:
    assert "[red]x[/]" in asking("cypher", "RETURN '[red]x[/]' AS a").out
    assert "[bold]a" in asking("cypher", "RETURN 1 AS `[bold]a`").out


@pytest.mark.parametrize("text", ["CREATE (:Organization)", "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
                                  "SHOW USERS", "MATCH (n RETURN n"])
def test_cypher_cannot_do_more_than_read(asking: Kakehashi, region: Any, text: str) -> None:
    done = asking("cypher", text)
    assert (done.code, done.out) == (2, "") and done.err.startswith("kakehashi: ") and "column" in done.err
    counted, _, _ = region.driver.execute_query("MATCH (o:Organization) RETURN count(o) AS n",
                                                database_=region.target.database)
    assert counted[0]["n"] == 16


# intermediaries

def test_the_best_connected_intermediary_comes_first(asking: Kakehashi) -> None:
    rows = asking("brokers", "--csv").rows
    assert rows[0]["name"] == "一般社団法人みなと案内所" and rows[0]["rank"] == "1"
    assert "葵市" not in {row["name"] for row in rows}
    said = asking("brokers").out
    assert "一般社団法人みなと案内所" in said
    # open pairs are shared with others who tie them too: no count of what it alone does
    assert "its share of the open ones" in said and "divided among all that are tied to both" in said and "alone" not in said


def test_a_slice_of_a_prefecture_a_theme_or_a_time(asking: Kakehashi) -> None:
    everyone = {row["name"] for row in asking("brokers", "--csv").rows}
    osaka = {row["name"] for row in asking("brokers", "--prefecture", "大阪府", "--csv").rows}
    assert osaka < everyone and "一般社団法人みなと案内所" in osaka
    assert len(asking("brokers", "--limit", "1", "--csv").rows) == 1
    assert asking("brokers", "--since", "2040", "--csv").rows == []
    assert asking("brokers", "--theme", "観光・交流", "--csv").rows == []


def test_a_date_that_is_none_is_said(asking: Kakehashi) -> None:
    done = asking("brokers", "--since", "last year")
    assert done.code == 2 and "last year" in done.err


def test_an_intermediary_is_explained_term_by_term_with_its_pairs_and_the_words(asking: Kakehashi) -> None:
    done = asking("brokers", "--explain", "一般社団法人みなと案内所")
    assert done.code == 0 and "What makes the score" in done.out
    for words in ("two_sided", "untied", "told", "introduced others 1×", "logarithm of the odds", "evidenced: «",
                  "10 (evidenced) + 0.7 × ln 3", "What releases say (all 3)"):
        assert words in done.out
    short = asking("brokers", "--explain", "一般社団法人みなと案内所", "--limit", "1").out
    assert "What releases say (1 of 3; --limit 3 for all)" in short and short.count("»") == 1
    pairs = asking("brokers", "--explain", "一般社団法人みなと案内所", "--csv").rows
    assert pairs and set(pairs[0]) == {"public", "private", "state", "share", "met", "tied"}
    assert asking("brokers", "--explain", "みなと案内所", "--csv").rows == pairs  # the legal form may be left out
    unknown = asking("brokers", "--explain", "みなと案内")
    assert unknown.code == 2 and "perhaps" in unknown.err and "一般社団法人みなと案内所" in unknown.err
    assert "no candidate" in asking("brokers", "--explain", "葵市").err


def test_a_file_has_all_unless_it_is_limited(asking: Kakehashi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.commands.brokers._SHOWN", 2)
    everyone = len(asking("brokers", "--csv").rows)
    assert everyone > 2 and f"2 of {everyone}; --limit {everyone} for all" in asking("brokers").out
    assert len(asking("brokers", "--limit", "3", "--csv").rows) == 3
    pairs = asking("brokers", "--explain", "一般社団法人みなと案内所", "--csv").rows
    assert len(pairs) > 2 and len(asking("brokers", "--explain", "一般社団法人みなと案内所", "--csv", "--limit", "1").rows) == 1


def test_what_is_not_shown_or_not_counted_is_said(asking: Kakehashi) -> None:
    everyone = len(asking("brokers", "--csv").rows)
    assert f"1 of {everyone}; --limit {everyone} for all" in asking("brokers", "--limit", "1").out
    assert "--limit" not in asking("brokers").out
    for done in (asking("brokers", "--since", "2022"),
                 asking("brokers", "--since", "2022", "--explain", "一般社団法人みなと案内所")):
        assert re.search(r"\d+ ties overlap the slice without lying in it and are not counted; --loose takes them", done.out)


def test_who_has_no_pair_is_explained_too(asking: Kakehashi) -> None:
    done = asking("brokers", "--explain", "千鳥大学", "--status", "planned")
    assert done.code == 0 and "0 pairs of a public body" in done.out and "not ranked" in done.out


def test_the_neighbourhood_of_an_intermediary_is_drawn(asking: Kakehashi, tmp_path: Path) -> None:
    file = tmp_path / "minato.svg"
    done = asking("brokers", "--explain", "一般社団法人みなと案内所", "--plot", str(file))
    assert done.code == 0 and "<svg" in file.read_text(encoding="utf-8")
    assert asking("brokers", "--plot", str(tmp_path / "first.png")).code == 0
    assert (tmp_path / "first.png").read_bytes().startswith(b"\x89PNG")
    assert asking("brokers", "--plot", str(tmp_path / "first.pdf")).code == 2


def test_what_is_planned_has_intermediaries_of_its_own(asking: Kakehashi) -> None:
    assert asking("brokers", "--status", "planned", "--csv").code == 0
    wrong = asking("brokers", "--status", "plannd")
    assert wrong.code == 2 and "planned" in wrong.err


# what runs

def test_status_counts_the_nodes_by_label(asking: Kakehashi, region: Any) -> None:
    done = asking("graph", "status")
    assert done.code == 0 and region.target.uri in done.out
    assert re.search(r"│ Municipality +│ 6 +│", done.out) and re.search(r"│ Analysis +│ 2 +│", done.out)


def test_status_says_when_the_server_is_another(asking: Kakehashi, region: Any,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", region.target.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", region.target.password)
    done = asking("graph", "status")
    assert done.code == 0 and f"NEO4J_URI names the server {region.target.uri}" in done.out
    assert "Municipality" in done.out
    refused = asking("graph", "up")
    assert refused.code == 2 and "NEO4J_URI" in refused.err


@pytest.mark.parametrize(("variable", "value"), [("NEO4J_DATABASE", "nowhere"), ("NEO4J_PASSWORD", "wrong"),
                                                 ("NEO4J_URI", "bolt://127.0.0.1:1"), ("NEO4J_URI", "localhost")])
def test_a_server_that_cannot_be_used_is_one_line(asking: Kakehashi, region: Any, monkeypatch: pytest.MonkeyPatch,
                                                  variable: str, value: str) -> None:
    monkeypatch.setenv("NEO4J_URI", region.target.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", region.target.password)
    monkeypatch.setenv(variable, value)
    done = asking("cypher", "RETURN 1")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("kakehashi: ") and "Traceback" not in done.err and len(done.err.splitlines()) == 1


def test_up_says_where_everything_is_but_not_the_password(asking: Kakehashi, region: Any) -> None:
    done = asking("graph", "up")
    assert done.code == 0 and region.target.uri in done.out and region.target.user in done.out
    assert str(region.home / "neo4j" / "conf" / "password") in done.out
    assert region.target.password not in done.out + done.err


def test_the_shell_answers_from_a_pipe(asking: Kakehashi) -> None:
    done = asking("graph", "shell", typed="MATCH (o:Municipality)\nRETURN o.name;\nRETURN 6 * 7 AS n;\n")
    assert done.code == 0 and "楓市" in done.out and "42" in done.out
    assert asking("graph", "shell", typed="RETURN;\n").code == 1


def test_doctor_says_what_is_there(asking: Kakehashi) -> None:
    assert "Java" in asking("doctor").out
