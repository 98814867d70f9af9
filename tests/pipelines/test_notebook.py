"""docs/brokers.ipynb runs from its first cell to its last on the sample's graph; docs/gallery.md says what queries/ says."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from graph.library import Kakehashi
from graph.server import manager
from pipelines import definitions, gallery
from queries import questions

ROOT = Path(__file__).parents[2]
BROKERS = {"株式会社オリヅル共創", "株式会社みずなら銀行", "やまなみ官民共創デスク"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home into which the sample was run."""
    home = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KAKEHASHI_HOME", str(home))
        assert definitions.run([ROOT / "sample" / "releases"], lambda stage, done, total: None).failed is None
        yield home
        manager.down(home / "neo4j")


def _printed(cell: Any) -> str:
    return "".join(str(one.get("text") or one.get("data", {}).get("text/plain", "")) for one in cell.get("outputs", []))


def test_the_notebook_runs_on_the_sample(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_HOME", str(sample))
    notebook = nbformat.read(ROOT / "docs" / "brokers.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    said = {cell["source"]: _printed(cell) for cell in notebook.cells if cell["cell_type"] == "code"}
    record = next(text for source, text in said.items() if "track_record" in source)
    assert all(one in record for one in BROKERS)
    assert any("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))
    assert "date-released: 2024-12-10" in next(text for source, text in said.items() if "CITATION" in source)


def test_the_gallery_says_what_the_questions_say() -> None:
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert gallery.without_answers(page) == gallery.text(questions()), "run `make gallery`"
    for name in gallery.PICTURES:
        assert f"](gallery/{name}.png)" in page and (ROOT / "docs" / "gallery" / f"{name}.png").stat().st_size > 1_000


def test_the_gallery_is_made_of_answers(sample: Path, tmp_path: Path) -> None:
    with Kakehashi(sample) as kakehashi:
        gallery.make(kakehashi, tmp_path)
    page = (tmp_path / "gallery.md").read_text(encoding="utf-8")
    assert gallery.without_answers(page) == gallery.text(questions())
    assert "| 株式会社オリヅル共創 |" in page and "The sample has no such row." in page
    assert {path.stem for path in (tmp_path / "gallery").iterdir()} == set(gallery.PICTURES)
    # the page in the repository has a table or says that there is none wherever this one does
    kept = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert kept.count("<!-- answer -->") == page.count("<!-- answer -->") == len(questions())
