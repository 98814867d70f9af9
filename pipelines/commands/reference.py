"""`kakehashi reference`: take in what registries publish, and say what is there."""
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines import show
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.reference import ReferenceIndex

app = typer.Typer(no_args_is_help=True, help="Registries of corporations and municipalities that you bring: update, "
                                             "lookup, status, unusable.")
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)



@app.command()
def update(nta: Annotated[list[Path] | None, typer.Option(help="国税庁's bulk file of 法人番号 (CSV or zip), of the country or "
                                                           "of prefectures; repeat it for several. Replaces the last.")] = None,
           nta_diff: Annotated[list[Path] | None, typer.Option(help="国税庁's daily differences, in their order.")] = None,
           edinet: Annotated[Path | None, typer.Option(help="EDINET's code list (EdinetcodeDlInfo.csv or its zip).")] = None,
           gbizinfo: Annotated[list[Path] | None, typer.Option(help="gBizINFO's 法人基本情報 (CSV or zip).")] = None,
           estat: Annotated[Path | None, typer.Option(help="e-Stat's file of 廃置分合等情報 (CSV).")] = None) -> None:
    """Index the files on this machine; the next resolution uses them. Each replaces what was known from its registry."""
    from pipelines import reference

    home = Settings.from_environment().home
    for file in (*(nta or ()), *(nta_diff or ()), *(gbizinfo or ()), *([edinet] if edinet else ()),
                 *([estat] if estat else ())):
        if not file.is_file():
            raise FileNotFoundError(f"there is no {file}; give a file as the registry's site has it")
    if estat is not None:
        changes, unread = reference.update_changes(home, estat)
        out.print(f"{len(changes):,} changes of municipalities and wards", markup=False)
        for line in unread:
            err.print(f"{estat}, line {line.line}: not understood: {line.words}", markup=False)
    if nta or nta_diff or edinet or gbizinfo:
        with show.bars(err) as report:
            built = reference.update(home, nta=nta or (), nta_diff=nta_diff or (), edinet=edinet, gbizinfo=gbizinfo or (),
                                     report=lambda done, total: report("index", done, total))
        out.print(f"{built.corporations:,} corporations and {built.former_names:,} former names taken in, "
                  f"{built.unusable:,} rows kept aside", markup=False)
        for example in built.examples:
            err.print(example, markup=False)
    elif estat is None:
        raise ValueError("give at least one file: --nta, --nta-diff, --edinet, --gbizinfo or --estat")


@app.command()
def status() -> None:
    """What was brought from which registry."""
    from pipelines import reference
    from pipelines.reference import ReferenceIndex

    home = Settings.from_environment().home
    index = ReferenceIndex.of(home)
    rows = [[name, f"{corporations:,}", f"{bad:,}"] for name, corporations, bad in index.counts()] if index else []
    show.table(out, ["registry", "corporations", "rows kept aside"], rows)
    out.print(f"the whole country is {'' if index and index.complete else 'not '}in it; {len(reference.places(home).successions())} "
              "successions of municipalities and wards are known", markup=False)


@app.command()
def unusable(csv: Annotated[bool, typer.Option("--csv", help="A header line and plain values on standard output.")] = False,
             ) -> None:
    """The rows of the files that could not be used, each with its line and reason."""
    import pandas as pd

    index = _index()
    show.frame(out, pd.DataFrame(index.unusable(), columns=["registry", "file", "line", "reason"]), None, csv)


def _index() -> ReferenceIndex:
    from pipelines.reference import ReferenceIndex

    index = ReferenceIndex.of(Settings.from_environment().home)
    if index is None:
        raise ValueError("there is no index yet; `kakehashi reference update --nta FILE` makes one")
    return index


@app.command()
def lookup(what: Annotated[str, typer.Argument(help="A name, a 法人番号, a 証券コード or an EDINETコード.")],
           csv: Annotated[bool, typer.Option("--csv", help="A header line and plain values on standard output.")] = False,
           ) -> None:
    """What the index knows of a name, number or code."""
    from dataclasses import asdict

    import pandas as pd

    from graph.codes import edinet_code, is_corporate_number, security_code
    from graph.names import name_key
    from graph.registry import Corporation

    index = _index()
    key = name_key(what)
    if is_corporate_number(what):
        found = [index.corporation(what)]
    elif code := edinet_code(what) or security_code(what):
        found = [index.listed(code)]
    else:
        found = list(index.named(key) if key.form else index.with_stem(key.stem))
    rows = [{k: v for k, v in asdict(one).items() if k != "city"} for one in found if one is not None]
    columns = [name for name in Corporation.__dataclass_fields__ if name != "city"]
    show.frame(out, pd.DataFrame(rows, columns=columns), None, csv)
