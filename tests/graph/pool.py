"""Releases to draw from: few organisations, much that touches each other, and names that mean several."""
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph.places import Place, Places
from nlp.model import (
    Claim,
    Collective,
    Document,
    Extraction,
    NamedOrganization,
    NamedPerson,
    Party,
    Span,
    Statement,
)
from tests.graph.releases import town

PLACES = Places({
    "272299": Place("四條畷市", "municipality", "大阪府", 34.74, 135.64),
    "132063": Place("府中市", "municipality", "東京都", 35.67, 139.48),
    "342084": Place("府中市", "municipality", "広島県", 34.57, 133.24),
    "270008": Place("大阪府", "prefecture", "大阪府", 34.69, 135.52),
})
_GOLD = Path(__file__).with_name("gold") / "events.jsonl"
_TYPES = {"市": "municipality", "町": "municipality", "村": "municipality", "県": "prefecture", "学": "university",
          "会": "council", "庫": "bank", "行": "bank", "人": "nonprofit"}
#: Other ways to write a name; which one a release uses depends on its number.
_WRITTEN = {"株式会社かすみ": ("株式会社かすみ", "㈱かすみ", "かすみ", "かすみ株式会社"),
            "つばめ運輸株式会社": ("つばめ運輸株式会社", "つばめ運輸(株)", "つばめ運輸"),
            "株式会社ひばり商会": ("株式会社ひばり商会", "ひばり商会")}


def from_gold() -> list[Extraction]:
    """The statements of the golden file as releases, their companies written in several ways."""
    documents: dict[str, list[dict[str, Any]]] = {}
    for line in _GOLD.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        documents.setdefault(one["document"], []).append(one)
    return [_release(number, name, said) for number, (name, said) in enumerate(documents.items())]


def _release(number: int, name: str, said: list[dict[str, Any]]) -> Extraction:
    text, named, statements = "", {}, []
    for place, one in enumerate(said):
        parties = []
        for party in one["parties"]:
            ways = _WRITTEN.get(party["name"], (party["name"],))
            written = ways[(number * 7 + place) % len(ways)]
            if written not in named:
                span = Span(len(text), len(text) + len(written))
                named[written] = NamedOrganization(written, _TYPES.get(party["name"][-1], "company"), mentions=(span,))
                text += written + "、"
            parties.append(Party(written, party["role"]))
        begin = len(text)
        text += "協定について。"
        statements.append(Statement(
            f"s-{name}-{place}", one["kind"], one["status"], tuple(parties), date=one.get("date"),
            title=one.get("title"), precision=one.get("precision"), themes=("防災・災害",) if number % 3 else (),
            evidence=(Span(begin, len(text)),), amount_yen=one.get("amount_yen")))
    document = Document(f"doc:{name}", text, f"https://example.com/{name}", f"{name}のお知らせ", said[0].get("published"),
                        next(iter(named)) if number % 2 else None)
    first = next(iter(named))
    return Extraction(
        document, "test-1", tuple(named.values()), tuple(statements),
        persons=(NamedPerson("山田花子", "市長" if number % 2 else "会長", first, (Span(0, 1),)),) if number % 4 == 0 else (),
        claims=(Claim(f"c-{name}", "count", first, count=number, evidence=(Span(0, 2),)),) if number % 5 == 0 else (),
        collectives=(Collective(first, purpose="goal", horizon="long", evidence=(Span(0, 2),)),) if number % 6 == 0 else ())


def special() -> list[Extraction]:
    """Homonyms, sections, places of one name, and a statement that nothing can be shown for."""
    def plain(name: str, text: str, organizations: dict[str, str], *, published: str = "2020-01-01",
              publisher: str | None = None, statements: tuple[Statement, ...] = ()) -> Extraction:
        named = tuple(NamedOrganization(o, kind, mentions=(Span(text.index(o), text.index(o) + len(o)),))
                      for o, kind in organizations.items())
        return Extraction(Document(f"doc:{name}", text, published=published, publisher=publisher), "test-1", named,
                          statements)

    def pact(name: str, text: str, *parties: str, **more: Any) -> Statement:
        return Statement(name, more.pop("kind", "partnership"), more.pop("status", "concluded"),
                         tuple(Party(p, "party") for p in parties), evidence=(Span(0, len(text)),), **more)

    both = "四條畷市とあけぼのは協定を結びました。"
    signed = "四條畷市産業振興課と株式会社あけぼのは協定を結びました。"
    fuchu = "府中市とあけぼの株式会社は協定を結びました。"
    broken = "四條畷市と株式会社かすみは協定を結びました。"
    return [
        plain("x1", both, {"四條畷市": "municipality", "あけぼの": "company"}, publisher="大阪府四條畷市",
              statements=(pact("x1", both, "四條畷市", "あけぼの", date="2020-01"),)),
        plain("x2", "株式会社あけぼの", {"株式会社あけぼの": "company"}),
        plain("x3", "あけぼの株式会社", {"あけぼの株式会社": "company"}),
        plain("x4", signed, {"四條畷市産業振興課": "unit", "株式会社あけぼの": "company"},
              statements=(pact("x4", signed, "四條畷市産業振興課", "株式会社あけぼの"),)),
        plain("x5", fuchu, {"府中市": "municipality", "あけぼの株式会社": "company"}, publisher="広島県府中市",
              statements=(pact("x5", fuchu, "府中市", "あけぼの株式会社"),)),
        plain("x6", "大阪府の産業振興課あけぼの支店", {"大阪府": "prefecture", "産業振興課あけぼの支店": "unit"}),
        plain("x9", "関東経済産業局", {"関東経済産業局": "regional_bureau"}),
        plain("y1", "経済産業省", {"経済産業省": "national_government"}),
        plain("x8", "大阪府四條畷市", {"大阪府四條畷市": "municipality"}),
        plain("x7", broken, {"四條畷市": "municipality", "株式会社かすみ": "company"},
              statements=(replace(pact("x7", broken, "四條畷市", "株式会社かすみ"), evidence=(Span(0, 999),)),)),
    ]


def everything() -> list[Extraction]:
    """All of it, by document id."""
    return sorted([*town(), *from_gold(), *special()], key=lambda e: e.document.id)
