"""The `kakehashi` command: each subcommand parses words, calls one function and prints what it returns."""
from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines import show
from pipelines.commands import (
    brokers,
    export,
    follow,
    ingest,
    organization,
    reference,
    review,
    serve,
    sources,
    tie,
    upkeep,
)
from pipelines.commands import status as glance
from pipelines.commands.parameters import known, parameters
from pipelines.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Who agreed what with whom, when, about what, brokered by whom: "
                       "from Japanese press releases to a Neo4j graph.")
graph_app = typer.Typer(no_args_is_help=True, help="The graph's server: up, down, status, shell, rebuild, dump, restore, reset, fetch.")
app.add_typer(graph_app, name="graph")
app.add_typer(sources.app, name="sources")
app.add_typer(upkeep.archive_app, name="archive")
for command in (upkeep.forget, upkeep.backup, upkeep.restore, upkeep.worker):
    app.command()(command)
app.add_typer(reference.app, name="reference")
app.add_typer(review.app, name="review")
app.command()(organization.organization)
app.command()(ingest.ingest)
app.command()(follow.follow)
app.command()(glance.status)
app.command()(serve.serve)
app.command()(tie.tie)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(export.export)
app.command()(brokers.brokers)

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

Csv = Annotated[bool, typer.Option("--csv", help="A header line and plain values on standard output.")]
Excel = Annotated[Path | None, typer.Option("--excel", help="Write the answer to this file for a spreadsheet: .xlsx, else CSV.")]


def main() -> None:
    """Entry point: errors a user can mend are one line without a trace."""
    try:
        app()
    except _mendable() as error:
        said = getattr(error, "message", None) or str(error)
        err.print(f"[red]kakehashi:[/] {_plain(said)}")
        raise SystemExit(2) from None


def _plain(message: str) -> str:
    return message.replace("[", "\\[")


def _mendable() -> tuple[type[BaseException], ...]:
    """Errors whose message says what to do; imported only once something has gone wrong."""
    from neo4j.exceptions import DriverError, Neo4jError
    from sqlalchemy.exc import SQLAlchemyError

    return (ValueError, OSError, RuntimeError, DriverError, Neo4jError, SQLAlchemyError)


@contextmanager
def _graph() -> Iterator[Any]:
    from graph.library import Kakehashi

    with Kakehashi(Settings.from_environment().home) as kakehashi:
        yield kakehashi


@app.command()
def run(paths: Annotated[list[Path] | None, typer.Argument(help="JSON lines, .txt, .html, .pdf or feed files, or folders; "
                                                               "left out: the folders of the sources.")] = None) -> None:
    """Read releases and load what they say into the graph, and whatever else is left to do; running it again changes nothing."""
    from pipelines import definitions

    with show.bars(err) as report:
        counts = definitions.run([_existing(path) for path in paths or ()], report)
    show.run_summary(out, counts)
    if counts.failed:
        raise SystemExit(1)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}; give a file or a folder of releases")
    return path


@app.command()
def extract(file: Annotated[str, typer.Argument(help="JSON lines with id and text, or - for standard input.")]) -> None:
    """Print what each document says, one JSON line a document in input order; needs no database."""
    from nlp.model import to_json
    from nlp.reader import Reader

    reader = Reader()
    with _lines(file) as lines:
        for extraction in reader.extract_all(_documents(lines, file)):
            sys.stdout.write(json.dumps(to_json(extraction), ensure_ascii=False) + "\n")
            sys.stdout.flush()


@contextmanager
def _lines(file: str) -> Iterator[Iterator[str]]:
    if file == "-":
        sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield iter(sys.stdin)
        return
    with _existing(Path(file)).open(encoding="utf-8-sig") as lines:
        yield iter(lines)


def _documents(lines: Iterator[str], file: str) -> Iterator[Any]:
    from nlp.model import read_document

    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield read_document(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{file}, line {number}: {error}") from error


def _by_id(file: Path) -> dict[str, dict[str, Any]]:
    with _lines(str(file)) as lines:
        found: dict[str, dict[str, Any]] = {}
        first: dict[str, int] = {}
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    one = json.loads(line)
                    id_ = one["id"]
                    before = first.setdefault(id_, number)
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(f"{file}, line {number}: not a JSON object with an «id» ({error})") from error
                if before != number:
                    raise ValueError(f"{file}, line {number}: the id «{id_}» stands on line {before} too; "
                                     "every document needs an id of its own")
                found[id_] = one
        return found


@app.command()
def evaluate(gold: Annotated[Path, typer.Argument(help="Labelled documents as JSON lines.")],
             predicted: Annotated[Path | None, typer.Option(help="What an extractor printed; left out: read GOLD now.")]
             = None,
             errors: Annotated[int, typer.Option(help="Classes of errors to list, the most frequent first.", min=0)] = 10,
             figures: Annotated[bool, typer.Option("--figures", help="The figures and the table of confidence alone, nothing "
                                                                     "of the texts.")] = False,
             as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object.")] = False) -> None:
    """Score an extraction against labels: yours or ours."""
    from nlp import evaluation, mistakes

    labelled = _by_id(gold)
    found = _by_id(predicted) if predicted else _read_now(labelled)
    try:
        result, wrong = evaluation.score(labelled, found)
    except KeyError as error:
        raise ValueError(f"an organisation, party or person among the labels or answers has no {error}") from error
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
        return
    behind = [] if figures else [*evaluation.error_lines(wrong), *mistakes.class_lines(mistakes.classes(labelled, found), errors)]
    for line in (*evaluation.summary_lines(result), *behind,
                 *evaluation.calibration_lines(evaluation.calibration(labelled, found))):
        sys.stdout.write(line + "\n")


def _read_now(labelled: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    from nlp.model import read_document, to_json
    from nlp.reader import Reader

    return {e.document.id: to_json(e) for e in Reader().extract_all(map(read_document, labelled.values()))}


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def query(context: typer.Context,
          name: Annotated[str | None, typer.Argument(help="A question's name; left out: list them all.")] = None,
          csv: Csv = False, excel: Excel = None,
          as_text: Annotated[bool, typer.Option("--print", help="Print Cypher to paste into any shell.")] = False,
          ) -> None:
    """Answer a question of the catalogue; its parameters are options, e.g. --theme 観光・交流."""
    from queries import question, questions
    from queries.catalogue import NAMES_OF_ORGANIZATIONS

    if name is None:
        show.questions(out, questions())
        return
    asked, given = question(name), parameters(context.args)
    values = asked.values(given)
    known(given)
    if as_text:
        sys.stdout.write(asked.text(given))
        return
    from graph.reading import EMPTY

    with _graph() as kakehashi:
        answer = kakehashi.query(name, **given)
        show.frame(out, answer, asked.title, csv, excel)
        if answer.empty and kakehashi.empty():
            err.print(EMPTY, markup=False)
            return
        for key in NAMES_OF_ORGANIZATIONS if answer.empty else ():
            if values.get(key) and (why := kakehashi.unknown_name(str(values[key]))):
                err.print(f"{why} (--{key})", markup=False)


@app.command()
def cypher(text: Annotated[str, typer.Argument(help="One reading Cypher statement.")],
           csv: Csv = False, excel: Excel = None) -> None:
    """Answer one Cypher statement of your own; it can only read."""
    with _graph() as kakehashi:
        show.frame(out, kakehashi.cypher(text), None, csv, excel)


@app.command()
def demo(sample: Annotated[Path, typer.Argument(help="The folder of sample releases.")] = Path("sample/releases"),
         ) -> None:
    """Run the bundled sample and show what is in the graph; `make demo` gives it a home of its own."""
    from pipelines import definitions

    with show.bars(err) as report:
        counts = definitions.run([_existing(sample)], report)
    show.run_summary(out, counts)
    with _graph() as kakehashi:
        show.demo(out, kakehashi, os.environ.get("KAKEHASHI_HOME"))


@app.command()
def dagster(port: Annotated[int, typer.Option(help="The port of its page on this machine.")] = 3000) -> None:
    """Dagster's page on loopback: the asset graph, the runs so far, the jobs and the schedule to switch on."""
    from pipelines import definitions

    program = Path(sys.executable).with_name("dagster")
    words = [str(program), "dev", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", str(port)]
    os.execve(program, words, {**os.environ, "DAGSTER_HOME": str(definitions.history())})


@app.command()
def doctor() -> None:
    """What this machine has and lacks, and how to get it."""
    from graph.connection import doctor as checks

    found = list(checks(Settings.from_environment().home))
    show.table(out, ["", "what", "found", "to do"],
               [["[green]ok[/]" if c.ok else "[red]missing[/]", c.name, _plain(c.detail), "" if c.ok else c.cure]
                for c in found])
    if not all(c.ok for c in found):
        raise SystemExit(1)


def _server_folder() -> Path:
    return Settings.from_environment().home / "neo4j"


@contextmanager
def _jar_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar that shows only when jars have to be fetched."""
    with show.bars(err) as report:
        yield lambda done, total: report("jars", done, total)


@graph_app.command()
def up(browser: Annotated[bool, typer.Option("--browser", help="Also serve the Neo4j Browser.")] = False) -> None:
    """Start the managed server unless it is up, and say where it is."""
    from graph.server import manager

    if uri := os.environ.get("NEO4J_URI"):
        raise ValueError(f"NEO4J_URI names the server {uri}: Kakehashi uses that one and starts none; "
                         "leave out NEO4J_URI for the local one")
    with _jar_bar() as progress:
        process = manager.up(_server_folder(), browser=browser, progress=progress)
    out.print(f"Neo4j is up at {process.uri}", markup=False)
    out.print(f"user      {manager.USER}", markup=False)
    out.print(f"password  is in {_password_file()}", markup=False)
    if process.browser:
        out.print(f"browser   {process.browser}", markup=False)


def _password_file() -> Path:
    return _server_folder() / "conf" / "password"


@graph_app.command()
def down() -> None:
    """Stop the managed server; its data stays."""
    from graph.server import manager

    folder = _server_folder()
    out.print(f"{folder}: {'stopped' if manager.down(folder) else 'there was no server to stop'}", markup=False)


@graph_app.command()
def status() -> None:
    """What runs, and the nodes in it by label; nothing is started."""
    from graph.server import manager

    if uri := os.environ.get("NEO4J_URI"):
        out.print(f"NEO4J_URI names the server {uri}; the local one is not used", markup=False)
    else:
        folder = _server_folder()
        now = manager.status(folder)
        if now.state != "running" or now.process is None:
            out.print(f"{folder}: {_STATES[now.state]}", markup=False)
            return
        out.print(f"running in {folder} at {now.process.uri} (pid {now.process.pid})", markup=False)
        if now.process.browser:
            out.print(f"browser   {now.process.browser}", markup=False)
    with _graph() as kakehashi:
        nodes = kakehashi.cypher(_NODES)
    show.table(out, list(nodes.columns), nodes.values.tolist())


_STATES = {"stopped": "no server runs; `kakehashi graph up` starts one",
           "stale": "no server runs, the last one ended without a stop; `kakehashi graph up` starts it again",
           "lost": "a server runs, but nothing says on which port; `kakehashi graph down` stops it"}
_NODES = """
MATCH (n:Kakehashi) UNWIND labels(n) AS label
WITH label WHERE label <> 'Kakehashi'
RETURN label, count(*) AS nodes ORDER BY label
"""


@graph_app.command()
def shell() -> None:
    """A prompt for Cypher, which may also write; statements can come from a pipe."""
    from graph import connection
    from graph.server.shell import shell as prompt

    target = connection.target(Settings.from_environment().home)
    with connection.driver(target) as driver:
        code = prompt(driver, target.database)
    raise SystemExit(code)


@graph_app.command()
def reset(database: Annotated[str | None, typer.Option(help="The database's name, to confirm; left out: it is asked.")]
          = None) -> None:
    """Remove Kakehashi's nodes, constraints and indexes from the graph; nothing of anybody else's."""
    from graph import connection

    target = connection.target(Settings.from_environment().home)
    if database is None:
        database = typer.prompt(f"This removes Kakehashi's graph from {target.uri}. Type the name of the database "
                                f"({target.database}) to go on", err=True)
    connection.confirmed(target, database)
    with _graph_to_itself() as ledger:
        _note_unloaded(ledger)
        removed = connection.reset(target, database)
        _note_unloaded(ledger)
        then = _is_followed(ledger) or "`kakehashi run` builds the graph anew"
    out.print(f"removed {removed.nodes:,} nodes, {len(removed.constraints)} constraints and {len(removed.indexes)} "
              f"indexes; {then}", markup=False)


@graph_app.command()
def rebuild() -> None:
    """Look at every row of the graph and mend what differs from the ledger; readers never see it empty."""
    from graph import connection
    from pipelines import stages
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    target = connection.target(settings.home)
    with Ledger.open(settings.ledger_url) as ledger, connection.driver(target) as driver, show.bars(err) as report:
        done = stages.load(ledger, driver, target.database, lambda at, of: report("graph", at, of), whole=True)
    out.print(f"{done.new:,} rows were other than they should be, {done.unchanged:,} were right, "
              f"{done.more['nodes_deleted'] + done.more['relationships_deleted']:,} deleted, {done.rejected} refused; "
              f"{done.seconds:.0f} s", markup=False)


@graph_app.command()
def dump(file: Annotated[Path, typer.Argument(help="The file to write; one that is there is replaced.")]) -> None:
    """Write the managed server's graph into one file; the server is down for some seconds."""
    from graph.server import dump as dumping

    folder = _managed("dump")
    with _graph_to_itself():
        size = dumping.dump(folder, file)
    out.print(f"{file}: {size:,} bytes; `kakehashi graph restore {file}` brings it back", markup=False)


@graph_app.command()
def restore(file: Annotated[Path, typer.Argument(help="What `kakehashi graph dump` wrote.")],
            yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Make the managed server's graph what a dump holds, in place of what it is now."""
    from graph.server import dump as dumping

    folder = _managed("restore")
    if not yes:
        typer.confirm(f"This replaces the graph in {folder} by {file}. Go on?", abort=True, err=True)
    with _graph_to_itself() as ledger:
        _note_unloaded(ledger)
        dumping.restore(folder, file)
        _note_unloaded(ledger)
        then = _is_followed(ledger) or "the next `kakehashi run` brings it up to date"
    out.print(f"{folder} holds what {file} holds; {then}", markup=False)


@contextmanager
def _graph_to_itself() -> Iterator[Any]:
    """The ledger, while no other process makes ties or graph; one that is at it is waited for."""
    from pipelines import stages
    from pipelines.ledger import Ledger
    from pipelines.ledger.exclusion import Busy

    with Ledger.open(Settings.from_environment().ledger_url) as ledger, ExitStack() as alone:
        try:
            alone.enter_context(ledger.alone(stages.GRAPH, _SOON))
        except Busy:
            err.print("another process brings the graph up to date: waiting for its end (Ctrl-C: nothing is changed)",
                      markup=False)
            alone.enter_context(ledger.alone(stages.GRAPH, stages.PATIENCE))
        yield ledger


#: Seconds for which another process that writes to the graph is waited for before somebody is told.
_SOON = 2.0


def _note_unloaded(ledger: Any) -> None:
    """Let whoever follows the ledger know that the graph is another one. Said before and after it is replaced: whoever is
    killed in between has said it, and what was made of the graph meanwhile counts for nothing."""
    from pipelines import projection

    projection.note_unloaded(ledger)


def _is_followed(ledger: Any) -> str | None:
    """What becomes of the graph where somebody follows the ledger."""
    from pipelines import follower

    return "`kakehashi follow` is at work and makes it what the ledger says" if follower.is_at_work(ledger) else None


def _managed(what: str) -> Path:
    if uri := os.environ.get("NEO4J_URI"):
        raise ValueError(f"NEO4J_URI names the server {uri}: use its own tools to {what} it; "
                         "leave out NEO4J_URI for the local one")
    return _server_folder()


@graph_app.command()
def fetch(browser: Annotated[bool, typer.Option("--browser", help="Also the Neo4j Browser.")] = False) -> None:
    """Get the server's verified jars now, so that later starts need no network."""
    from graph.server import jars

    for lock in (jars.SERVER, jars.BROWSER) if browser else (jars.SERVER,):
        with _jar_bar() as progress:
            folder = jars.fetch(lock, progress)
        out.print(f"{len(lock.jars)} jars of {lock.name} in {folder}", markup=False)
