"""The corpus of the bench: the same in every process, and of the shape that it promises."""
from __future__ import annotations

from collections import Counter

from bench.generator import FULL, agreement_of, extractions, scaled
from pipelines.checks import sound

SMALL = scaled(0.01)


def test_the_same_seed_gives_the_same_corpus_and_another_seed_another() -> None:
    assert list(extractions(SMALL)) == list(extractions(SMALL))
    assert list(extractions(SMALL)) != list(extractions(SMALL, seed=2))


def test_it_has_the_size_that_was_asked_for_and_every_statement_can_be_used() -> None:
    told = list(extractions(SMALL))
    assert len(told) == SMALL.releases == FULL.releases // 100
    assert len({agreement_of(s.id) for e in told for s in e.statements}) == SMALL.agreements
    for extraction in told:
        assert sound(extraction) == (extraction, [])
        for party in extraction.statements[0].parties:
            assert party.span is not None and extraction.document.words(party.span) == party.name


def test_most_agreements_have_two_parties_and_few_organisations_have_most_agreements() -> None:
    told = list(extractions(scaled(0.05)))
    first = {agreement_of(s.id): s for e in reversed(told) for s in e.statements}
    sizes = Counter(len(s.parties) for s in first.values())
    assert min(sizes) == 2 and max(sizes) <= 20 and sizes[2] > sum(sizes.values()) / 2
    degrees = Counter(o.code or o.name for e in told for o in e.organizations).most_common()
    assert degrees[0][1] > 50 * degrees[len(degrees) // 2][1]
