"""The ledger in either database: what both must do alike."""
from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from nlp.model import Organization, Tie, TieParty
from pipelines.ledger import Draft, Fetch, Ledger, Reject
from pipelines.ledger.database import Database
from pipelines.ledger.tables import metadata


def test_a_new_ledger_has_every_table_with_its_columns(ledger_url: str) -> None:
    database = Database.open(ledger_url)
    with database.reading() as c:
        inspector = sa.inspect(c)
        made = {name: {column["name"] for column in inspector.get_columns(name)} for name in inspector.get_table_names()}
        keys = {name: set(inspector.get_pk_constraint(name)["constrained_columns"]) for name in made}
    database.close()
    for table in metadata.sorted_tables:
        assert made[table.name] == set(table.columns.keys()), table.name
        assert keys[table.name] == {column.name for column in table.primary_key}, table.name
    assert len(made.keys() - metadata.tables.keys()) == 1  # the note of the schema's revision


def test_texts_sort_as_code_points_whatever_the_servers_order(ledger_url: str) -> None:
    words = ["a", "B", "ア", "あ", "Z", "亜", "ｱ", "é", "𠮷", "～"]
    ledger = Ledger.open(ledger_url)
    ledger.store_resolution([Organization(word, word, "company") for word in words], [], {}, {})
    found = [o.id for o in ledger.organizations()]
    ledger.close()
    assert found == sorted(words)


_OPEN = "import sys; from pipelines.ledger import Ledger; Ledger.open(sys.argv[1]).close()"


def test_processes_that_open_a_new_ledger_at_once_wait_for_each_other(ledger_url: str) -> None:
    started = [subprocess.Popen([sys.executable, "-c", _OPEN, ledger_url], stderr=subprocess.PIPE) for _ in range(3)]
    ended = [process.communicate(timeout=120)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], ended
    ledger = Ledger.open(ledger_url)
    assert ledger.version() == 0
    ledger.close()


def test_connections_that_make_a_new_file_at_the_same_moment_all_get_it(tmp_path: Path) -> None:
    """SQLite refuses at once, not after a wait, all but one of those that turn its log on together."""
    def opened(url: str, at_once: Barrier) -> str:
        at_once.wait()
        database = Database.open(url)
        with database.reading() as c:
            mode = c.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        database.close()
        return str(mode)

    with ThreadPoolExecutor(4) as threads:
        for number in range(25):
            url, at_once = f"sqlite:///{tmp_path}/{number}.sqlite", Barrier(4)
            assert list(threads.map(opened, [url] * 4, [at_once] * 4)) == ["wal"] * 4


_WRITE = """
import sys
from pipelines.ledger import Draft, Fetch, Ledger
ledger, me = Ledger.open(sys.argv[1]), sys.argv[2]
for n in range(40):
    fetch = Fetch(f"{me}-{n}", me, "0" * 64)
    ledger.record_fetch(fetch, 1)
    ledger.store_drafts(fetch, [Draft("同じ文", url=f"https://city.example/{n}", title=me)])
"""


def test_writers_wait_for_each_other_and_none_fails(ledger_url: str) -> None:
    Ledger.open(ledger_url).close()
    started = [subprocess.Popen([sys.executable, "-c", _WRITE, ledger_url, me], stderr=subprocess.PIPE)
               for me in ("one", "two")]
    ended = [process.communicate(timeout=120)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], ended
    ledger = Ledger.open(ledger_url)
    # both wrote the same forty addresses with other titles: each has one document, and every write was counted
    assert len(ledger.documents()) == 40 and ledger.fetch_count() == 80 and ledger.version() == 80
    ledger.close()


def test_a_reader_sees_one_moment(ledger_url: str) -> None:
    ledger = Ledger.open(ledger_url)
    fetch = Fetch("x.txt", "x", "0" * 64)
    with ledger.reading() as c:
        before = c.scalar(sa.text("SELECT count(*) FROM documents"))
        ledger.store_drafts(fetch, [Draft("文")])
        assert c.scalar(sa.text("SELECT count(*) FROM documents")) == before == 0
    assert len(ledger.documents()) == 1
    ledger.close()


def test_long_keys_do_not_stop_a_ledger(ledger_url: str) -> None:
    # PostgreSQL indexes no value of more than 2,704 bytes; digits that do not repeat cannot be compressed below that
    long = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(5000))
    ledger = Ledger.open(ledger_url)
    fetch = Fetch("x.jsonl", "x", "0" * 64)
    ledger.record_fetch(fetch, 1)
    assert ledger.store_drafts(fetch, [Draft("文", item=long), Draft("文2", item="b", url=f"https://x.example/{long}")]) == 2
    reject = Reject("documents", long, long, "x.jsonl")
    ledger.finish_read(fetch, "1", [reject])
    assert ledger.rejects() == [reject]
    ledger.finish_read(fetch, "2", [])
    assert ledger.rejects() == []
    ledger.close()


def test_an_old_ledger_is_brought_forward_with_all_it_knows(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    config = Config()
    config.set_main_option("script_location", "pipelines.ledger:migrations")
    config.set_main_option("path_separator", "os")
    engine = sa.create_engine(url)
    with engine.begin() as c:
        config.attributes["connection"] = c
        command.upgrade(config, "0001")
        c.exec_driver_sql("INSERT INTO documents (id, version, status, sha256, location, text) VALUES "
                          "('doc:1', 'v2', 'current', 'ff', 'x', '新'), ('doc:1', 'v1', 'superseded', 'ee', 'x', '旧')")
        c.exec_driver_sql("INSERT INTO extractions VALUES ('doc:1', 'e1', '{}')")
        c.exec_driver_sql("INSERT INTO statements (id, document, kind, status, body, position, confidence) VALUES ('s1', "
                          "'doc:1', 'partnership', 'concluded', '{\"id\": \"s1\", \"kind\": \"partnership\", "
                          "\"status\": \"concluded\", \"parties\": []}', 0, 1.0)")
        c.exec_driver_sql("INSERT INTO rejects VALUES ('documents', 'y', 'y', 'dd', 'empty')")
        c.exec_driver_sql("INSERT INTO blobs VALUES ('ff', 3)")
    engine.dispose()
    ledger = Ledger.open(url)
    [extraction] = ledger.extractions()
    assert extraction.document.text == "新" and [s.id for s in extraction.statements] == ["s1"]
    assert ledger.rejects() == [Reject("documents", "y", "empty", "y", "dd")]
    assert ledger.unextracted("e1") == []
    ledger.close()


@pytest.mark.parametrize(("url", "says"), [
    ("mysql://x@y/z", "names mysql"), ("not an address", "no address of a database"),
    ("", "no address of a database")])
def test_an_address_that_is_no_ledger_says_how_to_write_one(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        Ledger.open(url)
    assert "postgresql://user:password@host/database" in str(caught.value)


def test_a_password_is_in_no_error(postgres_url: str) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    with pytest.raises(SQLAlchemyError) as caught:
        Ledger.open("postgresql://nobody:verysecret@127.0.0.1:1/x")
    assert "verysecret" not in str(caught.value)


def test_former_ids_follow_in_both(ledger_url: str) -> None:
    ledger = Ledger.open(ledger_url)
    parties = (TieParty("org:a", "party"),)
    ledger.store_resolution([Organization("org:a", "X", "company")],
                            [Tie("tie:old", "partnership", "concluded", parties, ("s1",))], {("d", "X"): "org:a"},
                            {"s1": "tie:old"})
    ledger.store_resolution([Organization("org:a", "X", "company")],
                            [Tie("tie:new", "partnership", "concluded", parties, ("s0", "s1"))], {("d", "X"): "org:a"},
                            {"s0": "tie:new", "s1": "tie:new"})
    assert ledger.current_id("tie:old") == "tie:new"
    ledger.close()
