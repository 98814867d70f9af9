"""The ledger's tables, in SQL that SQLite and PostgreSQL both have. Bodies are JSON texts of `nlp.model` records."""
from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, *, key: bool = False, null: bool = False, index: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null, index=index)


#: Bytes in the archive. `size` in bytes before compression.
blobs = Table("blobs", metadata, _text("sha256", key=True), Column("size", Integer, nullable=False))

#: The newest bytes of each location; `reader` is the version that has read them, null while none has.
#: What came with bytes from the web: `url` after redirects, `headers` (a JSON text) as far as they change how bytes
#: are read, and what the feed or listing says of them.
fetches = Table("fetches", metadata, _text("location", key=True), _text("source"), _text("sha256"),
                _text("fetched_at", null=True), _text("reader", null=True), _text("url", null=True),
                _text("headers", null=True), _text("title", null=True), _text("published", null=True),
                _text("publisher", null=True))

#: Every fetch ever made, failed ones too; rows are only added. `outcome` is new, unchanged or failed, `failure` a name
#: of `pipelines.fetch.failures`, `size` in bytes, `run` what one run calls itself: within it nothing is asked twice.
fetch_log = Table("fetch_log", metadata, Column("id", Integer, primary_key=True, autoincrement=True), _text("url"),
                  _text("source"), _text("kind"), _text("outcome"), _text("failure", null=True),
                  _text("detail", null=True), _text("final_url", null=True), Column("status", Integer),
                  _text("sha256", null=True), Column("size", Integer), _text("etag", null=True),
                  _text("last_modified", null=True), _text("headers"), Column("attempts", Integer, nullable=False),
                  Column("seconds", Float, nullable=False), _text("fetched_at"), _text("run", index=True),
                  Index("ix_fetch_log_url", "url", "id"), Index("ix_fetch_log_source", "source", "id"))

#: When each host may be asked again, and who is asking it now. Times are seconds since 1970. `failures` counts those
#: in a row that a host is to blame for; `reason` says why it rests.
hosts = Table("hosts", metadata, _text("host", key=True), Column("free_at", Float, nullable=False),
              _text("holder", null=True), Column("held_until", Float, nullable=False),
              Column("failures", Integer, nullable=False), _text("reason", null=True))

#: The robots.txt of each origin (scheme, host and port). `verdict` is rules, allow, deny or unreachable.
robots = Table("robots", metadata, _text("origin", key=True), _text("verdict"), _text("text"), _text("detail"),
               Column("fetched_at", Float, nullable=False), Column("expires_at", Float, nullable=False))

#: Every version of every document. `status` is current or superseded; of one id at most one version is current.
documents = Table("documents", metadata, _text("id", key=True), _text("version", key=True), _text("status", index=True),
                  _text("sha256"), _text("location"), _text("url", null=True), _text("title", null=True),
                  _text("published", null=True), _text("publisher", null=True), _text("text"))

#: Which version of which document an item (URL#id or location#id) now is.
items = Table("items", metadata, _text("item", key=True), _text("document", index=True), _text("version"))

#: What an extractor found in the current version of a document, without its statements.
extractions = Table("extractions", metadata, _text("document", key=True), _text("extractor"), _text("body"))

statements = Table("statements", metadata, _text("id", key=True), _text("document", index=True),
                   Column("position", Integer, nullable=False), _text("kind"), _text("status"),
                   _text("date", null=True), Column("confidence", Float, nullable=False), _text("body"))

organizations = Table("organizations", metadata, _text("id", key=True), _text("body"))
ties = Table("ties", metadata, _text("id", key=True), _text("body"))

#: Which organisation a document's name was resolved to: the way from a former id to the present one.
names = Table("names", metadata, _text("document", key=True), _text("name", key=True), _text("organization"))

#: Every id ever given out, and the id that stands for it now; null when nothing supports it any more.
issued_ids = Table("issued_ids", metadata, _text("id", key=True), _text("current_id", null=True))

#: What could not be used. `sha256` is empty where there are no bytes.
rejects = Table("rejects", metadata, _text("stage", key=True), _text("source", key=True), _text("item", key=True),
                _text("sha256", key=True), _text("reason", key=True))

meta = Table("meta", metadata, _text("key", key=True), Column("value", Integer, nullable=False))
