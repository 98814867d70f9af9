"""A seeded corpus of realistic shape: what an extractor would print for the releases of a whole country.

Organisations are the public bodies of the gazetteer and invented companies, universities and associations; the number
of agreements of each has a heavy tail, an agreement has 2 to 20 parties (most have 2), and releases tell of agreements
the way they do: one side, then the other some days later, background years later, with the names and titles written
in different ways. The same size and seed give the same corpus in every process.

    from bench.generator import FULL, extractions, scaled
    for extraction in extractions(scaled(0.25)): ...
"""
from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from nlp import gazetteer
from nlp.model import THEMES, Claim, Document, Extraction, NamedOrganization, NamedPerson, Party, Span, Statement

EXTRACTOR = "generator 1"
_FIRST_DAY, _DAYS = date(2014, 4, 1), 365 * 11
#: Parts of invented names; their product is larger than any corpus needs.
_HEADS = ("青葉", "ひばり", "つばめ", "かささぎ", "みなと", "あさひ", "しらさぎ", "こだま", "やまびこ", "はやぶさ", "若草", "白樺", "錦",
          "朱鷺", "瑞穂", "若葉", "山吹", "千鳥", "桔梗", "楓", "藤波", "松風", "竹園", "梅里", "桜井", "菊水", "蓮華", "百合",
          "水仙", "桐生", "ノゾミ", "ヒカリ", "ミライ", "ツナグ", "アカリ", "ソラ", "ウミネコ", "カモメ", "オリオン", "スバル")
_MIDDLES = ("", "第一", "東", "西", "南", "北", "中央", "新", "大", "総合", "国際", "日本", "関東", "近畿", "九州", "東北", "北陸",
            "四国", "中国", "信越", "丘", "川", "谷", "浜", "原", "森", "里", "台", "島", "野", "橋", "崎", "坂", "沢", "田",
            "堀", "宮", "町", "村", "浦")
_TAILS = {
    "company": ("商会", "運輸", "薬品", "電機", "建設", "食品", "システムズ", "エナジー", "通信", "不動産", "保険", "交通", "印刷",
                "観光開発", "ロジスティクス", "ソリューションズ", "テクノロジー", "ホールディングス", "製作所", "物産", "警備", "水道",
                "環境サービス", "ドローン", "モビリティ", "ヘルスケア", "デザイン", "総研", "コンサルティング", "飲料"),
    "bank": ("銀行", "信用金庫", "信用組合"),
    "university": ("大学", "工業大学", "医療大学", "高等専門学校"),
    "association": ("振興会", "研究協会", "支援機構", "医師会", "案内所"),
    "nonprofit": ("こども食堂", "まちづくりの会", "森の会", "見守りネット"),
    "council": ("推進協議会", "連携協議会", "実行委員会"),
}
_FORMS = {"company": (("株式会社", "前", 62), ("株式会社", "後", 25), ("合同会社", "前", 8), ("有限会社", "前", 5)),
          "bank": (("株式会社", "前", 30), ("", "前", 70)), "university": (("国立大学法人", "前", 20), ("", "前", 80)),
          "association": (("一般社団法人", "前", 55), ("公益財団法人", "前", 25), ("", "前", 20)),
          "nonprofit": (("特定非営利活動法人", "前", 60), ("NPO法人", "前", 40)), "council": (("", "前", 100),)}
_SHORT = {"株式会社": "(株)", "合同会社": "(同)", "有限会社": "(有)", "一般社団法人": "(一社)", "公益財団法人": "(公財)"}
_SHARES = (("company", 70), ("association", 10), ("nonprofit", 7), ("university", 5), ("council", 5), ("bank", 3))
#: Kind → weight, role of the public side, role of the other side, word used.
_KINDS = (("comprehensive_partnership", 14, "party", "party", "包括連携協定"), ("partnership", 26, "party", "party", "連携協定"),
          ("disaster_support", 16, "party", "party", "災害時応援協定"), ("memorandum", 5, "party", "party", "覚書"),
          ("field_trial", 7, "party", "party", "実証実験"), ("joint_research", 4, "party", "party", "共同研究"),
          ("outsourcing", 7, "client", "contractor", "業務委託契約"), ("donation", 7, "recipient", "donor", "寄附"),
          ("designated_manager", 5, "authority", "operator", "指定管理"), ("support", 3, "supported", "supporter", "支援"),
          ("membership", 4, "member", "collective", "参画"), ("brokerage", 2, "connected", "broker", "橋渡し"))
_SYMMETRIC = frozenset({"comprehensive_partnership", "partnership", "disaster_support", "memorandum", "field_trial",
                        "joint_research"})
_SUBJECTS = ("健康増進", "見守り", "防災", "観光振興", "食育", "移住促進", "脱炭素", "デジタル化", "物資輸送", "避難所", "教育", "子育て",
             "就労", "農業", "文化財", "スポーツ", "交通安全", "空き家", "水道", "災害廃棄物")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a corpus is."""
    organizations: int
    agreements: int
    releases: int


#: The size of the country.
FULL = Size(50_000, 100_000, 150_000)


def scaled(share: float) -> Size:
    """A part of the country, of the same shape."""
    return Size(int(FULL.organizations * share), int(FULL.agreements * share), int(FULL.releases * share))


@dataclass(frozen=True, slots=True)
class _Body:
    name: str
    type: str
    code: str | None
    spellings: tuple[str, ...]
    prefecture: str | None


@dataclass(frozen=True, slots=True)
class _Agreement:
    number: int
    kind: str
    word: str
    title: str | None
    day: date
    parties: tuple[tuple[_Body, str], ...]
    themes: tuple[str, ...]
    amount: int | None


def agreement_of(statement: str) -> int:
    """The number of the agreement that a statement of this corpus tells of, by its id."""
    return int(statement.split("-")[1])


def extractions(size: Size = FULL, seed: int = 1) -> Iterator[Extraction]:
    """The corpus, release by release in the order of their publication numbers (not of their days)."""
    chance = random.Random(seed)
    agreements = _agreements(size, chance)
    number = 0
    # every agreement has one release; the rest goes to some of them again, to the known ones most often
    again = max(0, size.releases - len(agreements))
    often = [1 / (1 + n % 97) for n in range(len(agreements))]
    more = [0] * len(agreements)
    for n in chance.choices(range(len(agreements)), weights=often, k=again):
        more[n] += 1
    for agreement, further in zip(agreements, more, strict=True):
        for turn in range(1 + further):
            if number == size.releases:
                return
            yield _release(number, turn, agreement, chance)
            number += 1


def _agreements(size: Size, chance: random.Random) -> list[_Agreement]:
    public = _public(min(size.organizations // 3, 1_959))
    private = _private(size.organizations - len(public), chance)
    councils = [body for body in private if body.type == "council"]
    pick_public, pick_private = _Picker(public, 0.75), _Picker(private, 0.85)
    pick_council = _Picker(councils, 0.7) if councils else pick_private
    names, weights = [k[0] for k in _KINDS], [k[1] for k in _KINDS]
    by_kind = {k[0]: k for k in _KINDS}
    waiting = [*public, *private]
    chance.shuffle(waiting)
    found = []
    for number, kind in enumerate(chance.choices(names, weights=weights, k=size.agreements)):
        _, _, ours, theirs, word = by_kind[kind]
        parties: dict[str, tuple[_Body, str]] = {}
        if kind == "membership":
            parties = {b.name: (b, theirs) for b in [pick_council(chance)]}
        city = pick_public(chance)
        parties.setdefault(city.name, (city, ours))
        if kind != "membership":
            # everyone is somewhere; the rest follows the heavy tail
            other = waiting.pop() if waiting and chance.random() < 0.75 else pick_private(chance)
            parties.setdefault(other.name, (other, theirs))
        for _ in range(_more_parties(kind, chance)):
            body = pick_public(chance) if chance.random() < 0.3 else pick_private(chance)
            parties.setdefault(body.name, (body, "party" if kind in _SYMMETRIC else ours))
        while len(parties) < 2 or (kind == "brokerage" and len(parties) < 3):
            body = pick_private(chance)
            parties.setdefault(body.name, (body, theirs if len(parties) < 2 else ours))
        subject = chance.choice(_SUBJECTS)
        found.append(_Agreement(
            number, kind, word, f"{subject}に関する{word}" if kind in _SYMMETRIC and chance.random() < 0.8 else None,
            _FIRST_DAY + timedelta(days=int(_DAYS * chance.betavariate(2, 1.4))), tuple(parties.values()),
            tuple(sorted(chance.sample(THEMES, chance.choice((1, 1, 1, 2, 3))), key=THEMES.index)),
            chance.randrange(1, 500) * 100_000 if kind == "donation" else None))
    return found


def _more_parties(kind: str, chance: random.Random) -> int:
    """Parties beyond two: seven in ten agreements have none, the tail ends at 20 in all."""
    if kind == "membership":
        return min(18, 1 + int(chance.paretovariate(1.1)))
    if kind not in _SYMMETRIC or chance.random() < 0.7:
        return 0
    return min(18, int(chance.paretovariate(1.3)))


def _public(most: int) -> list[_Body]:
    """Public bodies in an order of the seedless kind; the first ones have the most agreements."""
    places = sorted(gazetteer.places(), key=lambda p: (p.type != "prefecture", random.Random(p.code).random()))[:most]
    twice = {p.name for p in places if sum(q.name == p.name for q in places) > 1} if most < 500 else _doubles(places)
    return [_Body(p.name, p.type, p.code,
                  (p.name,) if p.type == "prefecture" or p.name in twice else (p.name, p.prefecture + p.name),
                  p.prefecture) for p in places]


def _doubles(places: Sequence[gazetteer.Place]) -> set[str]:
    names = [p.name for p in places]
    return {name for name in names if names.count(name) > 1}


def _private(count: int, chance: random.Random) -> list[_Body]:
    types, shares = [t for t, _ in _SHARES], [s for _, s in _SHARES]
    found: list[_Body] = []
    taken: set[str] = set()
    while len(found) < count:
        kind = chance.choices(types, weights=shares)[0]
        stem = chance.choice(_HEADS) + chance.choice(_MIDDLES) + chance.choice(_HEADS if len(found) % 2 else _MIDDLES) \
            + chance.choice(_TAILS[kind])
        if stem in taken:
            continue
        taken.add(stem)
        forms = _FORMS[kind]
        form, side, _ = chance.choices(forms, weights=[f[2] for f in forms])[0]
        name = form + stem if side == "前" else stem + form
        spellings = [name]
        if form:
            short = _SHORT.get(form, form)
            spellings += [stem, short + stem if side == "前" else stem + short]
        found.append(_Body(name, kind, None, tuple(spellings), None))
        if form == "株式会社" and chance.random() < 0.01 and len(found) < count:
            # a namesake that has its form on the other side
            found.append(_Body(stem + form if side == "前" else form + stem, kind, None,
                               (stem + form if side == "前" else form + stem,), None))
    return found


class _Picker:
    """Draws bodies, the n-th with a weight of (n + 1) to the power of −`steepness`."""

    def __init__(self, bodies: Sequence[_Body], steepness: float) -> None:
        self._bodies = bodies
        self._sums = list(accumulate((n + 1) ** -steepness for n in range(len(bodies))))

    def __call__(self, chance: random.Random) -> _Body:
        return self._bodies[bisect(self._sums, chance.random() * self._sums[-1])]


def _release(number: int, turn: int, agreement: _Agreement, chance: random.Random) -> Extraction:
    """One release: the first side's, the other side's some days later, then background mentions."""
    late = (0, chance.randrange(0, 9))[turn] if turn < 2 else chance.randrange(30, 1500)
    published = agreement.day + timedelta(days=late + chance.randrange(0, 2))
    publisher = agreement.parties[turn % len(agreement.parties)][0]
    dated = turn < 2 or chance.random() < 0.6
    titled = agreement.title if turn < 2 or chance.random() < 0.5 else None
    day = agreement.day.isoformat() if turn < 2 and chance.random() < 0.85 else agreement.day.isoformat()[:7]
    written = [(body.spellings[0] if chance.random() < 0.7 else chance.choice(body.spellings), body, role)
               for body, role in agreement.parties]
    text, organizations, parties = "", [], []
    for name, body, role in written:
        start = len(text)
        text += name + "、"
        span = Span(start, start + len(name))
        organizations.append(NamedOrganization(name, body.type, code=body.code, mentions=(span,)))
        parties.append(Party(name, role, span=span))
    text = f"{text[:-1]}は、{day if dated else 'このたび'}、{'「' + titled + '」' if titled else agreement.word}を結びました。" \
           "これからも地域の課題に力を合わせて取り組んでまいります。"
    one = f"s-{agreement.number}-{turn}"
    statement = Statement(
        one, agreement.kind, "concluded", tuple(parties), date=day if dated else None, title=titled,
        themes=agreement.themes, precision=("day" if len(day) == 10 else "month") if dated else None,
        evidence=(Span(0, text.index("。") + 1),), confidence=0.5 + chance.randrange(50) / 100,
        label_used=agreement.word, amount_yen=agreement.amount,
        level="evidenced" if agreement.kind == "brokerage" else None)
    document = Document(f"doc:{number:06d}", text, f"https://example.com/releases/{number}",
                        f"{written[0][0]}と{agreement.word}", published.isoformat(), publisher.name)
    extraction = Extraction(document, EXTRACTOR, tuple(organizations), (statement,))
    if chance.random() < 0.1:
        extraction = replace(extraction, persons=(NamedPerson(f"佐藤{publisher.name[0]}太", "代表", written[0][0], ()),))
    if chance.random() < 0.02:
        extraction = replace(extraction, claims=(Claim(f"c-{number}", "count", written[0][0],
                                                       count=chance.randrange(5, 400), evidence=(Span(0, 2),)),))
    return extraction
