"""The records that all folders share, and their one serialiser.

`Document` goes into the extractor, `Extraction` comes out of it; the graph is fed from exactly these objects.
`Organization`, `Person` and `Tie` are what resolution makes of many extractions. Every record turns into JSON
through `to_json` and back through `from_json`; keys whose value is None or empty are left out, except those the
output contract always prints (a statement's status, date, title and themes).

All positions are code points of the document's text or title, half-open.
"""
from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

Field = Literal["text", "title"]

#: Type of an organisation → (label in the graph, sector). A unit has its parent's sector, None where that is unknown.
ORGANIZATION_TYPES: dict[str, tuple[str, str | None]] = {
    "national_government": ("NationalGovernment", "public"),
    "regional_bureau": ("RegionalBureau", "public"),
    "prefecture": ("Prefecture", "public"),
    "municipality": ("Municipality", "public"),
    "ward": ("Ward", "public"),
    "joint_authority": ("JointAuthority", "public"),
    "government_association": ("GovernmentAssociation", "public"),
    "agency": ("Agency", "public"),
    "company": ("Company", "private"),
    "bank": ("Bank", "private"),
    "university": ("University", "academic"),
    "nonprofit": ("Nonprofit", "civil"),
    "association": ("Association", "civil"),
    "cooperative": ("Cooperative", "civil"),
    "welfare": ("Welfare", "civil"),
    "chamber": ("Chamber", "civil"),
    "tourism": ("Tourism", "hybrid"),
    "council": ("Council", "hybrid"),
    "consortium": ("Consortium", "hybrid"),
    "platform": ("Platform", "hybrid"),
    "unit": ("Unit", None),
    "other": ("Other", None),
}

#: Kind of a tie → the roles its parties can have.
TIE_KINDS: dict[str, tuple[str, ...]] = {
    "comprehensive_partnership": ("party",),
    "partnership": ("party",),
    "disaster_support": ("party",),
    "business_alliance": ("party",),
    "capital_alliance": ("investor", "investee", "party"),
    "investment": ("investor", "investee"),
    "memorandum": ("party",),
    "basic_agreement": ("party",),
    "joint_research": ("party",),
    "field_trial": ("party",),
    "outsourcing": ("client", "contractor"),
    "designated_manager": ("authority", "operator"),
    "pfi": ("authority", "operator", "founder"),
    "donation": ("donor", "recipient"),
    "naming_rights": ("sponsor", "owner"),
    "secondment": ("sender", "receiver"),
    "support": ("supporter", "supported"),
    "membership": ("member", "collective"),
    "secretariat": ("operator", "collective"),
    "founding": ("founder", "collective"),
    "brokerage": ("broker", "connected"),
}
#: Kinds that are no agreement: what else a release can say holds.
NOT_AGREED = frozenset({"membership", "secretariat", "founding", "brokerage"})
STATUSES = ("planned", "concluded", "preliminary", "renewed", "ended", "cancelled")
THEMES = (
    "防災・災害", "安全・安心", "健康・医療", "高齢・障がい福祉", "子育て・こども", "教育・学び", "産業・創業", "雇用・人材",
    "農林水産・食", "フードロス・資源循環", "観光・交流", "文化・スポーツ", "移住・関係人口", "まちづくり・公共空間",
    "公共施設・インフラ", "交通・モビリティ", "脱炭素・エネルギー", "自然・環境", "デジタル・DX", "金融・資金",
    "行政経営・広報", "共生・人権・女性活躍", "研究・オープンイノベーション", "SDGs全般・地方創生",
)
LEVELS = ("claimed", "contracted", "evidenced")
PRECISIONS = ("day", "month", "year", "fiscal_year")
#: A date prefix, in ASCII digits; a time of day may stand behind a day.
_PREFIX = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ].*)?)?)?")

R = TypeVar("R")


def digest(*parts: str | None) -> str:
    """A stable 20-digit hexadecimal name for a tuple of strings; None and "" differ."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:20]


def precision_of(prefix: str) -> str:
    """The precision that a date prefix shows by its length: year, month or day. A fiscal year cannot be seen in it."""
    return {4: "year", 7: "month"}.get(len(prefix), "day")


def bounds(value: str, precision: str) -> tuple[str, str]:
    """The first and the last ISO day that a date prefix can mean («2019», «2019-06», «2019-06-24»).

    `precision` is one of PRECISIONS; a fiscal year is 1 April to 31 March. A time of day behind a day is no matter.
    Raises ValueError where the value is no date of that precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, not «{precision}»")
    parts = _PREFIX.fullmatch(value)
    if parts is None or precision_of(value) != ("year" if precision == "fiscal_year" else precision):
        raise ValueError(f"«{value}» is no date of precision {precision}: write 2019, 2019-06 or 2019-06-24")
    year, month, day = int(parts[1]), parts[2], parts[3]
    try:
        if precision == "fiscal_year":
            first, last = date(year, 4, 1), date(year + 1, 3, 31)
        else:
            first, last_month = date(year, int(month or 1), int(day or 1)), int(month or 12)
            last = date(year, last_month, int(day or monthrange(year, last_month)[1]))
    except ValueError as error:
        raise ValueError(f"«{value}» is no date of precision {precision}: there is no such day") from error
    return first.isoformat(), last.isoformat()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points [start, end) of a document's text or title."""
    start: int
    end: int
    field: Field = "text"


@dataclass(frozen=True, slots=True)
class Document:
    """What the extractor reads. `published` is a date prefix («2024-06-27»), `publisher` a name as its source gives it."""
    id: str
    text: str
    url: str | None = None
    title: str | None = None
    published: str | None = None
    publisher: str | None = None

    def words(self, span: Span) -> str:
        """The words a span points at."""
        return ((self.title or "") if span.field == "title" else self.text)[span.start:span.end]


@dataclass(frozen=True, slots=True)
class NamedOrganization:
    """An organisation as one document names it: the fullest form, and every place where it stands.

    `prefecture` is that of a place, or of the head office where the text tells it; numbers and codes stand in the text.
    """
    name: str
    type: str
    code: str | None = None
    sector: str | None = None
    legal_form: str | None = None
    prefecture: str | None = None
    mentions: tuple[Span, ...] = ()
    corporate_number: str | None = None
    security_code: str | None = None
    edinet_code: str | None = None


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person with a title in a named organisation, as one document names them."""
    name: str
    title: str
    organization: str
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """One organisation's part in a statement. `via` is the unit that acted for it."""
    name: str
    role: str
    via: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One tie that one document asserts between named organisations. The trigger's span is the first of `evidence`."""
    id: str
    kind: str
    status: str
    parties: tuple[Party, ...]
    date: str | None = None
    title: str | None = None
    themes: tuple[str, ...] = ()
    precision: str | None = None
    evidence: tuple[Span, ...] = ()
    confidence: float = 1.0
    label_used: str | None = None
    subject_kind: str | None = None
    municipality_role: str | None = None
    frame: str | None = None
    level: str | None = None
    led_to: str | None = None
    amount_yen: int | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    auto_renew: bool | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document says of one organisation without naming the others: «50自治体» (count), 橋渡し役 (intermediary)."""
    id: str
    kind: Literal["count", "intermediary"]
    organization: str
    count: int | None = None
    level: str | None = None
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Collective:
    """Five features of a collective, each None where the document does not tell, with the words that tell them.

    purpose goal|place, membership closed_expert|open_diverse, tie explicit_roles|loose, horizon short|long,
    orientation output|community.
    """
    organization: str
    purpose: str | None = None
    membership: str | None = None
    tie: str | None = None
    horizon: str | None = None
    orientation: str | None = None
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything one document says; `statements` are printed under the contract's key `relations`.

    `status` is what became of the release since: None where it stands as it was read; gone, its address answers that
    there is nothing any more; kept, an older version of a page that is edited in place, with the statements that the page
    does not make any more and was `last_seen` with (a date prefix). `text_sha256` is the hash of the whole text where
    only the words of its spans are kept.
    """
    document: Document
    extractor: str
    organizations: tuple[NamedOrganization, ...] = ()
    statements: tuple[Statement, ...] = ()
    persons: tuple[NamedPerson, ...] = ()
    claims: tuple[Claim, ...] = ()
    collectives: tuple[Collective, ...] = ()
    status: str | None = None
    last_seen: str | None = None
    text_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """One organisation of the graph. `id` comes from its strongest key; `candidates` are ids an unresolved name may mean."""
    id: str
    name: str
    type: str
    names: tuple[str, ...] = ()
    sector: str | None = None
    legal_form: str | None = None
    code: str | None = None
    corporate_number: str | None = None
    prefecture: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    candidates: tuple[str, ...] = ()
    security_code: str | None = None
    edinet_code: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the graph, told apart by name and organisation."""
    id: str
    name: str
    organization: str
    title: str
    first_seen: str | None = None
    last_seen: str | None = None


@dataclass(frozen=True, slots=True)
class TieParty:
    """One organisation's part in a tie: `organization` is an id, `name` the name as written."""
    organization: str
    role: str
    via: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """One event of the graph; `statements` are the ids of all statements that tell of it, the earliest first.

    `earliest` and `latest` are ISO days that always bound the event where anything bounds it. `led_to`, `renews` and
    `ends` are ids of other ties. `history` has «published status» for every change of the status, in the order of the
    releases; `conflicts` names the fields that the statements do not agree on.
    """
    id: str
    kind: str
    status: str
    parties: tuple[TieParty, ...]
    statements: tuple[str, ...]
    date: str | None = None
    precision: str | None = None
    earliest: str | None = None
    latest: str | None = None
    title: str | None = None
    themes: tuple[str, ...] = ()
    amount_yen: int | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    auto_renew: bool | None = None
    label_used: str | None = None
    subject_kind: str | None = None
    municipality_role: str | None = None
    frame: str | None = None
    level: str | None = None
    led_to: str | None = None
    renews: str | None = None
    ends: str | None = None
    history: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


#: Keys of an extraction that are printed only where something became of its release.
_STANDING = ("status", "last_seen", "text_sha256")
#: Keys that a statement always prints, even when they are empty.
_ALWAYS = {"Statement": {"date", "title", "themes"}, "Document": {"url", "title", "published", "publisher"}}


def to_json(record: Any) -> dict[str, Any]:
    """A record as plain JSON values, keys in the order of its fields."""
    if isinstance(record, Extraction):
        document = to_json(record.document)
        return {**document, "extractor": record.extractor,
                "organizations": [to_json(o) for o in record.organizations],
                "relations": [to_json(s) for s in record.statements],
                "persons": [to_json(p) for p in record.persons],
                "claims": [to_json(c) for c in record.claims],
                "collectives": [to_json(c) for c in record.collectives],
                **{key: value for key in _STANDING if (value := getattr(record, key)) is not None}}
    if isinstance(record, Span):
        place: dict[str, Any] = {"start": record.start, "end": record.end}
        return {"field": "title", **place} if record.field == "title" else place
    always = _ALWAYS.get(type(record).__name__, set())
    plain: dict[str, Any] = {}
    for f in dataclasses.fields(record):
        value = getattr(record, f.name)
        if value is None or value == ():
            if f.name in always:
                plain[f.name] = [] if value == () else None
        elif isinstance(value, tuple):
            plain[f.name] = [to_json(v) if dataclasses.is_dataclass(v) else v for v in value]
        else:
            plain[f.name] = to_json(value) if dataclasses.is_dataclass(value) else value
    return plain


def from_json(kind: type[R], plain: Mapping[str, Any]) -> R:
    """The record of a JSON object; unknown keys (gold labels among them) are ignored.

    Raises ValueError that names the key which is missing or of the wrong shape.
    """
    if kind is Extraction:
        return kind(document=from_json(Document, plain), extractor=plain.get("extractor", ""),  # type: ignore[call-arg]
                    organizations=_all(NamedOrganization, plain.get("organizations")),
                    statements=_all(Statement, plain.get("relations")),
                    persons=_all(NamedPerson, plain.get("persons")),
                    claims=_all(Claim, plain.get("claims")),
                    collectives=_all(Collective, plain.get("collectives")),
                    **{key: plain.get(key) for key in _STANDING})
    nested: dict[str, type] = {"mentions": Span, "evidence": Span, "span": Span,
                               "parties": TieParty if kind is Tie else Party}
    values: dict[str, Any] = {}
    for f in dataclasses.fields(kind):  # type: ignore[arg-type]
        value = plain.get(f.name)
        if value is None:
            if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
                raise ValueError(f"{kind.__name__}: the key «{f.name}» is missing")
            continue
        if isinstance(value, list):
            values[f.name] = _all(nested[f.name], value) if f.name in nested else tuple(value)
        else:
            values[f.name] = from_json(nested[f.name], value) if f.name in nested else value
    return kind(**values)


def _all(kind: type[R], plain: Iterable[Mapping[str, Any]] | None) -> tuple[R, ...]:
    return tuple(from_json(kind, one) for one in plain or ())


def read_document(plain: Mapping[str, Any]) -> Document:
    """A document from one JSON object of the input contract.

    Raises ValueError, saying which key is wrong, where `id` or `text` is missing or a key is not text.
    """
    if not isinstance(plain, Mapping):
        raise ValueError("a line must hold one JSON object with at least the keys «id» and «text»")
    for key in ("id", "text"):
        if not isinstance(plain.get(key), str) or (key == "id" and not plain[key]):
            raise ValueError(f"the key «{key}» is missing or is not text")
    for key in ("url", "title", "published", "publisher"):
        if plain.get(key) is not None and not isinstance(plain[key], str):
            raise ValueError(f"the key «{key}» must be text or null")
    return from_json(Document, plain)
