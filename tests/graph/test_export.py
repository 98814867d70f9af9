"""What leaves the graph can be read by others, comes back as it was, and names what a paper cites."""
from __future__ import annotations

import codecs
import csv
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import igraph
import jsonschema
import networkx as nx
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from graph.export import FORMATS, part_of, provenance_of
from graph.export.fields import tables
from graph.export.package import cell, safe
from graph.library import Kakehashi
from queries import questions
from tests.queries.region import build

#: What Data Package (version 2) and Table Schema ask of a descriptor: https://datapackage.org/standard/.
_SLUG = "^[a-z0-9._-]+$"
_DESCRIPTOR = {
    "type": "object", "required": ["resources", "name", "licenses", "sources", "version", "created"],
    "properties": {
        "name": {"type": "string", "pattern": _SLUG}, "title": {"type": "string"},
        "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+(\+[0-9a-f]+)?$"},
        "licenses": {"type": "array", "minItems": 1, "items": {"type": "object", "anyOf": [{"required": ["name"]},
                                                                                          {"required": ["path"]}]}},
        "sources": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["title"]}},
        "contributors": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["title"]}},
        "resources": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["name", "path", "format", "hash", "bytes"],
            "properties": {
                "name": {"type": "string", "pattern": _SLUG}, "path": {"type": "string", "pattern": r"^(?!/)(?!.*\.\.).+$"},
                "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                # a name of the registry of character sets (IANA); with or without a byte order mark it is this one
                "encoding": {"enum": ["utf-8"]}, "description": {"type": "string", "minLength": 1},
                "schema": {"type": "object", "required": ["fields"], "properties": {
                    "fields": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "required": ["name", "type"],
                        "properties": {"type": {"enum": ["string", "integer", "number", "boolean", "date", "array"]}}}},
                    "primaryKey": {"type": "array", "items": {"type": "string"}},
                    "foreignKeys": {"type": "array", "items": {
                        "type": "object", "required": ["fields", "reference"],
                        "properties": {"reference": {"type": "object", "required": ["resource", "fields"]}}}}}}}}}}}
_CAST: dict[str, Any] = {
    "string": str, "integer": int, "number": float, "date": date.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
    "array": lambda text: _array(json.loads(text)),
}


def _array(value: Any) -> list[Any]:
    assert isinstance(value, list)
    return value


@pytest.fixture(scope="module")
def kakehashi(neo4j_server: Any) -> Iterator[Kakehashi]:
    """The library, opened on the home whose graph holds a small region."""
    driver, database = neo4j_server.driver, neo4j_server.target.database
    driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)
    build(driver, database)
    with Kakehashi(neo4j_server.home) as opened:
        yield opened
    driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)


@pytest.fixture(scope="module")
def whole(kakehashi: Kakehashi, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole region in every format."""
    folder = tmp_path_factory.mktemp("export") / "whole"
    kakehashi.export(folder, FORMATS)
    return folder


def _descriptor(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return read


def _rows(folder: Path, resource: dict[str, Any]) -> list[dict[str, Any]]:
    """A CSV resource by its descriptor alone: every cell of the type that its field has, nothing where it is missing."""
    content = (folder / resource["path"]).read_bytes().removeprefix(codecs.BOM_UTF8).decode(resource["encoding"])
    lines = list(csv.reader(StringIO(content, newline=""), strict=True))
    fields = resource["schema"]["fields"]
    assert lines[0] == [field["name"] for field in fields]
    assert {len(line) for line in lines} == {len(fields)}
    missing = resource["schema"]["missingValues"]
    return [{field["name"]: None if value in missing else _CAST[field["type"]](value)
             for field, value in zip(fields, line, strict=True)} for line in lines[1:]]


def _valid(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The CSV tables of a package that keeps the rules: descriptor, hashes, types, keys."""
    package = _descriptor(folder)
    jsonschema.validate(package, _DESCRIPTOR)
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names))
    found = {}
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        if resource["format"] == "csv":
            found[resource["name"]] = _rows(folder, resource)
    for resource in package["resources"]:
        if resource["format"] != "csv":
            continue
        schema, rows = resource["schema"], found[resource["name"]]
        if key := schema.get("primaryKey"):
            keys = [tuple(row[name] for name in key) for row in rows]
            assert len(keys) == len(set(keys)) and all(None not in one for one in keys), resource["name"]
        for foreign in schema.get("foreignKeys", []):
            (column,), (other,) = foreign["fields"], foreign["reference"]["fields"]
            there = {row[other] for row in found[foreign["reference"]["resource"]]}
            assert {row[column] for row in rows} - {None} <= there, (resource["name"], column)
    return found


def _graph(kakehashi: Kakehashi, counted: str) -> int:
    return int(kakehashi.cypher(f"MATCH {counted} RETURN count(*) AS n").iloc[0]["n"])


def test_the_whole_graph_is_a_valid_data_package(kakehashi: Kakehashi, whole: Path) -> None:
    found = _valid(whole)
    assert set(found) == {name.replace("_", "-") for name in tables()}
    for name, counted in (("organizations", "(:Organization)"), ("ties", "(:Tie)"), ("releases", "(:Release)"),
                          ("parties", "()-[:PARTY_TO]->()"), ("statements", "()-[:STATES]->()"),
                          ("mentions", "()-[:NAMES]->()"), ("tied-to", "()-[:TIED_TO]->()"), ("offices", "()-[:HOLDS]->()"),
                          ("tie-themes", "()-[:ABOUT]->()"), ("claims", "(:Claim)"), ("persons", "(:Person)")):
        assert len(found[name]) == _graph(kakehashi, counted) > 0, name
    town = next(row for row in found["organizations"] if row["name"] == "葵市")
    assert (town["code"], town["latitude"], town["prefecture"]) == ("229997", 35.0, "静岡県")
    tie = next(row for row in found["ties"] if row["title"] == "図書の寄贈")
    assert tie["conflicts"] == ["amount_yen"] and tie["earliest"] == date(2016, 6, 1)
    stated = next(row for row in found["statements"] if row["sentence"] == "50自治体")
    assert stated["claim"] and stated["tie"] is None


def test_every_property_of_the_graph_is_in_a_table(kakehashi: Kakehashi) -> None:
    """A property that is added to the graph is added to the export."""
    derived = {"fingerprint", "location"}
    for label, table in (("Organization", "organizations"), ("Tie", "ties"), ("Release", "releases"), ("Claim", "claims"),
                         ("Person", "persons")):
        there = set(kakehashi.cypher(f"MATCH (n:{label}) UNWIND keys(n) AS key RETURN DISTINCT key")["key"])
        assert there - derived <= {field.name for field in tables()[table]}, label
    for kind, table in (("PARTY_TO", "parties"), ("STATES", "statements"), ("TIED_TO", "tied_to"), ("HOLDS", "offices")):
        there = set(kakehashi.cypher(f"MATCH ()-[r:{kind}]->() UNWIND keys(r) AS key RETURN DISTINCT key")["key"])
        assert there <= {field.name for field in tables()[table]}, kind


def test_parquet_holds_what_csv_holds(whole: Path) -> None:
    csv_rows = _valid(whole)
    for resource in _descriptor(whole)["resources"]:
        if resource["format"] == "parquet":
            table = pq.read_table(whole / resource["path"])
            plain = csv_rows[resource["name"].removesuffix("-parquet")]
            assert table.to_pylist() == [{k: [] if v is None and isinstance(w, list) else v for (k, v), w in
                                          zip(row.items(), other.values(), strict=True)}
                                         for row, other in zip(plain, table.to_pylist(), strict=True)], resource["name"]
            assert table.schema.metadata[b"version"].decode() == _descriptor(whole)["version"]


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networks_come_back_through_networkx(kakehashi: Kakehashi, whole: Path, form: str) -> None:
    read = nx.read_graphml if form == "graphml" else nx.read_gexf
    everything, tied = read(whole / f"graph.{form}"), read(whole / f"tied_to.{form}")
    rows = _valid(whole)
    assert set(tied) == {row["id"] for row in rows["organizations"]} < set(everything)
    weights = {frozenset((a, b)): data["weight"] for a, b, data in tied.edges(data=True)}
    assert weights == {frozenset((row["organization"], row["other"])): row["weight"] for row in rows["tied-to"]}
    kinds = pd.Series([data["relationship"] for _, _, data in everything.edges(data=True)]).value_counts().to_dict()
    assert kinds["PARTY_TO"] == len(rows["parties"]) and kinds["STATES"] == len(rows["statements"])
    assert everything.number_of_edges() == _graph(kakehashi, "(:Kakehashi)-[r:PARTY_TO|ABOUT|LED_TO|RENEWS|ENDS|STATES|"
                                                             "CLAIMED_OF|PUBLISHED_BY|HOLDS|PART_OF|SUCCEEDED_BY|LOCATED_IN|"
                                                             "DESCRIBES|REPRINT_OF|TIED_TO]->(:Kakehashi)")
    tie = next(row["id"] for row in rows["ties"] if row["title"] == "図書の寄贈")
    node = everything.nodes[tie]
    assert (node["sort"], node["kind"], node["conflicts"]) == ("Tie", "donation", "amount_yen")


def test_igraph_reads_the_same_network(whole: Path) -> None:
    tied = igraph.Graph.Read_GraphML(str(whole / "tied_to.graphml"))
    rows = _valid(whole)
    assert (tied.vcount(), tied.ecount()) == (len(rows["organizations"]), len(rows["tied-to"]))
    assert sum(tied.es["weight"]) == pytest.approx(sum(row["weight"] for row in rows["tied-to"]))
    assert "葵市" in tied.vs["name"]
    assert igraph.Graph.Read_GraphML(str(whole / "graph.graphml")).is_directed()


def test_gexf_is_what_gephi_opens(whole: Path) -> None:
    """Version 1.2, a label on every node, and no day but the data's."""
    text = (whole / "tied_to.gexf").read_text(encoding="utf-8")
    assert 'version="1.2"' in text and 'lastmodifieddate="2023-04-03"' in text
    nodes = re.findall(r"<node [^>]*>", text)
    assert nodes and all('label="' in node for node in nodes)
    edges = re.findall(r"<edge [^>]*>", (whole / "graph.gexf").read_text(encoding="utf-8"))
    assert edges and all('label="' in edge and ' type="' not in edge for edge in edges)


def test_an_export_names_what_a_paper_cites(whole: Path) -> None:
    package = _descriptor(whole)
    assert package["created"] == "2023-04-03T00:00:00Z" and package["version"].startswith("2023.4.3+")
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert {"title": "aoi.example: 1 release", "path": "https://aoi.example/"} in package["sources"]
    citation = yaml.safe_load((whole / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == package["version"] and citation["date-released"] == date(2023, 4, 3)
    assert citation["type"] == "dataset" and citation["license"] == "CC-BY-4.0"


def test_the_same_graph_gives_the_same_bytes(kakehashi: Kakehashi, whole: Path, tmp_path: Path) -> None:
    kakehashi.export(tmp_path, FORMATS)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in whole.iterdir()}


def test_the_page_about_exports_is_true(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names every table, file and format, and its code opens them."""
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.*]+)`", page))
    assert {*tables(), "answer", "datapackage.json", "CITATION.cff"} <= named
    assert {path.name for path in whole.iterdir()} <= named | {f"{name}.{form}" for name in tables() for form in ("csv", "parquet")}
    assert all(form in page for form in FORMATS)
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code is not None
    monkeypatch.chdir(whole)
    opened: dict[str, Any] = {}
    exec(code[1], opened)
    assert len(opened["ties"]) > 10 and str(opened["ties"]["earliest"].dtype).startswith("datetime")
    assert opened["organizations"].number_of_edges() == opened["weighted"].ecount() > 10
    assert opened["everything"].number_of_nodes() > opened["organizations"].number_of_nodes()


def test_a_questions_part_of_the_graph(kakehashi: Kakehashi, tmp_path: Path) -> None:
    kakehashi.export(tmp_path, ["csv", "graphml"], "partners", organization="楓市")
    found = _valid(tmp_path)
    assert {row["agreement"] for row in found["answer"]} == {
        "観光に関する協定", "物流に関する協定", "人材に関する覚書", "配送業務", None}
    assert {row["title"] for row in found["ties"]} == {row["agreement"] for row in found["answer"]}
    assert {row["name"] for row in found["organizations"]} == {"楓市", "千鳥大学", "株式会社ひばり商会", "株式会社つばめ運輸"}
    assert {row["url"] for row in found["releases"]} >= {"https://kaede.example/", "https://introduced.example/"}
    assert _descriptor(tmp_path)["name"] == "kakehashi-partners"
    assert _descriptor(tmp_path)["version"] != ""
    assert nx.read_graphml(tmp_path / "tied_to.graphml").number_of_nodes() == 4


def test_organizations_bring_the_ties_between_them(kakehashi: Kakehashi, tmp_path: Path) -> None:
    kakehashi.export(tmp_path, ["csv"], "track_record")
    found = _valid(tmp_path)
    assert [row["name"] for row in found["organizations"]] == ["一般社団法人みなと案内所"] and found["ties"] == []
    kakehashi.export(tmp_path, ["csv"], "peers", organization="葵市")
    found = _valid(tmp_path)
    assert {"楓市", "桐市"} <= {row["name"] for row in found["organizations"]}


def test_what_was_asked_about_belongs_to_the_part(kakehashi: Kakehashi, tmp_path: Path) -> None:
    """Who could introduce one to another: the contacts, the two, and what ties them, though the answer names the contacts alone."""
    kakehashi.export(tmp_path, ["csv"], "who_can_introduce", organization="桐市", other="楓市")
    found = _valid(tmp_path)
    names = {row["id"]: row["name"] for row in found["organizations"]}
    assert {row["contact"] for row in found["answer"]} < set(names.values())
    joined = {frozenset((names[row["organization"]], names[row["other"]])) for row in found["tied-to"]}
    for row in found["answer"]:
        assert {frozenset((row["contact"], "桐市")), frozenset((row["contact"], "楓市"))} <= joined
    kakehashi.export(tmp_path, ["csv"], "themes_of_neighbours", organization="桐市", km="50")
    found = _valid(tmp_path)
    of_the_neighbour = {row["tie"] for row in found["tie-themes"] if row["theme"] == "防災・災害"}
    assert {row["title"] for row in found["ties"] if row["id"] in of_the_neighbour} >= {"包括連携に関する協定"}


def test_an_export_names_its_sources_whatever_it_is_of(kakehashi: Kakehashi, tmp_path: Path) -> None:
    """Answers that name organisations, persons or themes and no tie have sources too."""
    exported = set()
    for one in questions():
        answer = kakehashi.query(one.name)
        ids = re.findall(r"\b(org|tie|release|person|claim|theme):", answer.to_csv())
        if ids and "tie" not in ids:
            kakehashi.export(tmp_path, ["csv"], one.name)
            assert any(".example" in source.get("path", "") for source in _descriptor(tmp_path)["sources"]), one.name
            exported.add(one.name)
    assert len(exported) > 15 and "who_can_introduce" not in exported  # it asks for a town of the sample


def test_a_part_that_no_release_names_was_read_from_all_of_them(kakehashi: Kakehashi, neo4j_server: Any) -> None:
    driver, database = neo4j_server.driver, neo4j_server.target.database
    driver.execute_query("CREATE (:Kakehashi:Organization:Passing {id: 'org:quiet', name: '静かな町', names: []})", database_=database)
    try:
        part = part_of(driver, database, pd.DataFrame({"id": ["org:quiet"]}), "track_record", {})
    finally:
        driver.execute_query("MATCH (o:Passing) DETACH DELETE o", database_=database)
    assert part.frames["releases"].empty
    sources = [title for title, _ in provenance_of(part, "Kakehashi", "CC-BY-4.0").sources]
    assert "aoi.example: 1 release" in sources and "kaede.example: 1 release" in sources


def test_answers_name_their_rows_by_id(kakehashi: Kakehashi, tmp_path: Path) -> None:
    """Only questions that count things have no id to export by."""
    counting = {"completeness", "kinds", "prefectures", "sectors", "timeline", "told_by_whom", "roles"}
    without = {one.name for one in questions() if not any(c == "id" or c == "tie" or c.endswith(("_id", "_ids"))
                                                          for c in one.columns)}
    assert without == counting
    with pytest.raises(ValueError, match=r"nothing to export: .* by its id; `kakehashi query kinds --csv`"):
        kakehashi.export(tmp_path, ["csv"], "kinds")
    with pytest.raises(ValueError, match="the answer has no row; `kakehashi query gifts"):
        kakehashi.export(tmp_path, ["csv"], "gifts", organization="みどり協議会")
    with pytest.raises(ValueError, match=r"«みなと案内所»; perhaps 一般社団法人みなと案内所 \(--organization\)"):
        kakehashi.export(tmp_path, ["csv"], "partners", organization="みなと案内所")


def test_a_spreadsheet_opens_it_without_running_it(kakehashi: Kakehashi, tmp_path: Path) -> None:
    kakehashi.export(tmp_path, ["csv"], excel=True)
    assert (tmp_path / "organizations.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(_valid(tmp_path)["organizations"]) > 0
    assert all("byte order mark" in resource["description"] for resource in _descriptor(tmp_path)["resources"])
    for hostile in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"):
        assert safe(hostile) == "'" + hostile
    assert safe("葵市") == "葵市" and cell(-1.5, "number") == -1.5


def test_a_folder_with_other_files_is_left_alone(kakehashi: Kakehashi, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("ten years")
    steps: list[str] = []
    with pytest.raises(FileExistsError, match="an empty or a new folder"):
        kakehashi.export(tmp_path, ["csv"], progress=lambda stage, done, total: steps.append(stage))
    with pytest.raises(FileExistsError, match="is a file"):
        kakehashi.export(tmp_path / "thesis.docx", ["csv"])
    assert steps == []  # said before the graph is read
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_an_earlier_export_is_replaced(kakehashi: Kakehashi, tmp_path: Path) -> None:
    kakehashi.export(tmp_path, ["csv"])
    (tmp_path / "mine.txt").write_text("kept")
    kakehashi.export(tmp_path, ["gexf"])
    assert {p.name for p in tmp_path.iterdir()} == {"graph.gexf", "tied_to.gexf", "datapackage.json", "CITATION.cff", "mine.txt"}


@pytest.mark.parametrize(("given", "says"), [({"formats": ["xls"]}, "csv, parquet, graphml, gexf"),
                                             ({"licence": "my own"}, "short name of a licence")])
def test_what_cannot_be_written_is_said(kakehashi: Kakehashi, tmp_path: Path, given: dict[str, Any], says: str) -> None:
    steps: list[str] = []
    with pytest.raises(ValueError, match=says):
        kakehashi.export(tmp_path / "x", progress=lambda stage, done, total: steps.append(stage), **given)
    assert steps == []
    assert not (tmp_path / "x").exists()
