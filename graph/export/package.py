"""Writing an export into a folder: the data, `datapackage.json` (https://datapackage.org, version 2) and `CITATION.cff`.

The descriptor is written last: a folder without one holds an export that was broken off.
"""
from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graph.export import network
from graph.export.contents import Contents
from graph.export.fields import KEYED, TYPES, Field, tables
from graph.export.provenance import Provenance

#: What can be written.
FORMATS = ("csv", "parquet", "graphml", "gexf")
_DESCRIPTOR, _CITATION = "datapackage.json", "CITATION.cff"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "graphml": "application/graphml+xml",
          "gexf": "application/gexf+xml"}
_ARROW = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
          "list": pa.list_(pa.string()), "number list": pa.list_(pa.int64())}
#: What a spreadsheet takes for a formula: CWE-1236; in a Japanese one the wide characters too (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FOR_EXCEL = ("For spreadsheets: the file begins with a byte order mark (EF BB BF), and an apostrophe stands before texts "
              "that would be taken for formulas.")


def write(contents: Contents, provenance: Provenance, folder: Path, formats: Collection[str], *, excel: bool = False,
          progress: Callable[[int, int], None] | None = None) -> list[Path]:
    """Write an export; the files, the descriptor last. `excel` makes the CSV files open rightly in a spreadsheet: UTF-8 with
    a byte order mark, and an apostrophe before texts that would be taken for formulas.

    An earlier export in the folder is replaced. Raises ValueError for an unknown format and FileExistsError for a folder
    with files that are no export.
    """
    check(folder, formats)
    _make_room(folder)
    resources: list[dict[str, Any]] = []
    wanted = [one for one in FORMATS if one in formats]
    for done, form in enumerate(wanted, 1):
        if form == "csv":
            resources += [_csv(folder, name, frame, columns, excel) for name, frame, columns in _tables(contents)]
        elif form == "parquet":
            resources += [_parquet(folder, name, frame, columns, provenance) for name, frame, columns in _tables(contents)]
        else:
            resources += _networks(folder, form, contents, provenance)
        if progress is not None:
            progress(done, len(wanted))
    (folder / _CITATION).write_text(_citation(provenance), encoding="utf-8")
    (folder / _DESCRIPTOR).write_text(
        json.dumps(_descriptor(provenance, resources), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return [folder / resource["path"] for resource in resources] + [folder / _CITATION, folder / _DESCRIPTOR]


def check(folder: Path, formats: Collection[str]) -> None:
    """Whether an export can be written there, before anything is read for it. Raises as `write` does."""
    if unknown := sorted(set(formats) - set(FORMATS)):
        raise ValueError(f"there is no format «{unknown[0]}»; there are {', '.join(FORMATS)}")
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file: name a new folder")
    if folder.exists() and any(folder.iterdir()) and _earlier(folder) is None:
        raise FileExistsError(f"{folder} holds files that are no finished export of Kakehashi: name an empty or a new folder")


def _earlier(folder: Path) -> list[str] | None:
    """The files of an earlier export; None where there is none that was finished."""
    try:
        before = json.loads((folder / _DESCRIPTOR).read_text(encoding="utf-8"))
        if not str(before["name"]).startswith("kakehashi"):
            return None
        return [str(resource["path"]) for resource in before["resources"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _make_room(folder: Path) -> None:
    """The folder, empty of an earlier export."""
    folder.mkdir(parents=True, exist_ok=True)
    if (old := _earlier(folder)) is None:
        return
    (folder / _DESCRIPTOR).unlink()
    for name in [*old, _CITATION]:
        if Path(name).name == name:
            (folder / name).unlink(missing_ok=True)


def _tables(contents: Contents) -> list[tuple[str, pd.DataFrame, tuple[Field, ...]]]:
    found = [(name, contents.frames[name], columns) for name, columns in tables().items()]
    if contents.answer is not None:
        found.insert(0, ("answer", contents.answer.astype(object), _fields_of(contents.answer)))
    return found


def _fields_of(answer: pd.DataFrame) -> tuple[Field, ...]:
    """The columns of an answer with types that hold all of their values."""
    return tuple(Field(str(name), _type([v for v in answer[name] if not _missing(v)]), None, "") for name in answer.columns)


def _type(values: list[Any]) -> str:
    if values and all(isinstance(v, list) for v in values):
        inner = [one for v in values for one in v]
        return "number list" if inner and all(type(one) is int for one in inner) else "list"
    if values and all(isinstance(v, bool) for v in values):
        return "boolean"
    if values and all(not isinstance(v, bool) and hasattr(v, "__index__") for v in values):
        return "integer"
    if values and all(not isinstance(v, bool) and (hasattr(v, "__index__") or isinstance(v, float)) for v in values):
        return "number"
    return "string"


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


# --- tables ----------------------------------------------------------------------------------------------------------

def _csv(folder: Path, name: str, frame: pd.DataFrame, columns: tuple[Field, ...], excel: bool) -> dict[str, Any]:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8-sig" if excel else "utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\r\n")
        rows.writerow([safe(column.name) if excel else column.name for column in columns])
        for row in frame.itertuples(index=False, name=None):
            cells = [cell(value, column.type) for value, column in zip(row, columns, strict=True)]
            rows.writerow([safe(one) if isinstance(one, str) else one for one in cells] if excel else cells)
    resource = _resource(path, name, "csv", columns)
    # the byte order mark is no part of the name: «utf-8-sig» is Python's and in no registry of character sets (IANA)
    resource["encoding"] = "utf-8"
    if excel:
        resource["description"] = _FOR_EXCEL
    resource["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
    return resource


def cell(value: Any, kind: str) -> str | int | float:
    """A value as one cell: lists as JSON, truth as true and false, nothing as nothing."""
    if _missing(value):
        return ""
    if kind in ("list", "number list"):
        return json.dumps(value if isinstance(value, list) else [value], ensure_ascii=False)
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "integer":
        return int(value)
    if kind == "number":
        return float(value)
    return str(value)


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def _parquet(folder: Path, name: str, frame: pd.DataFrame, columns: tuple[Field, ...],
             provenance: Provenance) -> dict[str, Any]:
    path = folder / f"{name}.parquet"
    schema = pa.schema([pa.field(c.name, _ARROW[c.type], metadata={"description": c.meaning}) for c in columns],
                       metadata={"title": provenance.title, "version": provenance.version, "date": provenance.date or "",
                                 "licence": provenance.licence, "citation": provenance.citation})
    arrays = [pa.array([_arrow(value, c.type) for value in frame[c.name]], type=_ARROW[c.type]) for c in columns]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path, compression="zstd")
    return _resource(path, f"{name}-parquet", "parquet", columns)


def _arrow(value: Any, kind: str) -> Any:
    if _missing(value):
        return None
    if kind == "date":
        return date.fromisoformat(str(value)[:10])
    if kind == "list":
        return [str(one) for one in (value if isinstance(value, list) else [value])]
    if kind in ("integer", "number", "boolean", "number list"):
        return value
    return str(value)


# --- networks --------------------------------------------------------------------------------------------------------

def _networks(folder: Path, form: str, contents: Contents, provenance: Provenance) -> list[dict[str, Any]]:
    found = []
    for name, graph in (("graph", network.everything(contents, provenance)), ("tied_to", network.tied(contents, provenance))):
        path = folder / f"{name}.{form}"
        if form == "graphml":
            nx.write_graphml(graph, path, encoding="utf-8", prettyprint=True, named_key_ids=True)
        else:
            _write_gexf(graph, path, provenance)
        found.append(_resource(path, f"{name.replace('_', '-')}-{form}", form, ()))
    return found


def _write_gexf(graph: nx.Graph, path: Path, provenance: Provenance) -> None:
    """GEXF 1.2 with who made it and the data's day in its head, where networkx writes today's."""
    writer = nx.readwrite.gexf.GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(graph)
    for meta in [one for one in writer.xml if one.tag.rpartition("}")[2] == "meta"]:
        writer.xml.remove(meta)
    head = ElementTree.Element("meta", {"lastmodifieddate": provenance.date} if provenance.date else {})
    for tag, text in (("creator", provenance.software), ("description", provenance.citation)):
        ElementTree.SubElement(head, tag).text = text
    writer.xml.insert(0, head)
    with path.open("wb") as file:
        writer.write(file)


# --- what is said of it ----------------------------------------------------------------------------------------------

def _resource(path: Path, name: str, form: str, columns: tuple[Field, ...]) -> dict[str, Any]:
    content = path.read_bytes()
    resource: dict[str, Any] = {"name": name.replace("_", "-"), "path": path.name, "format": form,
                                "mediatype": _MEDIA[form], "bytes": len(content),
                                "hash": "sha256:" + hashlib.sha256(content).hexdigest()}
    if columns:
        resource = {**resource, "type": "table", "schema": _schema(path.stem, columns, form)}
    return resource


def _schema(table: str, columns: tuple[Field, ...], form: str) -> dict[str, Any]:
    suffix = "" if form == "csv" else f"-{form}"
    schema: dict[str, Any] = {"fields": [_described(column, table) for column in columns], "missingValues": [""]}
    if table in KEYED:
        schema["primaryKey"] = ["id"]
    keys = [{"fields": [c.name], "reference": {"resource": c.leads_to[0].replace("_", "-") + suffix,
                                               "fields": [c.leads_to[1]]}} for c in columns if c.leads_to]
    return {**schema, "foreignKeys": keys} if keys else schema


def _described(column: Field, table: str) -> Mapping[str, Any]:
    described: dict[str, Any] = {"name": column.name, "type": TYPES[column.type]}
    if column.meaning:
        described["description"] = column.meaning
    if table in KEYED and column.name == "id":
        described["constraints"] = {"required": True, "unique": True}
    return described


def _descriptor(provenance: Provenance, resources: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "$schema": _PROFILE, "name": provenance.name, "title": provenance.title, "version": provenance.version,
        "description": f"{provenance.citation}\n\n{provenance.rights}",
        "licenses": [{"name": provenance.licence, "path": f"https://spdx.org/licenses/{provenance.licence}.html"}],
        "sources": [{"title": title, **({"path": path} if path else {})} for title, path in provenance.sources],
        "contributors": [{"title": provenance.software, "roles": ["creator"]}], "resources": resources}
    if provenance.date:
        found["created"] = f"{provenance.date}T00:00:00Z"
    return found


def _citation(provenance: Provenance) -> str:
    """CITATION.cff (Citation File Format 1.2.0) of the data."""
    lines = ["cff-version: 1.2.0", "type: dataset", "message: To cite this data, name its version.",
             f"title: {json.dumps(provenance.title, ensure_ascii=False)}", f"version: {json.dumps(provenance.version)}",
             *([f"date-released: {provenance.date}"] if provenance.date else []),
             f"license: {provenance.licence}", "authors:", f"  - name: {json.dumps(provenance.software)}",
             f"abstract: {json.dumps(provenance.citation + ' ' + provenance.rights, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"
