"""A copy of everything, from which the same graph can be made elsewhere."""
from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines import stages
from pipelines.backup import backup, restore
from pipelines.fetch.archive import Archive
from pipelines.ledger import Draft, Fetch, Ledger
from pipelines.settings import Settings
from tests.pipelines.ledger.readers import Reader
from tests.pipelines.ledger.whole import content

if TYPE_CHECKING:
    from tests.conftest import Graph
    from tests.postgres import Postgres

RELEASES = [{"id": "a", "url": "https://aoba.example/1", "title": "協定", "published": "2024-06-27", "publisher": "青葉市",
             "text": "青葉市と株式会社かすみは協定を締結した。\n青葉市長の山田太郎は喜んだ。"},
            {"id": "b", "url": None, "title": "別の協定", "published": "2024-07-01", "publisher": "若草市",
             "text": "若草市とみなと大学は協定を締結した。"}]


@pytest.fixture(params=["sqlite", "pg_dump", "copy"])
def new_ledger(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
               ) -> Iterator[Callable[[str], str]]:
    """Gives the URL of one more empty ledger for a name; by what means it is copied is the parameter."""
    if request.param == "sqlite":
        yield lambda name: f"sqlite:///{tmp_path / name / 'ledger.sqlite'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    programs = f"{server.programs}{os.pathsep}{os.environ['PATH']}" if request.param == "pg_dump" else str(tmp_path)
    monkeypatch.setenv("PATH", programs)
    made: list[str] = []

    def one(name: str) -> str:
        made.append(server.create())
        return server.url(made[-1])

    yield one
    for database in made:
        server.drop(database)


def installation(home: Path, ledger_url: str) -> Settings:
    """An installation below a folder, nothing in it yet."""
    return Settings.from_environment({"KAKEHASHI_HOME": str(home), "KAKEHASHI_CONFIG": str(home / "config"),
                                      "KAKEHASHI_LEDGER_URL": ledger_url})


def fill(settings: Settings) -> None:
    """Two releases, a source and a decision; one page is gone."""
    folder = settings.home / "in"
    folder.mkdir(parents=True)
    (folder / "x.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in RELEASES))
    (settings.config / "sources").mkdir(parents=True)
    (settings.config / "sources" / "inbox.yaml").write_text("kind: folder\npath: ../in\n")
    (settings.config / ".hidden").write_text("not ours")
    ledger, archive = Ledger.open(settings.ledger_url), Archive(settings.archive_url)
    stages.collect(ledger, archive, [folder])
    stages.read(ledger, archive)
    stages.extract(ledger, Reader())
    stages.resolve(ledger)
    ledger.mark_gone("https://aoba.example/1")
    ledger.close()


def dumped(settings: Settings, neo4j: Graph) -> list[dict[str, Any]]:
    """The graph that a ledger gives, node by node."""
    neo4j.driver.execute_query("MATCH (n) DETACH DELETE n", database_=neo4j.database)
    ledger = Ledger.open(settings.ledger_url)
    stages.resolve(ledger)
    stages.load(ledger, neo4j.driver, neo4j.database)
    ledger.close()
    records, _, _ = neo4j.driver.execute_query(
        "MATCH (n:Kakehashi) OPTIONAL MATCH (n)-[r]->(m) RETURN labels(n) AS labels, properties(n) AS node, "
        "type(r) AS type, properties(r) AS link, m.id AS other ORDER BY node.id, type, other, link.statement, link.start",
        database_=neo4j.database)
    return [record.data() for record in records]


def test_a_restored_copy_makes_the_same_graph(tmp_path: Path, new_ledger: Callable[[str], str], neo4j: Graph) -> None:
    here = installation(tmp_path / "here", new_ledger("here"))
    fill(here)
    before, rows = dumped(here, neo4j), content(here.ledger_url)
    assert any(node["node"].get("status") == "gone" for node in before)
    copied = backup(here, tmp_path / "copy")
    assert (copied.documents, copied.files, copied.config, copied.missing) == (2, 1, 1, ())
    there = installation(tmp_path / "there", new_ledger("there"))
    assert restore(there, tmp_path / "copy") == copied
    assert content(there.ledger_url) == rows
    assert dumped(there, neo4j) == before
    assert (there.config / "sources" / "inbox.yaml").read_text() == "kind: folder\npath: ../in\n"
    assert list(Archive(there.archive_url).names()) == list(Archive(here.archive_url).names())
    # life goes on there: new fetches get numbers of their own
    ledger = Ledger.open(there.ledger_url)
    with ledger.writing() as c:
        from pipelines.ledger import fetches
        fetches.append(c, fetches.Entry("https://x.example/", "x", "page", "new", "2026-01-01", "1"))
    ledger.store_drafts(Fetch("y", "y", "0" * 64), [Draft("文")])
    ledger.close()
    with pytest.raises(ValueError, match="not empty"):
        restore(there, tmp_path / "copy")


def test_a_small_installation_moves_to_postgresql(tmp_path: Path, postgres_url: str, neo4j: Graph) -> None:
    here = installation(tmp_path / "here", f"sqlite:///{tmp_path / 'here' / 'ledger.sqlite'}")
    fill(here)
    before = dumped(here, neo4j)
    backup(here, tmp_path / "copy")
    there = installation(tmp_path / "there", postgres_url)
    restore(there, tmp_path / "copy")
    assert dumped(there, neo4j) == before
    sizes = {name: len(rows) for name, rows in content(there.ledger_url).items() if name != "kakehashi_schema"}
    assert sizes == {name: len(rows) for name, rows in content(here.ledger_url).items() if name != "alembic_version"}


@pytest.mark.parametrize("new_ledger", ["copy"], indirect=True)
def test_what_else_lies_in_a_backup_is_no_part_of_it_and_what_lacks_is_told(
        tmp_path: Path, new_ledger: Callable[[str], str]) -> None:
    here = installation(tmp_path / "here", new_ledger("here"))
    fill(here)
    backup(here, tmp_path / "copy")
    (tmp_path / "copy" / "ledger" / 'x" FROM PROGRAM $$false$$; --.copy').write_text("not ours")
    there = installation(tmp_path / "there", new_ledger("there"))
    restore(there, tmp_path / "copy")
    assert content(there.ledger_url) == content(here.ledger_url)
    (tmp_path / "copy" / "ledger" / "items.copy").unlink()
    with pytest.raises(ValueError, match=r"lacks items\.copy"):
        restore(installation(tmp_path / "again", new_ledger("again")), tmp_path / "copy")


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    settings = installation(tmp_path / "here", f"sqlite:///{tmp_path / 'here' / 'ledger.sqlite'}")
    fill(settings)
    return settings


def test_bytes_that_are_missing_are_named_and_damaged_ones_stop_a_backup(small: Settings, tmp_path: Path) -> None:
    [name] = Archive(small.archive_url).names()
    [file] = Path(small.archive_url).rglob("*.zst")
    data = file.read_bytes()
    file.unlink()
    assert backup(small, tmp_path / "one").missing == (name,)
    file.write_bytes(data[:-3])
    with pytest.raises(ValueError, match="damaged"):
        backup(small, tmp_path / "two")
    assert not (tmp_path / "two").exists()


def test_without_bytes_the_manifest_tells_what_there_was(small: Settings, tmp_path: Path) -> None:
    backup(small, tmp_path / "copy", with_bytes=False)
    [name] = Archive(small.archive_url).names()
    assert (tmp_path / "copy" / "manifest.tsv").read_text().startswith(f"{name}\t")
    assert not (tmp_path / "copy" / "archive").exists()
    there = installation(tmp_path / "there", f"sqlite:///{tmp_path / 'there' / 'ledger.sqlite'}")
    assert restore(there, tmp_path / "copy").documents == 2


def test_nothing_that_is_there_is_overwritten(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    with pytest.raises(FileExistsError, match="not empty"):
        backup(small, tmp_path / "full")
    with pytest.raises(FileNotFoundError, match="is no backup"):
        restore(small, tmp_path / "full")
    backup(small, tmp_path / "copy")
    there = installation(tmp_path / "there", f"sqlite:///{tmp_path / 'there' / 'ledger.sqlite'}")
    (there.config / "sources").mkdir(parents=True)
    (there.config / "sources" / "inbox.yaml").write_text("kind: folder\npath: /elsewhere\n")
    with pytest.raises(FileExistsError, match="is not what the backup has"):
        restore(there, tmp_path / "copy")
    assert not (tmp_path / "there" / "ledger.sqlite").exists()


def test_a_ledger_of_postgresql_does_not_go_into_a_file(tmp_path: Path, postgres_url: str) -> None:
    here = installation(tmp_path / "here", postgres_url)
    fill(here)
    backup(here, tmp_path / "copy")
    there = installation(tmp_path / "there", f"sqlite:///{tmp_path / 'there' / 'ledger.sqlite'}")
    with pytest.raises(ValueError, match="holds a ledger of PostgreSQL"):
        restore(there, tmp_path / "copy")
