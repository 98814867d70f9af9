"""The ledger's tables, in SQL that SQLite and PostgreSQL both have. Bodies are JSON texts of `nlp.model` records."""
from __future__ import annotations

from sqlalchemy import Column, Float, Integer, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, *, key: bool = False, null: bool = False, index: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null, index=index)


#: Bytes in the archive. `size` in bytes before compression.
blobs = Table("blobs", metadata, _text("sha256", key=True), Column("size", Integer, nullable=False))

#: The newest bytes of each location; `reader` is the version that has read them, null while none has.
fetches = Table("fetches", metadata, _text("location", key=True), _text("source"), _text("sha256"),
                _text("fetched_at", null=True), _text("reader", null=True))

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
