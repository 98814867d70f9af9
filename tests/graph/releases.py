"""A few releases as extractions, for the tests of resolution, projection and loading."""
from __future__ import annotations

from graph.places import Place, Places
from nlp.model import Claim, Document, Extraction, NamedOrganization, NamedPerson, Party, Span, Statement

PLACES = Places({
    "272299": Place("四條畷市", "municipality", "大阪府", 34.74, 135.64),
    "132063": Place("府中市", "municipality", "東京都", 35.67, 139.48),
    "342084": Place("府中市", "municipality", "広島県", 34.57, 133.24),
    "270008": Place("大阪府", "prefecture", "大阪府", 34.69, 135.52),
})


def spans(text: str, words: str) -> tuple[Span, ...]:
    """The first place of the words in a text."""
    begin = text.index(words)
    return (Span(begin, begin + len(words)),)


def release(name: str, text: str, organizations: dict[str, str], statements: tuple[Statement, ...] = (), *,
            published: str | None = "2019-06-28", publisher: str | None = None, codes: dict[str, str] | None = None,
            persons: tuple[NamedPerson, ...] = (), claims: tuple[Claim, ...] = ()) -> Extraction:
    """An extraction of one document; `organizations` are name → type, each mentioned where its name stands."""
    named = tuple(NamedOrganization(one, kind, code=(codes or {}).get(one), mentions=spans(text, one))
                  for one, kind in organizations.items())
    document = Document(f"doc:{name}", text, title=f"{name}のお知らせ", published=published, publisher=publisher)
    return Extraction(document, "test-1", named, statements, persons, claims)


def agreement(name: str, text: str, parties: tuple[str, ...], *, kind: str = "partnership", status: str = "concluded",
              role: str = "party", date: str | None = None, title: str | None = None) -> Statement:
    """A statement whose evidence is the whole text and then its first character."""
    return Statement(name, kind, status, tuple(Party(p, role) for p in parties), date=date, title=title,
                     themes=("防災・災害",), evidence=(Span(0, len(text)), Span(0, 1)))


def town() -> list[Extraction]:
    """Two releases about one signing, a brokerage that led to it, a council, a section of the city and claims."""
    first = "大阪府の四條畷市と株式会社ひばり商会は𠮷日に協定を締結する予定です。市長 北野一郎"
    second = "㈱ひばり商会は四條畷市と協定を締結しました。鶴見ブリッジ合同会社が両者を橋渡し。50自治体と協定。"
    third = "みどり協議会は四條畷市、ひばり商会、四條畷市産業振興課からなる。"
    parties = ("四條畷市", "株式会社ひばり商会")
    return [
        release("a", first, {"四條畷市": "municipality", "株式会社ひばり商会": "company", "大阪府": "prefecture"},
                (agreement("s1", first, parties, status="planned", title="包括の協定"),), published="2019-06-20",
                publisher="大阪府四條畷市", codes={"四條畷市": "272299", "大阪府": "270008"},
                persons=(NamedPerson("北野一郎", "市長", "四條畷市", spans(first, "北野一郎")),)),
        release("b", second, {"四條畷市": "municipality", "㈱ひばり商会": "company", "鶴見ブリッジ合同会社": "company"},
                (agreement("s2", second, ("四條畷市", "㈱ひばり商会"), date="2019-06", title="「包括の協定」"),
                 Statement("s3", "brokerage", "concluded", (
                     Party("鶴見ブリッジ合同会社", "broker"), Party("四條畷市", "connected"),
                     Party("㈱ひばり商会", "connected")), date="2019-06", evidence=spans(second, "両者を橋渡し"),
                     level="evidenced", led_to="s2")),
                published="2019-07-01", publisher="ひばり商会", codes={"四條畷市": "272299"},
                claims=(Claim("c1", "count", "鶴見ブリッジ合同会社", count=50, evidence=spans(second, "50自治体")),)),
        release("c", third, {"みどり協議会": "council", "四條畷市": "municipality", "ひばり商会": "company",
                             "四條畷市産業振興課": "unit"},
                (Statement("s4", "membership", "concluded", (
                    Party("みどり協議会", "collective"), Party("四條畷市", "member"), Party("ひばり商会", "member")),
                    evidence=(Span(0, len(third)),)),), published=None, codes={"四條畷市": "272299"}),
    ]
