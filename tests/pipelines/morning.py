"""A morning on the fake web: two cities with feeds, their source files, and everything that asks sites sent there."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.commands import ingest
from pipelines.defs.resources import Stores
from pipelines.fetch.client import Client
from pipelines.ledger import Ledger
from tests.pipelines.fetch.web import Sleepless, client
from tests.pipelines.site import Site

CONTACT = "desk@kawanami-records.example"
SOURCE = """kind: feed
title: {title}
url: {url}
schedule: "30 7,13,19 * * *"
rights: {{terms_checked_on: 2026-03-01, allowed: true}}
expect: {{min: 1, max: 40, stale_days: 14}}
enabled: {enabled}
"""


def feed(*paths: str) -> str:
    """A feed of releases."""
    items = "".join(f"<item><title>発表 {path}</title><link>{path}</link></item>" for path in paths)
    return ('<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>新着</title><link>/</link>'
            f"<description>新着</description>{items}</channel></rss>")


def release(city: str, firm: str, day: str = "令和8年3月31日") -> str:
    """A page that states an agreement."""
    return (f"<!DOCTYPE html><html lang=ja><head><meta charset=utf-8><title>{firm}と包括連携協定を締結しました</title></head><body>"
            f"<main><h1>{firm}と包括連携協定を締結しました</h1><p>{city}と{firm}は、{day}に包括連携協定を締結しました。"
            f"{city}と{firm}は、防災と観光の分野で連携します。</p></main></body></html>")


@dataclass
class Morning:
    """The fake web, a clock that jumps, and the folders of one installation."""

    site: Site
    clock: Sleepless
    home: Path
    config: Path

    def source(self, name: str, host: str, path: str = "/news.rss", *, title: str = "葵市", enabled: bool = True,
               more: str = "") -> None:
        """Write a source's file."""
        file = self.config / "sources" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SOURCE.format(title=title, url=self.site.url(path, host), enabled=str(enabled).lower()) + more,
                        encoding="utf-8")

    def city(self, name: str, host: str, city: str, *firms: str) -> None:
        """A city with a feed and a release for each firm."""
        paths = [f"/news/{number}.html" for number in range(len(firms))]
        for path, firm in zip(paths, firms, strict=True):
            self.site.page(path, release(city, firm), host=host)
        self.site.page("/news.rss", feed(*paths), host=host, type="application/rss+xml")
        self.source(name, host, title=city)

    def ledger(self) -> Ledger:
        """The installation's ledger; close it."""
        return Ledger.open(f"sqlite:///{self.home / 'ledger.sqlite'}")

    def client(self, ledger: Ledger, contact: str | None = CONTACT) -> Client:
        """What asks, and reaches the fake web and nothing else."""
        if contact is None:
            return Client(ledger, None)
        return client(ledger, self.site, self.clock)


def begin(site: Site, home: Path, config: Path, patch: pytest.MonkeyPatch) -> Morning:
    """An installation whose every request goes to the fake web."""
    morning = Morning(site, Sleepless(), home, config)
    patch.setenv("KAKEHASHI_HOME", str(home))
    patch.setenv("KAKEHASHI_CONFIG", str(config))
    patch.setenv("KAKEHASHI_CONTACT", CONTACT)
    patch.setattr(Stores, "client", lambda self, ledger: morning.client(ledger))
    patch.setattr(Stores, "clock", lambda self: morning.clock.clock())
    patch.setattr(ingest, "client", lambda ledger, settings: morning.client(ledger, settings.contact))
    patch.setattr(ingest, "clock", lambda: morning.clock.clock())
    return morning


