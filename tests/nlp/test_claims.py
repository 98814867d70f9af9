"""A researcher looks for intermediaries: what is said of one organisation is no tie between named ones."""
from __future__ import annotations

import pytest

from nlp.claims import find_claims, find_collectives
from nlp.frames import FramedParty, frame_of
from nlp.model import Document, NamedOrganization

MATCHER = NamedOrganization("株式会社かけはし", "company")
CITY = NamedOrganization("青葉市", "municipality")
FIRM = NamedOrganization("株式会社みなも", "company")
FORUM = NamedOrganization("青葉市共創協議会", "council")


def release(text: str, title: str | None = None, publisher: str | None = None) -> Document:
    return Document("d", text, title=title, publisher=publisher)


def test_a_count_is_a_claim_of_the_one_who_counts() -> None:
    document = release("株式会社かけはしは6月、青葉市と協定を結んだ。"
                       "同社が協定を締結した自治体は、全国で1,120自治体となった。",
                       title="株式会社かけはし、１，１２０自治体と協定", publisher="株式会社かけはし")
    claim, = find_claims(document, (CITY, MATCHER))
    assert (claim.kind, claim.organization, claim.count, claim.level) == ("count", "株式会社かけはし", 1120, None)
    assert [document.words(span) for span in claim.evidence] == [
        "株式会社かけはし、１，１２０自治体と協定", "同社が協定を締結した自治体は、全国で1,120自治体となった。"]


def test_an_ordinal_is_a_count() -> None:
    claim, = find_claims(release("当社にとって62自治体目の協定です。", publisher="株式会社かけはし"), (MATCHER, CITY))
    assert (claim.organization, claim.count) == ("株式会社かけはし", 62)


def test_the_sum_of_a_list_and_hopes_are_no_claims() -> None:
    summed = release("青葉市は、株式会社かけはし、株式会社みなもの2社と協定を締結した。")
    assert find_claims(summed, (CITY, MATCHER, FIRM)) == ()
    assert find_claims(release("株式会社かけはしは100自治体との協定締結を目標に掲げる。"), (MATCHER,)) == ()


def test_a_described_intermediary_is_claimed() -> None:
    document = release("株式会社みなもは製造業です。\n株式会社かけはしは、自治体と企業の橋渡し役として活動しています。")
    claim, = find_claims(document, (FIRM, MATCHER))
    assert (claim.kind, claim.organization, claim.level) == ("intermediary", "株式会社かけはし", "claimed")
    assert document.words(claim.evidence[0]).startswith("株式会社かけはしは、")


def test_a_description_before_the_name_belongs_to_the_name() -> None:
    document = release("株式会社みなもに続き、「橋渡し役」を掲げる株式会社かけはしも加わった。")
    claim, = find_claims(document, (FIRM, MATCHER))
    assert claim.organization == "株式会社かけはし"


def test_an_agreement_that_holds_introductions_is_contracted() -> None:
    document = release("青葉市は株式会社かけはしと連携協定を締結しました。\n"
                       "(1) 課題に応える企業の紹介に関すること\n(2) 広報に関すること",
                       publisher="青葉市")
    claim, = find_claims(document, (CITY, MATCHER))
    assert (claim.organization, claim.level) == ("株式会社かけはし", "contracted")
    assert document.words(claim.evidence[0]) == "(1) 課題に応える企業の紹介に関すること"


def test_a_wish_or_a_definition_claims_nothing() -> None:
    assert find_claims(release("青葉市には自治体と企業の橋渡し役が必要です。橋渡し役とは何でしょう。"), (CITY,)) == ()


def test_the_features_of_a_collective_come_with_their_words() -> None:
    document = release("青葉市共創協議会は地域課題の解決を目指します。"
                       "同協議会には誰でも参加できます。株式会社みなもは専門家を抱えます。")
    found, = find_collectives(document, (FORUM, FIRM))
    assert (found.organization, found.purpose, found.membership) == ("青葉市共創協議会", "place", "open_diverse")
    assert (found.tie, found.horizon, found.orientation) == (None, None, None)
    assert [document.words(span) for span in found.evidence] == [
        "青葉市共創協議会は地域課題の解決を目指します。", "同協議会には誰でも参加できます。"]


def test_contradicting_words_leave_a_feature_open() -> None:
    document = release("青葉市共創協議会には誰でも参加できます。青葉市共創協議会は専門家で構成し、規約を定めます。")
    found, = find_collectives(document, (FORUM,))
    assert (found.membership, found.tie) == (None, "explicit_roles")


PARTIES = (FramedParty("青葉市", "municipality", "party"), FramedParty("株式会社官民みなも", "company", "party"))


def test_the_frame_follows_from_subject_and_role_not_from_the_label() -> None:
    kanmin = frame_of("青葉市は、株式会社官民みなもと公民連携の協定を結んだ。", "partnership", PARTIES)
    assert (kanmin.label_used, kanmin.subject_kind, kanmin.municipality_role, kanmin.frame) == (
        "公民連携", "municipality", "implementer", "kanmin")
    komin = frame_of("商店街が河川敷を使えるよう、青葉市は制度を整えた。", "partnership", PARTIES)
    assert (komin.label_used, komin.subject_kind, komin.municipality_role, komin.frame) == (
        None, "place", "enabler_of_environment", "komin")


def test_a_label_inside_a_partys_name_is_none_and_a_frame_may_stay_unknown() -> None:
    name = (FramedParty("株式会社官民連携工房", "company", "party"), FramedParty("青葉市", "municipality", "party"))
    frame = frame_of("株式会社官民連携工房は青葉市と協定を結んだ。", "partnership", name)
    assert (frame.label_used, frame.subject_kind, frame.frame) == (None, "firm", None)


def test_numbers_in_kanji_and_with_words_around_are_counts() -> None:
    for text, count in (("株式会社かけはしが協定を結んだのは五十自治体。", 50), ("株式会社かけはしは50以上の自治体と連携している。", 50),
                        ("株式会社かけはしは百二十を超える市町村と協定を締結した。", 120), ("株式会社かけはしは約200の企業が加盟する。", 200)):
        claim, = find_claims(release(text), (MATCHER, CITY))
        assert (claim.organization, claim.count) == ("株式会社かけはし", count), text


def test_members_of_a_bidding_group_are_not_counted() -> None:
    assert find_claims(release("株式会社かけはしなど12社のグループが応募し、協定を結ぶ。"), (MATCHER,)) == ()


def test_one_who_ties_both_sides_together_is_claimed_in_other_words() -> None:
    for text in ("株式会社かけはしは、自治体と企業をつなぐ架け橋となる会社だ。", "株式会社かけはしは官民連携のコーディネーター役を担う。",
                 "株式会社かけはしは、行政と民間のつなぎ手として活動する。"):
        claim, = find_claims(release(text), (MATCHER, CITY))
        assert (claim.kind, claim.level) == ("intermediary", "claimed"), text


def test_a_citys_offer_is_no_introduction() -> None:
    document = release("青葉市は株式会社かけはしと連携協定を締結しました。\n(1) 防災に関すること\n(2) 広報に関すること", publisher="青葉市")
    assert find_claims(document, (CITY, MATCHER)) == ()


def test_who_acts_together_acts_mutually() -> None:
    for sentence in ("青葉市と株式会社官民みなもは協定を結んだ。", "市と株式会社官民みなもが共同で開発した。",
                     "青葉市だけでなく株式会社官民みなもも制作を手がけた。", "両者は協定を結んだ。"):
        assert frame_of(sentence, "partnership", PARTIES).subject_kind == "mutual", sentence


def test_whose_act_it_is() -> None:
    for sentence, subject in (("株式会社官民みなも(本社:青葉市)は青葉市と協定を結んだ。", "firm"),
                              ("本市は、みなもと手を結びました。", "municipality"),
                              ("市民団体が公園を使えるよう青葉市が制度を整えた。", "citizen_group"), ("まちが民間と組みやすくなる。", "place")):
        assert frame_of(sentence, "partnership", PARTIES).subject_kind == subject, sentence


def test_what_the_municipality_does() -> None:
    def role(kind: str, public: str, private: str, sentence: str = "青葉市は協定を結んだ。") -> str | None:
        parties = (FramedParty("青葉市", "municipality", public), FramedParty("株式会社官民みなも", "company", private))
        return frame_of(sentence, kind, parties).municipality_role

    assert role("outsourcing", "client", "contractor") == "client"
    assert role("donation", "recipient", "donor") == "beneficiary"
    assert role("membership", "member", "member") == "member"
    assert role("disaster_support", "party", "party") == "requester"
    assert role("partnership", "party", "party") == "implementer"
    assert role("partnership", "party", "party", "河川敷を開放し、市民が使えるようにした。") == "enabler_of_environment"


def test_a_label_may_stand_in_the_heading_but_not_in_a_name() -> None:
    sentence = "青葉市は株式会社官民みなもと冊子を作った。"
    assert frame_of(sentence, "partnership", PARTIES, around="官民協働で作る冊子").label_used == "官民協働"
    assert frame_of(sentence, "partnership", PARTIES, around="若葉市SDGs公民連携プラットフォーム").label_used is None
    assert frame_of("青葉市の公民連携推進室は協定を結んだ。", "partnership", PARTIES).label_used is None


@pytest.mark.parametrize("words, feature, value", [
    ("は水素の技術開発を進める。", "purpose", "goal"), ("はまちづくりに取り組む。", "purpose", "place"),
    ("の会員は専門家に限る。", "membership", "closed_expert"), ("は会員を募集している。", "membership", "open_diverse"),
    ("は住民、企業など多様な主体が集まる場です。", "membership", "open_diverse"),
    ("では代表企業と役割分担を定める。", "tie", "explicit_roles"), ("はゆるやかにつながる集まりだ。", "tie", "loose"),
    ("は3年間の期間限定で活動する。", "horizon", "short"), ("は設立以来、毎年集まっている。", "horizon", "long"),
    ("は成果を製品として世に出す。", "orientation", "output"), ("は学び合いと交流を育てる。", "orientation", "community"),
])
def test_each_feature_is_told_by_words(words: str, feature: str, value: str) -> None:
    found, = find_collectives(release("青葉市共創協議会" + words), (FORUM,))
    assert getattr(found, feature) == value


def test_a_name_alone_tells_nothing_of_a_collective() -> None:
    lab = NamedOrganization("水素技術開発コンソーシアム", "consortium")
    assert find_collectives(release("株式会社みなもは水素技術開発コンソーシアムを訪ねた。"), (lab, FIRM)) == ()


def test_words_of_another_sentence_belong_to_the_collective_named_last() -> None:
    found, = find_collectives(release("青葉市共創協議会が発足した。本会は入会無料で、誰でも参加できる。"), (FORUM,))
    assert found.membership == "open_diverse"
