"""Pages of case stories: who takes part in what their parts tell. Firms are invented."""
from __future__ import annotations

from nlp.model import Document, Extraction
from nlp.reader import Reader
from nlp.stories import stories
from tests.nlp.ties.pages import seen

PUBLISHER = "株式会社つゆくさ堂"
STORIES = """【長野県茅野市】冊子で伝える

茅野市では、冊子が作られています。茅野市だけでなく株式会社つゆくさ堂も協力し、冊子の企画・制作を手がけています。

【長野県諏訪市】企業版ふるさと納税で「みずうみ奨学金」

諏訪市では、企業版ふるさと納税を活用した奨学金が設立されました。企業が寄付したふるさと納税が、企業としての評判につながります。

【長野県原村】全国に先駆けて

原村では、村の中に団体が設立されました。この取り組みは、村の酒を広めるものです。

まとめ

いずれも、まちを元気にしました。
"""


def read(text: str) -> Extraction:
    return Reader().extract(Document("d", text, title="協働の事例", publisher=PUBLISHER))


def test_parts_open_with_places_in_brackets_and_end_with_the_next_or_a_bare_line() -> None:
    scene = seen(STORIES, "協働の事例", PUBLISHER).scene
    first, _, last = stories(scene.layout, scene.names)
    assert scene.layout.text(first.start).startswith("【長野県茅野市】")
    assert scene.layout.text(last.stop).strip() == "まとめ"


def test_two_places_make_no_page_of_stories() -> None:
    scene = seen(STORIES.replace("【長野県原村】", ""), "協働の事例", PUBLISHER).scene
    assert stories(scene.layout, scene.names) == []


def test_the_publisher_takes_part_where_a_part_says_so_alone() -> None:
    told = read(STORIES).statements
    assert [(s.kind, {p.name for p in s.parties}) for s in told] == [("partnership", {"茅野市", PUBLISHER})]
