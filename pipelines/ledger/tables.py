"""The ledger's tables, in SQL that SQLite and PostgreSQL both have. Bodies are JSON texts of `nlp.model` records."""
from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text, literal_column

metadata = MetaData()


def _text(name: str, *, key: bool = False, null: bool = False, index: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null, index=index)


#: Bytes in the archive. `size` in bytes before compression; `removed` says why they are not kept, null where they are.
blobs = Table("blobs", metadata, _text("sha256", key=True), Column("size", Integer, nullable=False),
              _text("removed", null=True))

#: The newest bytes of each location; `reader` is the version that has read them, null while none has.
#: What came with bytes from the web: `url` after redirects, `headers` (a JSON text) as far as they change how bytes
#: are read, and what the feed or listing says of them.
fetches = Table("fetches", metadata, _text("location", key=True), _text("source"), _text("sha256"),
                _text("fetched_at", null=True), _text("reader", null=True), _text("url", null=True),
                _text("headers", null=True), _text("title", null=True), _text("published", null=True),
                _text("publisher", null=True), Index("ix_fetches_reader", "reader", "fetched_at"),
                Index("ix_fetches_waiting", "reader", "location"),
                Index("ix_fetches_fetched_at", "fetched_at"), Index("ix_fetches_sha256", "sha256"))

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

#: Every version of every document; of one id at most one version is current or gone. `status`: current; gone (its
#: address answers that there is nothing any more); kept (an older version of a page that is edited in place, for the
#: statements that the page does not make any more); superseded. `number` counts the versions of one id as they came,
#: `fetched_at` is when the bytes came. `text_sha256` is the hash of the whole text where only a part of it is kept.
#: `extractor` is the version whose findings are stored, null where nothing has extracted it yet; behind it stands a mark
#: (`due.AGAIN`) where that is to be done again.
documents = Table("documents", metadata, _text("id", key=True), _text("version", key=True), _text("status"),
                  _text("sha256", index=True), _text("location", index=True), _text("url", null=True),
                  _text("title", null=True), _text("published", null=True), _text("publisher", null=True),
                  _text("text"), _text("fetched_at", null=True),
                  Column("number", Integer, nullable=False, server_default="1"), _text("text_sha256", null=True),
                  _text("extractor", null=True), Index("ix_documents_status", "status", "fetched_at"),
                  # an address may be longer than PostgreSQL's ordinary indexes take
                  Index("ix_documents_url", "url", postgresql_using="hash"))
#: Whether what a version of a document says counts. SQLite takes the indexes below where a question has this word for word.
COUNTS = documents.c.status != literal_column("'superseded'")
Index("ix_documents_extractor", documents.c.extractor, documents.c.fetched_at, sqlite_where=COUNTS, postgresql_where=COUNTS)
Index("ix_documents_waiting", documents.c.extractor, documents.c.id, documents.c.version, sqlite_where=COUNTS,
      postgresql_where=COUNTS)

#: Which version of which document an item (URL#id or location#id) now is.
items = Table("items", metadata, _text("item", key=True), _text("document", index=True), _text("version"))

#: What an extractor found in a version of a document, without its statements.
extractions = Table("extractions", metadata, _text("document", key=True), _text("version", key=True), _text("body"))

#: The statements of each version of a document. One id is in one document only, but can be in several versions of it.
statements = Table("statements", metadata, _text("document", key=True), _text("version", key=True),
                   _text("id", key=True, index=True), Column("position", Integer, nullable=False), _text("kind"),
                   _text("status"), _text("date", null=True), Column("confidence", Float, nullable=False),
                   _text("body"))

#: Documents whose statements do not count. `by` is the notice (a document's id) or the decision that says so.
withdrawals = Table("withdrawals", metadata, _text("document", key=True), _text("by", key=True), _text("reason"))

#: What was forgotten and must not come back: hashes of addresses (kind url), of names of people (person; `length` in
#: characters) and of bytes (bytes), never what they name. `forgotten_on` is an ISO day.
tombstones = Table("tombstones", metadata, _text("id", key=True), _text("kind"), _text("reason"),
                   Column("length", Integer), _text("forgotten_on", null=True))

#: Who is extracting which version of a document now. `until` in seconds since 1970.
leases = Table("leases", metadata, _text("document", key=True), _text("version", key=True), _text("worker"),
               Column("until", Float, nullable=False))

organizations = Table("organizations", metadata, _text("id", key=True), _text("body"))
ties = Table("ties", metadata, _text("id", key=True), _text("body"))

#: Which organisation a document's name was resolved to: the way from a former id to the present one.
names = Table("names", metadata, _text("document", key=True), _text("name", key=True), _text("organization"))

#: Every id ever given out, and the id that stands for it now; null when nothing supports it any more.
issued_ids = Table("issued_ids", metadata, _text("id", key=True), _text("current_id", null=True, index=True))

#: decisions.csv as it was when organisations were last resolved; `refused` says why a decision has no effect, else "".
decisions = Table("decisions", metadata, Column("line", Integer, primary_key=True, autoincrement=False), _text("kind"),
                  _text("subject"), _text("object"), _text("who"), _text("decided_on"), _text("why"), _text("refused"))

#: What holds between organisations without a release saying so: PART_OF, SUCCEEDED_BY, LOCATED_IN.
links = Table("links", metadata, _text("type", key=True), _text("start", key=True, index=True), _text("end", key=True),
              _text("body"))

#: What stands for a text when texts are compared (pipelines/reprints.py), by its hash; `hashes` are unsigned
#: integers of four bytes, little-endian.
signatures = Table("signatures", metadata, _text("text", key=True), _text("scheme"),
                   Column("size", Integer, nullable=False), Column("hashes", LargeBinary, nullable=False))

#: The share of the shorter of two texts that the longer has too.
overlaps = Table("overlaps", metadata, _text("one", key=True), _text("other", key=True),
                 Column("containment", Float, nullable=False))

#: Documents that say again what an older one said.
reprints = Table("reprints", metadata, _text("document", key=True), _text("original"),
                 Column("containment", Float, nullable=False))

#: What could not be used. `id` is a hash of stage and source and one of the rest; `sha256` is empty where there are no
#: bytes.
rejects = Table("rejects", metadata, _text("id", key=True), _text("stage"), _text("source"), _text("item"),
                _text("sha256"), _text("reason"), Index("ix_rejects_source", "source", postgresql_using="hash"))

#: At which version of the ledger (`revision`) each document changed last: itself, what it says or whether that counts.
#: Those that never changed since the table is there have no row.
changes = Table("changes", metadata, _text("document", key=True), Column("revision", Integer, nullable=False, index=True))

#: Numbers: the ledger's version (`revision`), and how many there are of what every run tells (`totals`).
meta = Table("meta", metadata, _text("key", key=True), Column("value", Integer, nullable=False))
