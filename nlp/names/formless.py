"""Organisations named without a legal form, recognised by the words around them, as the press names them.

Only sentences that may hold a tie are read: brackets that tell a seat or a head («X（東京都）», «X（Y社長）»), lists of a
group's firms, endings that only companies have, names in the place of a party.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.legal_forms import bare_type, completed
from nlp.names.units import is_unit, unit_start
from nlp.patterns import lines_of, pattern
from nlp.patterns import words as words_of
from nlp.text import Page
from nlp.words import Words

_N = "一-龥々〆髙﨑ヶァ-ヴーA-Za-z0-9&・.'’\\-"
_NAME = f"[{_N}]{{2,24}}"
_ACT = pattern("formless", "act")
_SEAT = ("(?:(?:本社|本店)?[:・、 ]?(?:{places}|東京都|大阪市|同市|同県|同区|同町)[^()、]{{0,12}}"
         "|[^()、。]{{2,14}}(?:社長|会長|代表取締役|代表|理事長|頭取|支配人|支店長)|同市[^()]{{0,6}})")
_NOT = pattern("formless", "not")
_BAD_END = pattern("formless", "bad_end")


@cache
def _endings() -> str:
    return "|".join(map(re.escape, sorted(lines_of("company_endings.txt"), key=lambda w: (-len(w), w))))


@cache
def _cities() -> frozenset[str]:
    """Names of municipalities with and without their last sign."""
    return frozenset(gazetteer.by_name()) | frozenset(n[:-1] for n in gazetteer.by_name() if len(n) > 2)


def find_formless(page: Page, words: Words) -> Iterator[Proposal]:
    """Names by what stands around them; `by` tells what; the name completes elided lists («A、Bの2大学»)."""
    norm = page.norm
    for sentence in page.sentences:
        text = norm[sentence.start:sentence.end]
        if _ACT.search(text) or ("(" in text and _ACT.search(norm)):
            for one in _in_sentence(text, words):
                yield replace(one, start=sentence.start + one.start, end=sentence.start + one.end)
    yield from _strange_towns(norm)
    for match in pattern("formless", "short").finditer(norm):
        name = completed(match[0])
        if not pattern("formless", "no_short").search(match[0]):
            yield _proposal(match.start(), match.end(), bare_type(name) or "university", name, "context short")


def _in_sentence(text: str, words: Words) -> Iterator[Proposal]:
    act = _ACT.search(text) is not None
    for number, (said, type_) in enumerate(_patterns()):
        if number and not act:
            return
        for match in said.finditer(text):
            if (number == _BY_ENDING and not _proper(match["name"], words)) or re.search("以下、?$", text[:match.start("name")]):
                continue
            start, end = match.span("name")
            name = match["name"].strip("・ ")
            start += len(match["name"]) - len(match["name"].lstrip("・ "))
            end = start + len(name)
            if is_unit(name):
                continue
            wider = _hiragana_before(text, start, words)
            start, name = wider, text[wider:start] + name
            unit = unit_start(name)
            if unit is not None:
                name, end = name[:unit], start + unit
            if _good(name) or (type_ == "consortium" and len(name) > 5):
                yield _proposal(start, end, type_, name, f"context {number}")
    yield from _firms(text)
    yield from _elided(text)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    places = "|".join(sorted({*gazetteer.by_name(), *gazetteer.prefectures()}, key=lambda w: (-len(w), w)))
    seat = _SEAT.format(places=places)
    open_ = f"(?<![{_N}])(?<![一-龥] )"
    return (
        (re.compile(f"{open_}(?P<name>{_NAME})(?=\\({seat}\\))"), "company"),
        (re.compile(f"(?:会社|企業|親会社|メーカー|業|大手|販売|法人|店|銀行|商社)[「『]"
                    f"(?P<name>{_NAME})[」』](?=[^、。]{{0,12}}(?:が|は|と|に|から|より|を|の))"), "company"),
        (re.compile(f"(?<![{_N}])(?P<name>{_NAME})(?=の[一-龥]{{2,6}}(?:社長|会長|専務|代表取締役|代表))"), "company"),
        (re.compile(f"(?:{open_}|(?<=業の)|(?<=手の)|(?<=の)|(?<=と))(?P<name>[{_N}]{{1,18}}(?:{_endings()}))"
                    f"(?=[はがとにを、へ]|から|より|など|及び|の[0-9]|の3者|が|と|\\(|$)"), "company"),
        (re.compile(f"(?<=代表)(?:企業|事業者|構成員)は、?(?P<name>{_NAME})(?=で|だ|が|。|$|と)"), "company"),
        (re.compile(f"{open_}(?P<name>{_NAME})(?=(?:を|が)?(?:代表企業|代表事業者|代表)(?:と|で|の))"), "company"),
        (re.compile(f"(?<=[業社手売店種造車品貨]の)(?P<name>[{_N}]{{2,20}})(?=(?:が|は|と|に|を|\\()"
                    f"[^。]{{0,60}}(?:協定|契約|取得|相手|締結|提携|寄付|寄附))"), "company"),
        (re.compile(f"^(?P<name>[{_N}]{{3,20}})(?=(?:が|は)、?[^。]{{2,30}}[市町村県府都区]と[^。]{{0,40}}(?:協定|提携|覚書))"), "company"),
        (re.compile(f"(?<=置く)(?P<name>[{_N}]{{2,20}})(?=の[0-9三2-9]+者|が|は|と)"), "company"),
        (re.compile(f"(?<![{_N}])(?P<name>[ァ-ヴーA-Za-z0-9・]{{3,20}})(?=(?:の[0-9]者)?(?:と|は|が)[^。]{{0,50}}"
                    f"(?:包括連携|連携協定|協定を|協定も|提携|覚書|業務契約))"), "company"),
        (re.compile("(?<=[、とはが])(?P<name>[ァ-ヴーA-Za-z0-9・]{3,20}|[一-龥ァ-ヴーA-Za-z]{2,12})(?=の[0-9３三2-9]+(?:者|社)で)"), "company"),
        (re.compile(f"(?<![{_N}])(?P<name>[{_N}]{{2,20}}グループ)(?=(?:に|を|が|は|と|の提案|の落札|で|、|。|/|$)|\\s)"), "consortium"),
    )


def _hiragana_before(text: str, start: int, words: Words) -> int:
    """Where a name begins whose first word is of hiragana («すずかけ旅行»): at a noun right behind a stop."""
    found = re.search("(?:^|[、。「(はがと ])([ぁ-ゖ]{2,6})$", text[:start])
    if not found or not all(pos in ("NOUN", "PROPN") for a, b, pos in words.of(text) if a < start and b > found.start(1)):
        return start
    return found.start(1)


#: Which of the patterns goes by the ending alone, and so asks for a proper noun in the name.
_BY_ENDING = 3


def _proper(name: str, words: Words) -> bool:
    return any(pos == "PROPN" for _, _, pos in words.of(name))


def _good(name: str) -> bool:
    if _NOT.match(name) or name in _cities() or re.fullmatch("[0-9A-Za-z.\\-]{1,2}|[0-9.,]+", name):
        return False
    if re.search("^(?:当|同|本|各|両|全|約|計|第[0-9一二三]|[0-9])", name) or re.search("会社|法人|協議会|銀行$|信用金庫$|大学$", name):
        return False
    if re.match("[一-龥]{2}$", name) and not name.endswith(("組", "社")):
        return True
    return not _BAD_END.search(name) or (re.search(f"[{_N}]{{2}}(?:{_endings()})$", name) is not None and len(name) >= 4)


def _proposal(start: int, end: int, type_: str, name: str, by: str) -> Proposal:
    return Proposal(start, end, name, type_, rank=-1, sure=False, by=by)


def _firms(text: str) -> Iterator[Proposal]:
    """Firms of a group: «構成員には、A、B、Cが名を連ね», «▽A（設計）▽B（建設）», «代表企業のAのほか、B、C»."""
    if not pattern("formless", "firms").search(text):
        return
    bare = re.sub(r"\([^()]*\)", lambda m: " " * len(m[0]), text)
    for match in re.finditer(f"(?:^|(?<=[、▽と。:はに])|(?<=には、)|(?<=代表企業の)|(?<=代表の)|(?<=員に)|(?<=とし、))"
                             f"(?P<name>[{_N}]+(?: [A-Z][{_N}]+)?)(?= *(?:、|▽|と[一-龥ァ-ヴA-Z]"
                             f"|が(?:名|代表|構成|協力)|から|を代表|のほか| *$|。|も(?:協力|構成)|で構成))", bare):
        name = match["name"]
        unit = unit_start(name)
        name = name if unit is None else name[:unit]
        if (_good(name) or (len(name) >= 3 and _good(name + "商会") and re.search("(?:センター|室|所)$", name))) \
                and not pattern("formless", "no_firm").search(name) and len(name) >= 2:
            yield _proposal(match.start("name"), match.start("name") + len(name), "company", name, "context firms")


def _elided(text: str) -> Iterator[Proposal]:
    """«A、B、Cの計3大学»: each is A大学, B大学, C大学."""
    for match in pattern("formless", "elided").finditer(text):
        position = match.start("list")
        for part in re.split("[、・]", match["list"]):
            full = words_of("formless")["elided_full"].get(match["what"], match["what"])
            name = completed(part)
            type_ = "university" if match["what"] == "大学" else "bank"
            yield _proposal(position, position + len(part), type_, name if name.endswith(full) else name + full, "context elided")
            position += len(part) + 1


def _strange_towns(norm: str) -> Iterator[Proposal]:
    """Municipalities that the list does not know (abroad, dissolved): a mayor stands with them."""
    for match in re.finditer("(?<![一-龥])[一-龥]{2,4}市政府", norm):
        yield _proposal(match.start(), match.end(), "municipality", match[0], "context abroad")
    for match in pattern("formless", "strange_town").finditer(norm):
        name = re.sub("^.*(?:[はがとをにへのたる])(?=[一-龥]{2,})", "", match["name"])
        if name not in gazetteer.by_name() and len(name) >= 3 and not name.startswith(("同", "当", "両")):
            yield _proposal(match.end("name") - len(name), match.end("name"), "municipality", name, "context abroad")
