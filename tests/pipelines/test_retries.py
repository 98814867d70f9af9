"""What schedules try again, and what waits for somebody."""
from __future__ import annotations

import dagster as dg
import pytest

from graph.loader import LoadUnfinished, load
from pipelines.defs.automation import told_apart
from pipelines.fetch.archive import Damaged
from pipelines.retries import is_transient
from tests.conftest import Graph
from tests.graph.releases import town
from tests.graph.test_loader import rows_of


def test_a_load_that_another_overtook_is_tried_again(neo4j: Graph) -> None:
    def another(_done: int, _of: int) -> None:
        load(neo4j.driver, neo4j.database, rows_of(town()[1:]))

    with pytest.raises(LoadUnfinished), told_apart():
        load(neo4j.driver, neo4j.database, rows_of(town()), another)
    with told_apart():
        assert load(neo4j.driver, neo4j.database, rows_of(town())).refused == ()


@pytest.mark.parametrize(("error", "again"), [
    (LoadUnfinished("another load is at it"), True), (ConnectionResetError("gone"), True), (TimeoutError("too long"), True),
    (Damaged("a file is not what its name says"), False), (ValueError("no such source"), False), (PermissionError("not yours"), False)])
def test_what_passes_by_itself_is_tried_again_and_nothing_else(error: Exception, again: bool) -> None:
    assert is_transient(error) == again
    with pytest.raises(type(error) if again else dg.Failure), told_apart():
        raise error
