"""What a source is: where releases come from, how its index is read, what its terms allow, what to expect of it.

The models are the schema of a source's YAML file: closed (an unknown key is an error) and strict (no text where a number
belongs). `pipelines.sources.schema` reads files with them and says line and cure.
"""
from __future__ import annotations

import codecs
import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

import cssselect
from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Kind = Literal["feed", "listing", "sitemap", "folder"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Store = Literal["full", "evidence"]

#: Weights of the first five digits of a 全国地方公共団体コード; its sixth is 11 less their sum modulo 11, last digit.
#: Source: 総務省, 全国地方公共団体コード仕様 (検査数字).
_WEIGHTS = (6, 5, 4, 3, 2)


def _code(code: str) -> str:
    check = (11 - sum(w * int(d) for w, d in zip(_WEIGHTS, code, strict=False)) % 11) % 10
    if check != int(code[5]):
        raise ValueError(f"«{code}» has the wrong check digit (it should end in {check}); "
                         "copy the six digits of the 全国地方公共団体コード again")
    return code


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:  # e.g. «http://[»
        parts, is_one = urlsplit(""), False
    if parts.username is not None:
        # not repeated: it would stand in every log
        raise ValueError("holds a user's name or password; no such page is fetched, leave out what stands before «@»")
    if not is_one:
        raise ValueError(f"«{url}» is no address; it must begin with http:// or https:// and hold no spaces")
    return url


def _cron(line: str) -> str:
    if len(line.split()) != 5:
        raise ValueError(f"«{line}» is no schedule; write five fields (minute hour day month weekday), "
                         "e.g. \"30 7,13,19 * * *\"")
    try:
        CronSim(line, dt.datetime(2026, 1, 1))
    except CronSimError as error:
        raise ValueError(f"«{line}» is no schedule ({error}); write five fields, e.g. \"30 7,13,19 * * *\"") from error
    return line


def _charset(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(f"«{name}» is no character set; usual ones are utf-8, shift_jis, euc-jp, iso-2022-jp") from None
    return name


def _selector(text: str) -> str:
    try:
        cssselect.parse(text)
    except cssselect.SelectorError as error:
        raise ValueError(f"«{text}» is no CSS selector ({error}); e.g. \"ul.news li\"") from error
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"«{text}» is no regular expression ({error}); escape marks such as ? and ( with \\") from error
    return text


def _tuple(value: Any) -> Any:
    """One text stands for a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Code = Annotated[str, StringConstraints(pattern=r"^\d{6}$"), AfterValidator(_code)]
Address = Annotated[str, AfterValidator(_address)]
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_tuple), Field(min_length=1)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
Patterns = Annotated[tuple[Annotated[str, AfterValidator(_pattern)], ...], BeforeValidator(_tuple)]
Selector = Annotated[str, AfterValidator(_selector)]


class Closed(BaseModel):
    """A mapping with these keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Publisher(Closed):
    """The organisation that speaks. `code` is its 全国地方公共団体コード (six digits, quoted) where it has one."""

    name: Annotated[str, StringConstraints(min_length=1)]
    code: Code | None = None


class Rights(Closed):
    """What the site's terms allow. Until a person has read them (`terms_checked_on`) nothing is fetched.

    `store`: full keeps bytes and text; evidence keeps, after extraction, the hash and the words that state a tie.
    """

    terms_url: Address | None = None
    terms_checked_on: dt.date | None = None
    allowed: bool | None = None
    store: Store = "full"
    note: str | None = None


class Expect(Closed):
    """What a normal day looks like.

    `min`: addresses that the index must hold (fewer: it is broken). `max`: new addresses a day (more: they were
    renamed, or a selector catches too much). `stale_days`: days without anything new before somebody should look.
    """

    min: Annotated[int, Field(ge=0)] = 1
    max: Annotated[int, Field(ge=1)] | None = None
    stale_days: Annotated[int, Field(ge=1)] | None = None


class Listing(Closed):
    """Where a listing page has its releases; every value is a CSS selector but `pages`.

    `item`: one element a release. Within it `link` (left out: its first link, or itself), `title` (left out: the link's
    text; without that of `without`) and `date` (left out: the first date in the item's text). `headings`: elements before
    the items whose texts date them; a heading of a year and month completes later ones of month and day. `next`: the
    link to older items, followed to `pages` pages in all.
    """

    item: Selector
    link: Selector | None = None
    title: Selector | None = None
    without: Selector | None = None
    date: Selector | None = None
    headings: Selector | None = None
    next: Selector | None = None
    pages: Annotated[int, Field(ge=1, le=50)] = 1


class Sitemap(Closed):
    """`newest_days`: only addresses whose lastmod is as young; those without a lastmod are taken."""

    newest_days: Annotated[int, Field(ge=1)] = 30


class Source(Closed):
    """One source. `name` is the name of its file without «.yaml»; addresses may hold {yyyy}, {mm} and {yyyymm}."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    file: Path
    kind: Kind
    title: Annotated[str, StringConstraints(min_length=1)] | None = None
    publisher: Publisher | None = None
    url: Addresses | None = None
    path: Path | None = None
    schedule: Annotated[str, AfterValidator(_cron)] = "30 7,13,19 * * *"
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "ja"
    charset: Annotated[str, AfterValidator(_charset)] | None = None
    delay: Annotated[float, Field(ge=1, le=3600)] = 5.0
    sites: Texts = ()
    include: Patterns = ()
    exclude: Patterns = ()
    living: bool = False
    listing: Listing | None = None
    sitemap: Sitemap | None = None
    rights: Rights = Rights()
    expect: Expect = Expect()
    seen: str | None = None
    enabled: bool = True

    @property
    def is_web(self) -> bool:
        """Whether it is asked over the network."""
        return self.kind != "folder"

    @property
    def is_open(self) -> bool:
        """Whether it may be asked: enabled, and for the web its terms read and allowing it."""
        cleared = self.rights.terms_checked_on is not None and self.rights.allowed is True
        return self.enabled and (cleared or not self.is_web)

    def addresses(self, on: dt.date) -> tuple[str, ...]:
        """The addresses of its index on a day in Japan, without repetition.

        {yyyy}, {mm} and {yyyymm} are filled in; in the first seven days of a month those of the month before come too,
        so that nothing of its last day is missed.
        """
        months = [on]
        if on.day <= 7:
            months.append(on.replace(day=1) - dt.timedelta(days=1))
        return tuple(dict.fromkeys(url.replace("{yyyymm}", f"{m:%Y%m}").replace("{yyyy}", f"{m:%Y}")
                                   .replace("{mm}", f"{m:%m}") for url in self.url or () for m in months))

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Source:
        if self.is_web and self.url is None:
            raise ValueError(f"a {self.kind} needs «url: https://…», the address of its index")
        if self.is_web and self.path is not None:
            raise ValueError(f"«path» is for kind folder; a {self.kind} has «url»")
        if not self.is_web and self.path is None:
            raise ValueError("a folder needs «path: …», the folder or file to read, relative to this file")
        if not self.is_web and self.url is not None:
            raise ValueError("«url» is not for kind folder; give «path», or another kind")
        if self.kind == "listing" and self.listing is None:
            raise ValueError("a listing needs «listing: {item: …}», the CSS selector of one release in the page")
        for section in ("listing", "sitemap"):
            if getattr(self, section) is not None and self.kind != section:
                raise ValueError(f"«{section}» is for kind {section}; this one is a {self.kind}")
        if self.is_web and self.enabled and not self.is_open:
            raise ValueError("«enabled: true» needs its terms read first (rights: terms_checked_on and allowed: true); "
                             f"run `kakehashi sources enable {self.name}`")
        return self
