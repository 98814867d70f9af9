"""The two networks of an export, as networkx graphs: everything, with ties as nodes of their own; and who is tied to whom.

The first keeps n-ary ties as they are. The second is the projection that brokerage is measured on: organisations alone,
joined where a tie that came about joins them, with Newman's weight.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import networkx as nx
import pandas as pd

from graph.export.contents import Contents
from graph.export.provenance import Provenance

#: Table → label of its nodes.
_NODES = {"organizations": "Organization", "ties": "Tie", "releases": "Release", "claims": "Claim", "persons": "Person"}
#: Table → (from, to, type of the relationship; None: its column «type» has it).
_EDGES: dict[str, tuple[str, str, str | None]] = {
    "parties": ("organization", "tie", "PARTY_TO"), "tie_links": ("tie", "other", None),
    "offices": ("person", "organization", "HOLDS"), "organization_links": ("organization", "other", None),
    "collectives": ("release", "organization", "DESCRIBES"), "reprints": ("release", "original", "REPRINT_OF"),
    "tied_to": ("organization", "other", "TIED_TO"),
}
#: Names of attributes that edges have of their own in GEXF.
_TAKEN = ("id", "type", "label", "start", "end")
#: Characters that XML 1.0 cannot hold.
_UNWRITABLE = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def everything(contents: Contents, provenance: Provenance) -> nx.MultiDiGraph:
    """All nodes and relationships of the export: a node's `sort` and an edge's `relationship` tell what it is, `label` is what
    Gephi shows. Mentions are left out: they are places in texts."""
    graph = nx.MultiDiGraph(**_about(provenance))
    frames = contents.frames
    for table, sort in _NODES.items():
        for row in _rows(frames[table]):
            graph.add_node(row["id"], **_attributes({"sort": sort, "label": _label(sort, row), **row}, "id"))
    for theme in sorted(set(frames["tie_themes"]["theme"])):
        graph.add_node(f"theme:{theme}", sort="Theme", label=theme, name=theme)
    for table, (start, end, kind) in _EDGES.items():
        for row in _rows(frames[table]):
            _join(graph, row[start], row[end], kind or row["type"], row, {start, end, "type"})
    for row in _rows(frames["tie_themes"]):
        _join(graph, row["tie"], f"theme:{row['theme']}", "ABOUT", {}, set())
    for row in _rows(frames["statements"]):
        _join(graph, row["release"], row["tie"] or row["claim"], "STATES", row, {"release", "tie", "claim"})
    for row in _rows(frames["claims"]):
        _join(graph, row["id"], row["organization"], "CLAIMED_OF", {}, set())
    for row in _rows(frames["releases"]):
        if row["organization"]:
            _join(graph, row["id"], row["organization"], "PUBLISHED_BY", {}, set())
    return graph


def tied(contents: Contents, provenance: Provenance) -> nx.Graph:
    """Organisations joined where ties that came about join them."""
    graph = nx.Graph(**_about(provenance))
    for row in _rows(contents.frames["organizations"]):
        graph.add_node(row["id"], **_attributes({"label": row["name"], **row}, "id"))
    for row in _rows(contents.frames["tied_to"]):
        graph.add_edge(row["organization"], row["other"], **_attributes(row, "organization", "other"))
    return graph


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _join(graph: nx.MultiDiGraph, start: str, end: str, kind: str, row: Mapping[str, Any], apart: set[str]) -> None:
    name = f"e{graph.number_of_edges()}"
    graph.add_edge(start, end, key=name, relationship=kind, label=kind, **_attributes(row, *apart, *_TAKEN))


def _label(sort: str, row: Mapping[str, Any]) -> str:
    if sort == "Tie":
        return str(row["title"] or row["label_used"] or row["kind"])
    if sort == "Claim":
        return str(row["count"] if row["kind"] == "count" else row["level"] or row["kind"])
    return str(row.get("name") or row.get("title") or row["id"])


def _attributes(row: Mapping[str, Any], *apart: str) -> dict[str, Any]:
    """A row's known values as the formats can hold them: lists are texts joined by «; », no control characters."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name in apart or value is None or value == [] or value != value:
            continue
        if isinstance(value, list):
            value = "; ".join(map(str, value))
        # a relationship's own kind must not hide the attribute by which edges are told apart
        found[name] = _UNWRITABLE.sub("�", value) if isinstance(value, str) else value
    return found


def _about(provenance: Provenance) -> dict[str, str]:
    return {"title": provenance.title, "version": provenance.version, "date": provenance.date or "",
            "licence": provenance.licence, "software": provenance.software, "citation": provenance.citation,
            "sources": "; ".join(title for title, _ in provenance.sources)}
