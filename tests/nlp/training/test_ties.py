"""Twenty short texts teach the obvious ties, the same however often they are learnt from."""
from __future__ import annotations

import json
from functools import cache

from nlp import linear
from nlp.ties.choice import Judges
from nlp.ties.readings import Models
from nlp.training.alignment import Annotated, annotated, labels
from nlp.training.ties import examples, fit_linear, judged, measured, to_values
from nlp.trees import from_json
from tests.nlp.ties.pages import fitted, learnt, lessons


@cache
def ones() -> list[Annotated]:
    return [annotated(text) for text in lessons()]


def test_two_fits_give_the_same_values() -> None:
    assert to_values(*learnt()) == to_values(*fitted())


def test_what_was_learnt_finds_all_the_ties_and_no_other() -> None:
    result = measured(ones(), *fitted())
    for part in ("pairs", "relations_strict", "relations_lenient"):
        assert (result[part]["precision"], result[part]["recall"]) == (1, 1)
    assert result["accuracy"]["kind"] == result["accuracy"]["role"] == 1
    assert (result["false_alarms"]["with_relation"], result["false_alarms"]["documents"]) == (0, 4)


def test_what_is_written_chooses_as_what_was_fitted() -> None:
    values = json.loads(json.dumps(to_values(*fitted())))
    choice = values["choice"]
    models = Models(*(linear.from_json(values[part]) for part in ("asserted", "kind", "party", "role", "joint")))
    judges = Judges(linear.from_json(values["fit"]), values["worth"], *(from_json(values[part]) for part in ("exact", "rough")),
                    choice["share"], choice["least"], tuple(map(tuple, choice["measured"])))
    assert measured(ones(), models, judges) == measured(ones(), *fitted())


def test_every_question_is_asked_with_its_answers() -> None:
    found = examples([(one, labels(one)) for one in ones()])
    assert {part: set(answers) for part, answers in found.answers.items()} == {
        "asserted": {"True", "False"}, "kind": {"partnership", "donation"}, "party": {"True", "False"},
        "role": {"donation:donor", "donation:recipient"}, "joint": {"True", "False"}}
    for part, rows in found.rows.items():
        assert len(rows) == len(found.answers[part]) > 0 and all(rows)


def test_a_proposal_is_right_where_the_annotation_has_it() -> None:
    each = ones()[2]
    found = judged(each, fitted()[0])
    assert found is not None
    right = {key for key, exact in zip(found.keys, found.exact, strict=True) if exact}
    parties = [frozenset(each.parties(t)) for t in each.gold["relations"]]
    assert right == {("partnership", p) for p in parties}
    # what shares half of its parties with an annotated tie is right by and large
    together = ("partnership", parties[0] | parties[1])
    assert bool(found.rough[found.keys.index(together)]) and not found.exact[found.keys.index(together)]
    assert not (found.exact & ~found.rough).any()


def test_a_page_that_tells_nothing_is_not_judged() -> None:
    assert judged(annotated({"id": "d", "text": "茅野市は雨でした。", "relations": []}), fitted()[0]) is None


def test_weights_say_what_goes_with_an_answer_and_what_is_rare_has_none() -> None:
    model = fit_linear([["wet", "bias"], ["wet", "bias", "once"], ["dry", "bias"], ["dry", "bias"]], ["rain", "rain", "sun", "sun"], 1.0)
    assert model.classes == ("rain", "sun") and set(model.weights) == {"wet", "dry", "bias"}
    assert model.probability(["dry", "bias"]) > 0.5 > model.probability(["wet", "bias"])
