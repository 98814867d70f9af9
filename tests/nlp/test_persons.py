"""Heads of organisations, with the title as written and whose title it is."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.reader import Reader

READER = Reader()


def persons(text: str, publisher: str | None = None) -> set[tuple[str, str, str]]:
    found = READER.extract(Document("d", text, publisher=publisher))
    for person in found.persons:
        assert all(found.document.words(s).replace("　", "").replace(" ", "") in (person.name, person.name[:2]) for s in person.mentions)
    return {(p.name, p.title, p.organization) for p in found.persons}


@pytest.mark.parametrize(("text", "found"), [
    ("茅野市（市長：原　一郎）は、", ("原一郎", "市長", "茅野市")),
    ("株式会社すずかけ通信（代表取締役社長 岡田 花子）は、", ("岡田花子", "代表取締役社長", "株式会社すずかけ通信")),
    ("茅野市の原田一郎市長は語った。", ("原田一郎", "市長", "茅野市")),
    ("つゆくさ商工会議所の北村次郎会頭が、", ("北村次郎", "会頭", "つゆくさ商工会議所")),
    ("長野県茅野市 原田一郎市長\n", ("原田一郎", "市長", "茅野市")),
])
def test_a_person_with_title_and_organisation(text: str, found: tuple[str, str, str]) -> None:
    assert persons(text) == {found}
