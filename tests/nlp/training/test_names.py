"""Labels for the field from annotated documents, and copies with other names."""
from __future__ import annotations

import random
from typing import Any

from nlp.text import Page
from nlp.training.alignment import annotated
from nlp.training.field import surnames_of
from nlp.training.gold_names import Pools, spans_of, swapped, written
from nlp.training.names import unseen
from nlp.training.texts import document_of

GOLD: dict[str, Any] = {
    "id": "g", "title": None, "publisher": "茅野市", "published": None, "url": None,
    "text": "茅野市は水無瀬大、株式会社すずかけ通信と協定を結んだ。原一郎市長と、すずかけ通信の林花子社長が署名した。\n会場は茅野市民館。",
    "organizations": [{"name": "茅野市", "type": "municipality", "code": "202142"},
                      {"name": "水無瀬大学", "type": "university"},
                      {"name": "株式会社すずかけ通信", "type": "company"}],
    "persons": [{"name": "原一郎", "title": "市長", "organization": "茅野市"},
                {"name": "林花子", "title": "社長", "organization": "株式会社すずかけ通信"}],
    "relations": []}


def test_how_texts_write_a_name() -> None:
    assert {"水無瀬大学", "水無瀬大"} <= written("水無瀬大学", "university")
    assert {"株式会社すずかけ通信", "すずかけ通信"} <= written("株式会社すずかけ通信", "company")
    assert "町商工会" in written("水無瀬町商工会", "chamber")


def test_where_the_names_stand() -> None:
    page = Page(document_of(GOLD))
    found = [(page.norm[s.start:s.end], s.label) for s in spans_of(page, GOLD, surnames_of([GOLD]))]
    assert found == [("茅野市", "PLACE"), ("水無瀬大", "BODY"), ("株式会社すずかけ通信", "FIRM"), ("原一郎", "PERSON"),
                     ("すずかけ通信", "FIRM"), ("林花子", "PERSON")]


def test_a_copy_has_other_names_at_the_same_places() -> None:
    other = {**GOLD, "organizations": [{"name": "若葉大学", "type": "university"}, {"name": "株式会社つゆくさ堂", "type": "company"}],
             "persons": [{"name": "森次郎", "title": "会長", "organization": "株式会社つゆくさ堂"}]}
    surname = surnames_of([GOLD, other])
    copy = swapped(GOLD, Pools([GOLD, other]), random.Random(1), surname)
    page = Page(document_of(copy))
    labels = [s.label for s in spans_of(page, copy, surname)]
    assert labels.count("PLACE") >= 1 and labels.count("FIRM") == 2
    assert copy["text"] != GOLD["text"] and copy["organizations"][0]["name"] != "茅野市"
    assert copy == swapped(GOLD, Pools([GOLD, other]), random.Random(1), surname)


def test_each_document_is_read_by_models_that_have_not_learnt_from_it() -> None:
    golds = [{**GOLD, "id": f"g{n}", "text": GOLD["text"].replace("すずかけ", name).replace("原一郎", f"{first}一郎") + "南アルプス市も加わる。",
              "organizations": [*GOLD["organizations"][:2], {"name": f"株式会社{name}通信", "type": "company"},
                                {"name": "南アルプス市", "type": "municipality", "code": "192082"}],
              "persons": [{**GOLD["persons"][0], "name": f"{first}一郎"}, {**GOLD["persons"][1], "organization": f"株式会社{name}通信"}]}
             for n, (name, first) in enumerate([("すずかけ", "原"), ("ほおずき", "森"), ("つゆくさ", "林"), ("なれのは", "谷"),
                                                ("みずなら", "岡"), ("いろは", "沢")])]
    learnt = unseen(golds, lambda gold, models: (gold["id"], [e.name for e in annotated(gold, models).seen.names.entities],
                                                  tuple(sorted(models.candidates.weights.items()))))
    assert [one for one, _, _ in learnt] == [g["id"] for g in golds]
    assert all("茅野市" in names for _, names, _ in learnt)
    assert len({weights for _, _, weights in learnt}) == 2
