"""What the first lines of a text tell of its day and publisher."""
from __future__ import annotations

import pytest

from pipelines.reading.head import published_and_publisher


@pytest.mark.parametrize(("head", "published", "publisher"), [
    (["協定を結びました", "2024年5月1日　葵市"], "2024-05-01", "葵市"),
    (["協定を結びました", "令和6年5月1日", "葵市"], "2024-05-01", "葵市"),
    (["協定を結びました", "2024-05-01 17:23:26"], "2024-05-01", None),
    (["協定を結びました", "2024/5/1（水）"], "2024-05-01", None),
    (["2024年5月1日に葵市は協定を結びました。"], None, None),
    (["協定を結びました"], None, None),
])
def test_a_day_and_what_stands_beside_it(head: list[str], published: str | None, publisher: str | None) -> None:
    assert published_and_publisher(head, "\n".join(head)) == (published, publisher)


def test_a_site_s_name_stands_for_its_publisher_where_the_text_uses_it() -> None:
    text = "ヒバリ商会・マガジン\n\nヒバリ商会は町と組みました。ヒバリ商会が運営します。ヒバリ商会の強みです。"
    assert published_and_publisher(["ヒバリ商会・マガジン"], text) == (None, "ヒバリ商会")
    assert published_and_publisher(["週刊・マガジン"], "週刊・マガジン\n\n協定を結びました。") == (None, None)
