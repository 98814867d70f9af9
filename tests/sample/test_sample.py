"""The bundled sample: its files are what they claim to be, its labels are sound, and what was planted is there."""
from __future__ import annotations

import html
import itertools
import json
import re
import runpy
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2  # type: ignore[import-untyped]
import pytest

from nlp import model

SAMPLE = Path(__file__).parents[2] / "sample"
RELEASES = SAMPLE / "releases"
LABEL = "これは架空の発表文です(見本)。"
UNREADABLE = {"releases/pdf/empty.pdf", "releases/jsonl/truncated.jsonl"}
BROKERS = ("オリヅル共創", "みずなら銀行", "やまなみ官民共創デスク")
HUB = "ヒナタマート"
COUNCIL = "しおさい広域観光協議会"
LEGAL_FORM = re.compile(r"株式会社|有限会社|合同会社|\(株\)|\(有\)")
POINTS = {"evidenced": 3, "contracted": 2, "claimed": 1}

Release = dict[str, Any]


@cache
def gold() -> tuple[Release, ...]:
    return tuple(json.loads(line) for line in (SAMPLE / "gold.jsonl").read_text(encoding="utf-8").splitlines())


def relations() -> list[tuple[Release, dict[str, Any]]]:
    return [(release, relation) for release in gold() for relation in release["relations"]]


def stem(name: str) -> str:
    return LEGAL_FORM.sub("", unicodedata.normalize("NFKC", name))


def names(relation: dict[str, Any], *roles: str) -> list[str]:
    return [stem(party["name"]) for party in relation["parties"] if not roles or party["role"] in roles]


def bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def types() -> dict[str, str]:
    return {stem(o["name"]): o["type"] for release in gold() for o in release["organizations"]}


def introduced(broker: str) -> set[frozenset[str]]:
    return {frozenset(names(r, "connected")) for _, r in relations()
            if r["kind"] == "brokerage" and names(r, "broker") == [broker]}


def decoded(path: Path) -> str:
    encoding = "cp932" if path.name.endswith((".sjis.html", ".rdf")) else "utf-8"
    return path.read_bytes().decode(encoding)


def test_every_release_has_the_keys_of_the_contract_and_an_id_of_its_own() -> None:
    assert len(gold()) == 60
    assert len({release["id"] for release in gold()}) == len(gold())
    for release in gold():
        assert model.read_document(release).text.endswith(LABEL), release["id"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", release["published"])


@pytest.mark.parametrize("release", gold(), ids=lambda release: release["id"])
def test_labels_use_the_vocabulary_and_name_what_the_text_names(release: Release) -> None:
    known = {o["name"] for o in release["organizations"]}
    words = bare(f"{release['title']}\n{release['text']}")
    assert len(known) == len(release["organizations"])
    for organization in release["organizations"]:
        assert organization["type"] in model.ORGANIZATION_TYPES
        assert bare(organization["name"]) in words
        assert re.fullmatch(r"\d{6}", organization.get("code", "000000"))
    for relation in release["relations"]:
        assert relation["status"] in model.STATUSES
        assert set(relation["themes"]) <= set(model.THEMES)
        assert relation["date"] is None or re.fullmatch(r"\d{4}(-\d\d){0,2}", relation["date"])
        assert relation["title"] is None or bare(relation["title"]) in words
        assert len(relation["parties"]) >= 2
        for party in relation["parties"]:
            assert party["role"] in model.TIE_KINDS[relation["kind"]]
            assert party["name"] in known
    for person in release["persons"]:
        assert person["organization"] in known
        assert bare(person["name"]) in words and bare(person["title"]) in words
    for claim in release["claims"]:
        assert claim["organization"] in known
        assert claim["level"] in model.LEVELS if claim["kind"] == "intermediary" else str(claim["count"]) in words


def test_codes_have_the_right_check_digit_and_one_code_means_one_city() -> None:
    codes = {(o["code"], o["name"]) for release in gold() for o in release["organizations"] if "code" in o}
    assert len({code for code, _ in codes}) == len(codes) >= 40
    for code, _ in codes:
        # the last of the six digits checks the others: weights 6 to 2, modulo 11, last digit of the complement
        total = sum(int(digit) * weight for digit, weight in zip(code[:5], range(6, 1, -1), strict=True))
        assert int(code[5]) == (11 - total % 11) % 10
    coded = {name for _, name in codes}
    kinds_with_code = {o["type"] for release in gold() for o in release["organizations"] if "code" in o}
    assert kinds_with_code == {"municipality", "prefecture", "ward"}
    towns = {o["name"] for release in gold() for o in release["organizations"] if o["type"] == "municipality"}
    assert towns - coded == {"かすみ野町"}


def test_every_kind_and_status_occurs_and_some_releases_assert_nothing() -> None:
    assert {r["kind"] for _, r in relations()} == set(model.TIE_KINDS)
    assert {r["status"] for _, r in relations()} == set(model.STATUSES)
    assert sum(not release["relations"] for release in gold()) >= 3


@pytest.mark.parametrize("broker", BROKERS)
def test_a_planted_broker_introduced_pairs_that_nothing_else_ties(broker: str) -> None:
    pairs = introduced(broker)
    assert len(pairs) >= 4
    for pair in pairs:
        assert sorted(types()[name] for name in pair) == ["company", "municipality"]
        between = {r["kind"] for _, r in relations() if r["kind"] != "brokerage" and pair <= set(names(r))}
        assert len(between) == 1, f"{pair}: exactly what the broker led to"
    cities = {name for pair in pairs for name in pair if types()[name] == "municipality"}
    firms = {name for pair in pairs for name in pair} - cities
    tied = {frozenset((c, f)) for c, f in itertools.product(cities, firms)
            if any({c, f} <= set(names(r)) for _, r in relations())}
    assert tied == pairs, "across the pairs nobody knows one another"


def test_the_brokers_have_most_broker_acts_and_nobody_else_has_any() -> None:
    acts: Counter[str] = Counter()
    for release, relation in relations():
        if relation["kind"] == "brokerage":
            acts[names(relation, "broker")[0]] += POINTS["evidenced"]
            assert any(other is not relation and set(names(relation, "connected")) <= set(names(other))
                       for other in release["relations"]), release["id"]
    for release in gold():
        for claim in release["claims"]:
            if claim["kind"] == "intermediary":
                acts[stem(claim["organization"])] += POINTS[claim["level"]]
    assert set(acts) == set(BROKERS)
    assert min(acts.values()) >= 12


def test_the_hub_has_twelve_and_more_bilateral_agreements_and_introduced_nobody() -> None:
    mine = [r for _, r in relations() if HUB in names(r)]
    assert all(len(r["parties"]) == 2 and r["kind"] != "brokerage" for r in mine)
    assert len({name for r in mine for name in names(r) if types()[name] == "municipality"}) >= 12


def test_the_council_is_passive_and_has_twelve_named_members() -> None:
    mine = [r for _, r in relations() if COUNCIL in names(r)]
    assert {r["kind"] for r in mine} == {"membership", "secretariat"}
    members = {frozenset(names(r, "member")) for r in mine if r["kind"] == "membership"}
    assert [len(group) for group in members] == [12]
    assert not set().union(*members) & set(BROKERS)


def test_every_file_is_labelled_or_unreadable_on_purpose() -> None:
    files = {path.relative_to(SAMPLE).as_posix() for path in RELEASES.rglob("*") if path.is_file()}
    assert files == {release["file"] for release in gold()} | UNREADABLE


def test_json_lines_are_the_labelled_releases_without_their_labels() -> None:
    lines = decoded(RELEASES / "jsonl/releases.jsonl").splitlines()
    keys = ("id", "url", "title", "published", "publisher", "text")
    assert [json.loads(line) for line in lines] == [
        {key: release[key] for key in keys} for release in gold() if release["file"].endswith(".jsonl")]


@pytest.mark.parametrize("release", [r for r in gold() if r["file"].endswith((".txt", ".html", ".pdf"))],
                         ids=lambda release: release["id"])
def test_files_hold_the_labelled_text(release: Release) -> None:
    path = SAMPLE / release["file"]
    if path.suffix == ".txt":
        assert decoded(path) == release["text"] + "\n"
    elif path.suffix == ".html":
        page = decoded(path)
        assert f'charset="{"Shift_JIS" if ".sjis" in path.name else "UTF-8"}"' in page
        assert bare(release["text"]) in bare(html.unescape(re.sub("<[^>]+>", "", page)))
        assert release["published"] in page
    else:
        document = pypdfium2.PdfDocument(path)
        assert bare(document[0].get_textpage().get_text_range()) == bare(release["text"])
        document.close()


@pytest.mark.parametrize("pattern", ["html/*.sjis.html", "feed/*.rdf"])
def test_what_says_shift_jis_needs_code_page_932(pattern: str) -> None:
    pages = [path.read_bytes() for path in sorted(RELEASES.glob(pattern))]
    assert "㈱".encode("cp932") in b"".join(pages)
    with pytest.raises(UnicodeDecodeError):
        b"".join(pages).decode("shift_jis")


@pytest.mark.parametrize("name", ["news.xml", "shift_jis.rdf"])
def test_feeds_are_rss_1_and_carry_the_whole_text(name: str) -> None:
    spaces = {"rss": "http://purl.org/rss/1.0/", "dc": "http://purl.org/dc/elements/1.1/",
              "content": "http://purl.org/rss/1.0/modules/content/"}
    # the parser knows no Shift_JIS, so it gets the decoded text without its declaration
    feed = ElementTree.fromstring(decoded(RELEASES / "feed" / name).split("?>", 1)[1])
    expected = [r for r in gold() if r["file"].endswith(name)]
    items = feed.findall("rss:item", spaces)
    assert [item.findtext("rss:link", None, spaces) for item in items] == [r["url"] for r in expected]
    for item, release in zip(items, expected, strict=True):
        full = item.findtext("content:encoded", "", spaces) or item.findtext("rss:description", "", spaces)
        assert bare(html.unescape(re.sub("<[^>]+>", "", full))) == bare(release["text"])
        assert item.findtext("dc:date", "", spaces).startswith(release["published"])
        assert item.findtext("dc:creator", None, spaces) == release["publisher"]


def test_the_pdfs_are_what_the_script_writes() -> None:
    pdf = runpy.run_path(str(SAMPLE / "make_pdf.py"))["pdf"]
    for release in gold():
        if release["file"].endswith(".pdf"):
            assert (SAMPLE / release["file"]).read_bytes() == pdf(release["text"].split("\n"))


def test_what_is_unreadable_is_so() -> None:
    assert (RELEASES / "pdf/empty.pdf").read_bytes() == b""
    with pytest.raises(json.JSONDecodeError):
        json.loads(decoded(RELEASES / "jsonl/truncated.jsonl"))
