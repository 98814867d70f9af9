"""`kakehashi sources`: which sources there are, whether they are sound, what they give, and letting them be asked."""
from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from pipelines import show
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.fetch.client import Answer as Fetched
    from pipelines.fetch.client import Client
    from pipelines.ledger import Ledger
    from pipelines.sources import Found, Source
    from pipelines.sources.guess import Guess

app = typer.Typer(no_args_is_help=True, help="Where releases come from: list, check, add, test, enable, disable, wake.")
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

Name = Annotated[str, typer.Argument(help="A source's name, as `kakehashi sources list` has it.")]
On = Annotated[str | None, typer.Option(help="The day on which the terms were read, e.g. 2026-04-01; left out: today.")]
#: Releases that `test` shows at most.
_SHOWN = 20


@app.command("list")
def list_(csv: Annotated[bool, typer.Option("--csv", help="A header line and every column on standard output.")] = False,
          ) -> None:
    """All sources, shipped and your own: publisher, whether they are asked, and what they gave last."""
    import pandas as pd

    from pipelines import sources

    settings = Settings.from_environment()
    sound, flaws = sources.check(settings.config)
    given = _given(settings, list(sound.values()))
    rows = [_row(source, given.get(source.name, {})) for source in sound.values()]
    if csv:
        show.frame(out, pd.DataFrame(rows), None, csv=True)
    else:
        show.table(out, ["name", "kind", "publisher", "asked", "terms read", "items", "last new"],
                   [[r["name"], r["kind"], escape(r["publisher"] or r["title"] or ""), "yes" if r["open"] else "no",
                     r["terms_checked_on"] or "", r["items"] or "", r["last_new"] or ""]
                    for r in rows])
        out.print(f"{len(rows)} sources, {sum(r['open'] for r in rows)} of them asked; `kakehashi sources enable NAME` "
                  "lets one be asked", markup=False)
    for flaw in flaws:
        err.print(escape(str(flaw)))


def _row(source: Source, given: dict[str, Any]) -> dict[str, Any]:
    rights = source.rights
    return {"name": source.name, "kind": source.kind, "title": source.title,
            "publisher": source.publisher.name if source.publisher else None,
            "code": source.publisher.code if source.publisher else None,
            "url": " ".join(source.url or ()) or str(source.path), "enabled": source.enabled, "open": source.is_open,
            "terms_url": rights.terms_url,
            "terms_checked_on": rights.terms_checked_on.isoformat() if rights.terms_checked_on else None,
            "store": rights.store, "schedule": source.schedule, "living": source.living,
            # a text: a column of numbers with gaps would have decimals
            "items": str(given["items"]) if "items" in given else None, "last_new": given.get("last_new"), "file": str(source.file),
            "seen": source.seen}


def _given(settings: Settings, known: list[Source]) -> dict[str, dict[str, Any]]:
    """What each source's index named when it was last read, and the last day with something new; no ledger is made."""
    file = settings.ledger_url.removeprefix("sqlite:///")
    if settings.ledger_url.startswith("sqlite:///") and not Path(file).exists():
        return {}
    from pipelines.fetch.archive import Archive
    from pipelines.ledger import Ledger, fetches
    from pipelines.sources import intake

    archive = Archive(settings.archive_url)
    with Ledger.open(settings.ledger_url) as ledger:
        with ledger.reading() as c:
            health = {one.source: one for one in fetches.health(c)}
        return {s.name: {"items": intake.named(ledger, archive, s), "last_new": (health[s.name].last_new or "")[:10]}
                for s in known if s.name in health}


@app.command()
def check() -> None:
    """Read every source's file; each flaw is a line with file, line and cure, and the exit code is 1 if there is one."""
    from pipelines import sources

    sound, flaws = sources.check(Settings.from_environment().config)
    for flaw in flaws:
        out.print(escape(str(flaw)))
    out.print(f"{len(sound)} sources are sound" + (f", {len({f.file for f in flaws})} are not" if flaws else ""))
    if flaws:
        raise SystemExit(1)


@app.command()
def add(url: Annotated[str, typer.Argument(help="The address of a feed, sitemap or listing page, or a folder.")],
        name: Annotated[str | None, typer.Option(help="What to call it; left out: from its host.")] = None,
        kind: Annotated[str | None, typer.Option(help="feed, listing, sitemap or folder; left out: from what it gives.")]
        = None,
        body: Annotated[Path | None, typer.Option(help="A file with what the address gives, so that nothing is asked.")]
        = None,
        title: Annotated[str | None, typer.Option(help="A title for people.")] = None,
        publisher: Annotated[str | None, typer.Option(help="The organisation that speaks.")] = None,
        code: Annotated[str | None, typer.Option(help="Its 団体コード, six digits.")] = None,
        item: Annotated[str | None, typer.Option(help="For a listing: the CSS selector of one release.")] = None) -> None:
    """Write a new source into the configuration folder; it is not asked until `enable`."""
    from pipelines.sources import KINDS, address, guess, overrides

    settings = Settings.from_environment()
    if kind is not None and kind not in KINDS:
        raise ValueError(f"--kind {kind} is not known; it can be {', '.join(KINDS)}")
    if "://" not in url:
        _add_folder(settings, Path(url), name, title)
        return
    if address.cleaned(url, url) is None:
        raise ValueError(f"«{url}» is no address; it must begin with http:// or https:// and have a host")
    name = name or guess.name(url)
    overrides.refuse(settings.config, name)
    found = guess.Guess(kind) if kind in ("feed", "sitemap") else _guessed(settings, url, body)
    if found.kind == "listing" and found.feeds and kind is None and item is None:
        raise ValueError(f"{url} is a page that names a feed; add that: kakehashi sources add {found.feeds[0]} "
                         "(or --kind listing for the page itself)")
    selector = item or found.item
    if found.kind == "listing" and selector is None:
        raise ValueError(f"{url} is a page, and no list of dated links was found in it; give --item, the CSS selector "
                         "of one release, e.g. --item \"ul.news li\"")
    owner = {"name": publisher, "code": code} if publisher else _owner(guess.publisher(url))
    content: dict[str, Any] = {"kind": found.kind}
    content |= {"title": title or found.title} if title or found.title else {}
    content |= {"publisher": {k: v for k, v in owner.items() if v}} if owner else {}
    content |= {"url": url}
    content |= {"listing": {"item": selector}} if found.kind == "listing" else {}
    content |= {"rights": {"terms_url": None, "terms_checked_on": None, "allowed": None, "store": "evidence"},
                "enabled": False}
    source = overrides.add(settings.config, name, content,
                           "Added by `kakehashi sources add`; look at it with `kakehashi sources test`.")
    out.print(f"{source.file}: {source.kind}" + (f" of {source.publisher.name}" if source.publisher else ""), markup=False)
    out.print(f"next: kakehashi sources test {source.name}, then kakehashi sources enable {source.name}", markup=False)


def _add_folder(settings: Settings, path: Path, name: str | None, title: str | None) -> None:
    from pipelines.sources import overrides

    if not path.exists():
        raise FileNotFoundError(f"there is no {path}; give an address (https://…), or a folder or file that exists")
    content = {"kind": "folder", **({"title": title} if title else {}), "path": str(path.resolve())}
    source = overrides.add(settings.config, name or path.stem.lower(), content, "Files that are dropped here are read.")
    out.print(f"{source.file}: folder {source.path}", markup=False)


def _owner(found: Any) -> dict[str, Any]:
    return {"name": found.name, "code": found.code} if found else {}


def _guessed(settings: Settings, url: str, body: Path | None) -> Guess:
    """By a file, else by what the archive has of the address, else by asking for it."""
    from pipelines.ledger import Ledger
    from pipelines.sources import guess

    if body is not None:
        return guess.of_body(url, body.read_bytes())
    with Ledger.open(settings.ledger_url) as ledger:
        if (kept := _archived(settings, ledger, url)) is not None:
            return guess.of_body(url, *kept)
        with client(ledger, settings) as asking:
            answer = asking.fetch(url)
    if answer.data is None:
        raise ValueError(f"{url} gave nothing to look at ({_failed(answer)}); give --kind, or --body with a saved copy")
    return guess.of_body(answer.url, answer.data, answer.headers)


def _archived(settings: Settings, ledger: Ledger, url: str) -> tuple[bytes, dict[str, str]] | None:
    from pipelines.fetch.archive import Archive
    from pipelines.ledger import fetches

    with ledger.reading() as c:
        newest = fetches.history(c, url, "", frozenset()).newest
    if newest is None or newest.sha256 is None:
        return None
    try:
        return Archive(settings.archive_url).get(newest.sha256), dict(newest.headers)
    except FileNotFoundError:
        return None


@app.command()
def test(name: Name, limit: Annotated[int, typer.Option(help="Releases to show at most.", min=1)] = _SHOWN) -> None:
    """Ask a source's index once, as a run would: what robots.txt says, and the releases it names. Nothing is kept."""
    from pipelines import sources
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    source = sources.one(settings.config, name)
    if not source.is_web:
        from pipelines.fetch import folder

        assert source.path is not None
        out.print(f"{source.path}: {len(folder.files([source.path]))} files", markup=False)
        return
    with Ledger.open(settings.ledger_url) as ledger, client(ledger, settings) as asking:
        sound = _ask(ledger, asking, source, limit)
    if not sound:
        raise SystemExit(1)


def _ask(ledger: Ledger, asking: Client, source: Source, limit: int) -> bool:
    """Print what the index gives; whether it could be read and holds what is expected of it."""
    from pipelines import sources

    on = dt.date.fromisoformat(asking.clock.stamp()[:10])
    failed: list[str] = []

    def ask(wanted: Any) -> sources.Answer | None:
        answer = asking.fetch(wanted.url, delay=source.delay)
        verdict = _robots(ledger, answer.url)
        out.print(f"{wanted.url}\n  robots.txt: {verdict}\n  answer: {_failed(answer) or answer.status}, "
                  f"{answer.attempts} requests, {answer.seconds:g} s", markup=False)
        if answer.data is None:
            failed.append(wanted.url)
            return None
        return sources.Answer(answer.url, answer.data, answer.headers)

    pages, releases = 0, 0
    try:
        for _, found in sources.walk(source, ask, on):
            pages, releases = pages + 1, releases + len(found.releases)
            _show(found, limit)
    except sources.UnreadableIndex as error:
        out.print(f"[red]{escape(source.name)}[/] {escape(str(error))}")
        return False
    problems = sources.judge(source, sources.Day(on, pages, releases), None)
    for problem in problems:
        out.print(f"[yellow]{problem.level}[/] {escape(problem.line)}")
    return not failed and not any(problem.level == "fatal" for problem in problems)


def _show(found: Found, limit: int) -> None:
    show.table(out, ["published", "publisher", "title", "address"],
               [[w.published or "", escape(w.publisher or ""), escape(w.title or ""), escape(w.url)]
                for w in found.releases[:limit]])
    left = "".join(f"; left out {number} {reason}" for reason, number in found.left_out.items())
    further = f"; names {len(found.further)} further pages of the index" if found.further else ""
    out.print(f"{len(found.releases)} releases{left}{further}" + (f"; {found.problem}" if found.problem else ""),
              markup=False)


def _robots(ledger: Ledger, url: str) -> str:
    """What is known of the site's robots.txt, in words."""
    from urllib.parse import urlsplit

    from pipelines.ledger import hosts

    parts = urlsplit(url)
    with ledger.reading() as c:
        kept = hosts.robots_of(c, f"{parts.scheme}://{parts.netloc.lower()}")
    if kept is None:
        return "was not asked for"
    said = {"rules": "has rules", "allow": "there is none: everything is allowed", "deny": "refuses everything",
            "unreachable": "could not be had, which counts as a no"}[kept.verdict]
    return f"{said} ({kept.detail})" if kept.detail else said


def _failed(answer: Fetched) -> str:
    if answer.failure is None:
        return ""
    return f"{answer.failure.label}: {answer.failure.line}" + (f" ({answer.detail})" if answer.detail else "")


@app.command()
def enable(name: Name, on: On = None,
           terms: Annotated[str | None, typer.Option(help="The address of the terms, where the source does not know it.")]
           = None,
           store: Annotated[str | None, typer.Option(help="full keeps bytes and text; evidence only the words that state "
                                                          "a tie, and a hash.")] = None,
           confirm: Annotated[bool, typer.Option("--i-have-read-the-terms", help="Do not ask; for scripts.")] = False,
           ) -> None:
    """Confirm that you have read a source's terms and that they allow it; from then on it is asked."""
    from pipelines import sources
    from pipelines.sources import overrides

    settings = Settings.from_environment()
    source = sources.one(settings.config, name)
    if not source.is_web:
        out.print(f"{overrides.allow_folder(settings.config, source).file}: is read from now on", markup=False)
        return
    address = terms or source.rights.terms_url
    if address is None:
        home = "/".join((source.url or ("",))[0].split("/")[:3])
        raise ValueError(f"nobody has noted where {source.title or name} states its terms; look on {home}/ for them and "
                         "give the address with --terms")
    _show_terms(source, address, store)
    if not confirm and not _agreed():
        out.print("Nothing was changed.")
        raise SystemExit(1)
    kept = overrides.enable(settings.config, source, _day(on), address, store)
    out.print(f"{kept.file}: enabled, terms read on {kept.rights.terms_checked_on}, store {kept.rights.store}", markup=False)


def _show_terms(source: Source, address: str, store: str | None) -> None:
    out.print(f"source     {source.title or source.name}", markup=False)
    out.print(f"address    {' '.join(source.url or ())}", markup=False)
    out.print(f"terms      {address}", markup=False)
    if source.rights.note:
        out.print(f"note       {source.rights.note}", markup=False)
    kept = {"full": "bytes and text of every release", "evidence": "a hash, and the words that state a tie"}
    chosen = store or source.rights.store
    out.print(f"kept       {kept.get(chosen, chosen)} (store: {chosen})", markup=False)
    out.print(f"asked      {source.schedule} in Japan, {source.delay:g} s between requests", markup=False)


def _agreed() -> bool:
    err.print("Have you read these terms, and do they allow fetching these pages and keeping what is named above? [y/N] ",
              end="", markup=False)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "はい")


def _day(on: str | None) -> dt.date:
    if on is None:
        from pipelines.fetch.clock import Clock

        return dt.date.fromisoformat(Clock().stamp()[:10])
    try:
        return dt.date.fromisoformat(on)
    except ValueError:
        raise ValueError(f"--on {on} is no day; write it as 2026-04-01") from None


@app.command()
def disable(name: Name) -> None:
    """Let a source be asked no more; what is known of its terms stays."""
    from pipelines import sources
    from pipelines.sources import overrides

    settings = Settings.from_environment()
    kept = overrides.disable(settings.config, sources.one(settings.config, name))
    out.print(f"{kept.file}: is not asked any more", markup=False)


def client(ledger: Ledger, settings: Settings) -> Client:
    """The polite client that `add` and `test` ask with."""
    from pipelines.fetch.client import Client

    return Client(ledger, settings.contact)


@app.command()
def wake(host: Annotated[str, typer.Argument(help="A host that rests, as `kakehashi status` names it.")]) -> None:
    """Let a host be asked again at once that is left alone after failures; its robots.txt is asked for anew."""
    from pipelines.ledger import Ledger, hosts

    with Ledger.open(Settings.from_environment().ledger_url) as ledger, ledger.writing() as c:
        known = hosts.wake(c, host.lower())
    if not known:
        raise ValueError(f"{host} was never asked; give the name of a host, such as www.example.jp")
    out.print(f"{host}: is asked again with the next run", markup=False)
