"""Annotations name no trigger: which of a text's words tell which annotated tie."""
from __future__ import annotations

from typing import Any

from nlp.training.alignment import Label, annotated, labels
from nlp.training.texts import documents
from tests.nlp.ties.pages import tie

FIRM, SHOP = "株式会社すずかけ通信", "みなも建設株式会社"


def read(text: str, *relations: dict[str, Any], publisher: str | None = None) -> dict[str, Label | None]:
    """The label of each word of a text that can tell a tie; of a word that comes twice, the first."""
    one = annotated({"id": "d", "text": text, "publisher": publisher, "relations": list(relations)})
    found: dict[str, Label | None] = {}
    for anchor, label in zip(one.seen.anchors, labels(one), strict=True):
        found.setdefault(anchor.word, label)
    return found


def test_the_words_of_two_ties_tell_their_own() -> None:
    found = read(f"茅野市と{FIRM}は、連携協定を締結しました。\n諏訪市は、{SHOP}から絵本の寄贈を受けました。",
                 tie("partnership", party=["茅野市", FIRM]), tie("donation", donor=[SHOP], recipient=["諏訪市"]))
    agreed = Label("partnership", {0: "party", 1: "party"})
    assert found["連携協定"] == found["締結"] == agreed
    assert found["寄贈"] == Label("donation", {2: "recipient", 3: "donor"})


def test_a_word_of_no_annotated_kind_tells_nothing() -> None:
    found = read(f"茅野市は、{FIRM}の資本業務提携と、覚書の話を聞きました。", tie("memorandum", party=["諏訪市", SHOP]))
    assert found["資本業務提携"] == Label()


def test_a_word_that_could_but_whose_sentence_names_no_party_is_left_open() -> None:
    found = read(f"茅野市と{FIRM}は、連携協定を締結しました。\n諏訪市も覚書や協定の話をしました。", tie("partnership", party=["茅野市", FIRM]))
    assert found["協定"] is None
    assert found["覚書"] == Label()


def test_ties_made_one_each_are_one_label_that_says_so() -> None:
    found = read(f"{FIRM}は、茅野市、諏訪市とそれぞれ連携協定を締結しました。",
                 tie("partnership", party=[FIRM, "茅野市"]), tie("partnership", party=[FIRM, "諏訪市"]))
    assert found["連携協定"] == Label("partnership", dict.fromkeys(range(3), "party"), joint=False)
    found = read(f"{FIRM}、茅野市、諏訪市の3者は、連携協定を締結しました。", tie("partnership", party=[FIRM, "茅野市", "諏訪市"]))
    assert found["連携協定"] == Label("partnership", dict.fromkeys(range(3), "party"), joint=True)


def test_the_publisher_is_party_though_the_sentence_does_not_name_it() -> None:
    found = read(f"{FIRM}と連携協定を締結しました。", tie("partnership", party=["茅野市", FIRM]), publisher="茅野市")
    label = found["連携協定"]
    assert label is not None and label.roles is not None and len(label.roles) == 2


def test_a_heading_tells_the_tie_of_the_list_under_it() -> None:
    found = read(f"■ 締結の相手先\n・{FIRM}\n・{SHOP}", tie("partnership", party=["茅野市", FIRM]), publisher="茅野市")
    label = found["締結"]
    assert label is not None and label.kind == "partnership"


def test_parties_are_found_under_other_spellings_and_unrecognised_ones_left_out() -> None:
    one = annotated({"id": "d", "text": f"茅野市と{FIRM}は、連携協定を締結しました。", "relations": []})
    parties = one.parties(tie("partnership", party=["長野県茅野市", "すずかけ通信", "どこにもない会社"]))
    assert parties == {0: "party", 1: "party"}


def test_gold_keys_are_not_seen() -> None:
    gold = {"id": "d", "text": "茅野市は雨でした。", "relations": [], "organizations": [{"name": SHOP, "type": "company"}]}
    assert [e.name for e in annotated(gold).seen.names.entities] == ["茅野市"]


def test_documents_come_in_the_order_of_their_files(tmp_path: Any) -> None:
    one, two = tmp_path / "b.jsonl", tmp_path / "a.jsonl"
    one.write_text('{"id": "1"}\n\n{"id": "2"}\n', encoding="utf-8")
    two.write_text('{"id": "3"}\n', encoding="utf-8")
    assert [d["id"] for d in documents([one, two])] == ["1", "2", "3"]
