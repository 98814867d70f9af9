"""Where releases come from: one YAML file a source, shipped under `shipped/` or in `sources/` of the configuration folder.

    sources.sources(config)                       every source by name
    sources.discover(source, url, body, headers)  the releases that an index (feed, listing, sitemap) names
    sources.walk(source, ask, on)                 the same over all pages of the index; `ask` fetches
    sources.judge(source, day, last_new)          what is wrong with a source's day
"""
from pipelines.sources.discovery import Answer, Found, discover, find, walk
from pipelines.sources.expectations import Day, Problem, judge
from pipelines.sources.index import UnreadableIndex, UnsafeIndex
from pipelines.sources.registry import SHIPPED, check, evidence, folders, living, one, sources
from pipelines.sources.schema import Flaw, SourceError
from pipelines.sources.source import KINDS, Expect, Listing, Publisher, Rights, Sitemap, Source

__all__ = ["KINDS", "SHIPPED", "Answer", "Day", "Expect", "Flaw", "Found", "Listing", "Problem", "Publisher", "Rights",
           "Sitemap", "Source", "SourceError", "UnreadableIndex", "UnsafeIndex", "check", "discover",
           "evidence", "find", "folders", "judge", "living", "one", "sources", "walk"]
