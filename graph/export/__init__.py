"""The graph, or an answer's part of it, as files that others read: CSV with a Frictionless data package, Parquet, GraphML
and GEXF, each with the version, date, sources and licence by which a paper can cite it."""
from graph.export.contents import Contents, contents_of, part_of
from graph.export.package import FORMATS, check, write
from graph.export.provenance import Provenance, check_licence, provenance_of

__all__ = ["FORMATS", "Contents", "Provenance", "check", "check_licence", "contents_of", "part_of", "provenance_of", "write"]
