"""Pages and small fitted judges that the tests of the tie extractor share. Firms are invented."""
from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from threadpoolctl import threadpool_limits

from nlp.model import Document
from nlp.reader import Seen, see
from nlp.ties.anchors import Anchor
from nlp.ties.choice import Judges
from nlp.ties.readings import Models
from nlp.training.alignment import annotated, labels
from nlp.training.ties import fit

#: Cities and firms that the texts to learn from speak of.
_CITIES = ("茅野市", "諏訪市", "岡谷市", "伊那市")
_FIRMS = ("株式会社すずかけ通信", "株式会社つゆくさ堂", "みなも建設株式会社", "株式会社あけぼの飲料")


@cache
def seen(text: str, title: str | None = None, publisher: str | None = None, published: str | None = None) -> Seen:
    """A page as the reader sees it before it reads ties."""
    return see(Document("d", text, title=title, publisher=publisher, published=published))


def at(page: Seen, word: str, nth: int = 0) -> Anchor:
    """A place of a word that can tell a tie."""
    return [a for a in page.anchors if a.word == word][nth]


def number(page: Seen, name: str) -> int:
    """The number of an organisation of a page."""
    return next(n for n, e in enumerate(page.names.entities) if e.name == name)


def named(page: Seen, entities: frozenset[int] | set[int]) -> set[str]:
    """The names of organisations of a page."""
    return {page.names.entities[e].name for e in entities}


def tie(kind: str, **roles: list[str]) -> dict[str, Any]:
    """An annotated tie."""
    parties = [{"name": name, "role": role} for role, names in roles.items() for name in names]
    return {"kind": kind, "status": "concluded", "date": None, "title": None, "themes": [], "parties": parties}


def lessons() -> Iterator[dict[str, Any]]:
    """Short annotated texts: agreements of two, of three and one each, gifts, work given away, and nothing at all."""
    texts: list[tuple[str, list[dict[str, Any]]]] = []
    for n, (city, firm) in enumerate(zip(_CITIES, _FIRMS, strict=True)):
        town, shop = _CITIES[(n + 1) % 4], _FIRMS[(n + 1) % 4]
        texts += [
            (f"{city}と{firm}は、連携協定を締結しました。式は{shop}の本社で開かれました。", [tie("partnership", party=[city, firm])]),
            (f"{city}、{firm}、{shop}の3者は、連携協定を締結しました。", [tie("partnership", party=[city, firm, shop])]),
            (f"{firm}は、{city}、{town}とそれぞれ連携協定を締結しました。",
             [tie("partnership", party=[firm, city]), tie("partnership", party=[firm, town])]),
            (f"{firm}は、{city}に絵本を寄贈しました。会場は{town}の図書館でした。", [tie("donation", donor=[firm], recipient=[city])]),
            (f"{firm}の連携協定とは何かを、{city}で学ぶ会がありました。", []),
        ]
    for n, (text, ties) in enumerate(texts):
        yield {"id": f"t{n}", "url": None, "title": None, "published": None, "publisher": None, "text": text,
               "organizations": [], "persons": [], "relations": ties}


def learnt() -> tuple[Models, Judges]:
    """What the texts teach."""
    ones = [annotated(text) for text in lessons()]
    # so little work is done sooner by one thread than by several
    with threadpool_limits(1):
        models, judges, _ = fit([(one, labels(one)) for one in ones], folds=2)
    return models, judges


@cache
def fitted() -> tuple[Models, Judges]:
    """What the texts teach, learnt once for all tests."""
    return learnt()
