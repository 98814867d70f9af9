"""Pages of case stories: where each of their parts begins and ends. Firms are invented."""
from __future__ import annotations

from nlp.stories import stories
from tests.nlp.ties.pages import seen

TITLE = "三つの町の工夫"
STORIES = """【長野県茅野市】方言の地図をつくる

茅野市の図書館に、方言の地図が並びました。株式会社つゆくさ堂が絵を描きました。

【長野県諏訪市】湖の日

諏訪市には、湖を掃く日があります。子どもたちが石けんを持ち寄ります。

【長野県原村】蔵をひらく

原村の蔵は、年に一度だけ戸を開けます。道には屋台が出ます。

おわりに

三つの町から学ぶことは多い。
"""


def test_parts_open_with_places_in_brackets_and_end_with_the_next_or_a_bare_line() -> None:
    scene = seen(STORIES, TITLE).scene
    first, _, last = stories(scene.layout, scene.names)
    assert scene.layout.text(first.start).startswith("【長野県茅野市】")
    assert scene.layout.text(last.stop).strip() == "おわりに"


def test_two_places_make_no_page_of_stories() -> None:
    scene = seen(STORIES.replace("【長野県原村】", ""), TITLE).scene
    assert stories(scene.layout, scene.names) == []


def test_the_last_part_ends_with_the_page_where_nothing_follows() -> None:
    scene = seen(STORIES[:STORIES.index("おわりに")], TITLE).scene
    assert stories(scene.layout, scene.names)[-1].stop == len(scene.layout.blocks)
