"""The words of a page are asked for where they are needed, and stand where the page has them."""
from __future__ import annotations

from nlp.model import Document
from nlp.text import Page
from nlp.words import Word, Words


class Counting:
    """A tokeniser that cuts at blanks and tells which lines it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, line: str) -> list[Word]:
        self.asked.append(line)
        found, start = [], 0
        for piece in line.split(" "):
            found.append(Word(start, start + len(piece), piece.lower(), "NOUN", "tag"))
            start += len(piece) + 1
        return found


TEXT = "Aki Mizu Sora\nKaze Yuki\nHana"


def words(text: str = TEXT) -> tuple[Words, Counting]:
    tokenizer = Counting()
    return Words(Page(Document("d", text)), tokenizer), tokenizer


def lemmas(found: list[Word]) -> list[str]:
    return [w.lemma for w in found]


def test_words_stand_where_the_page_has_them() -> None:
    some, _ = words()
    for word in some.within(0, len(TEXT)):
        assert some.page.norm[word.start:word.end].lower() == word.lemma


def test_a_line_is_read_once_and_only_when_it_is_asked_for() -> None:
    some, tokenizer = words()
    some.within(TEXT.index("Kaze"), TEXT.index("Yuki"))
    some.after(TEXT.index("Yuki"), TEXT.index("\nHana"), 1)
    assert tokenizer.asked == ["Kaze Yuki"]


def test_words_that_begin_within_a_stretch_over_lines() -> None:
    some, _ = words()
    assert lemmas(some.within(TEXT.index("Sora"), TEXT.index("Yuki") + 1)) == ["sora", "kaze", "yuki"]
    assert lemmas(some.within(1, TEXT.index("Sora"))) == ["mizu"]


def test_the_last_words_before_and_the_first_behind_a_place() -> None:
    some, _ = words()
    sora = TEXT.index("Sora")
    assert lemmas(some.before(sora, 0, 1)) == ["mizu"]
    assert lemmas(some.before(sora, 0, 5)) == ["aki", "mizu"]
    assert lemmas(some.before(sora, TEXT.index("Mizu"), 5)) == ["mizu"]
    assert lemmas(some.after(TEXT.index("Mizu"), TEXT.index("\n"), 5)) == ["mizu", "sora"]
    assert lemmas(some.after(0, sora, 5)) == ["aki", "mizu"]
    assert lemmas(some.after(0, TEXT.index("\n"), 1)) == ["aki"]


def test_a_text_read_by_itself() -> None:
    some, _ = words()
    assert some.of("Umi Yama") == [(0, 3, "NOUN"), (4, 8, "NOUN")]
