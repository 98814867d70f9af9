"""The addresses the assets work on, all from the environment: ledger, archive, graph, and the web."""
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from neo4j import Driver

from graph import connection
from pipelines.fetch.archive import Archive
from pipelines.fetch.client import Client
from pipelines.fetch.clock import Clock
from pipelines.ledger import Ledger
from pipelines.settings import Settings


class Stores(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Opens ledger, archive and graph; everything it needs comes from the KAKEHASHI_* and NEO4J_* variables."""

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, migrated to the newest schema."""
        ledger = Ledger.open(Settings.from_environment().ledger_url)
        try:
            yield ledger
        finally:
            ledger.close()

    def archive(self) -> Archive:
        """The archive of bytes as received."""
        return Archive(Settings.from_environment().archive_url)

    def client(self, ledger: Ledger) -> Client:
        """What asks sites, politely; raises ValueError where nobody is named whom they could write to."""
        return Client(ledger, Settings.from_environment().contact)

    def clock(self) -> Clock:
        """What time it is."""
        return Clock()

    def today(self) -> dt.date:
        """The day that it is in Japan."""
        return dt.date.fromisoformat(self.clock().stamp()[:10])

    @contextmanager
    def graph(self) -> Iterator[tuple[Driver, str]]:
        """A driver and the database's name; a managed server is started when it is not up."""
        target = connection.target(Settings.from_environment().home)
        with connection.driver(target) as driver:
            yield driver, target.database
