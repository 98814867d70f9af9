"""The registries a user brings, indexed on this machine: 法人番号 (NTA), EDINET's code list, gBizINFO, e-Stat's changes."""
from pipelines.reference.index import Built, ReferenceIndex, at, update
from pipelines.reference.municipalities import places, update_changes

__all__ = ["Built", "ReferenceIndex", "at", "places", "update", "update_changes"]
