"""Which sources there are: those shipped with Kakehashi, and those of the user's configuration folder over them."""
from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from pipelines.fetch import folder
from pipelines.sources import schema
from pipelines.sources.schema import Flaw, SourceError
from pipelines.sources.source import Source

#: The files that come with the package.
SHIPPED = Path(__file__).parent / "shipped"


def files(config: Path, shipped: Path = SHIPPED) -> dict[str, tuple[Path, Path | None]]:
    """For each name in order the file that counts, and the shipped one that it is laid over, if there is one."""
    below = {file.stem: file for file in shipped.glob("*.yaml")}
    own = {file.stem: file for file in (config / "sources").glob("*.yaml")}
    return {name: (own[name], below.get(name)) if name in own else (below[name], None)
            for name in sorted({*below, *own})}


def check(config: Path, shipped: Path = SHIPPED) -> tuple[dict[str, Source], list[Flaw]]:
    """The sources by name, and what is wrong with the files of the others. A folder that is not there is a flaw."""
    sound: dict[str, Source] = {}
    flaws: list[Flaw] = []
    for name, (file, over) in files(config, shipped).items():
        try:
            source = schema.read(file, over)
        except SourceError as error:
            flaws += error.flaws
            continue
        if source.path is not None and source.enabled and not source.path.exists():
            line = schema.written(file).places.get(("path",), (file, 1, ""))[1]
            flaws.append(Flaw(file, line, f"there is no {source.path}; create it or correct «path»"))
            continue
        sound[name] = source
    return sound, flaws


def sources(config: Path, shipped: Path = SHIPPED) -> dict[str, Source]:
    """All sources by name, in the order of their names. Raises SourceError with every flaw of every file."""
    sound, flaws = check(config, shipped)
    if flaws:
        raise SourceError(flaws)
    return sound


def one(config: Path, name: str, shipped: Path = SHIPPED) -> Source:
    """The source of a name. Raises SourceError for flaws in its own files, ValueError with the nearest names."""
    known = files(config, shipped)
    if name not in known:
        near = get_close_matches(name, known, 3, 0.4)
        raise ValueError(f"there is no source {name}; " + (f"perhaps {', '.join(near)}" if near
                                                           else "`kakehashi sources list` shows them"))
    return schema.read(*known[name])


def folders(config: Path, shipped: Path = SHIPPED) -> list[Path]:
    """The folders and files that the enabled folder sources name, in the order of the sources' names."""
    return [source.path for source in sources(config, shipped).values()
            if source.path is not None and source.enabled]


def living(known: Iterable[Source]) -> frozenset[str]:
    """Those whose pages are edited in place, as the ledger names where a fetch comes from."""
    return frozenset(_in_ledger(source) for source in known if source.living)


def evidence(known: Iterable[Source]) -> frozenset[str]:
    """Those whose terms do not allow keeping pages, as the ledger names where a fetch comes from."""
    return frozenset(_in_ledger(source) for source in known if source.rights.store == "evidence")


def fingerprint(place: Path) -> folder.Fingerprint:
    """Changes when the files of sources in a folder do."""
    return folder.fingerprint(sorted(place.glob("*.yaml")))


def _in_ledger(source: Source) -> str:
    return source.name if source.path is None else folder.location(source.path)
