"""Roles that the words beside a name tell once a tie is chosen: a project's own company and its founders, who invests in whom."""
from __future__ import annotations

from collections.abc import Iterable, Mapping

from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.ties.candidates import Scene


def told_roles(scene: Scene, kind: str, roles: Mapping[int, str]) -> dict[int, str]:
    """The roles of a tie's parties (by entity), finer where the page's words tell them."""
    if kind == "pfi":
        return _founded(scene, roles)
    if kind == "capital_alliance" and len(roles) == 2:
        return _invested(scene, roles)
    return dict(roles)


def _founded(scene: Scene, roles: Mapping[int, str]) -> dict[int, str]:
    """Beside the one company that was made for the project the other operators are its founders."""
    operators = [e for e, role in roles.items() if role == "operator"]
    own = [e for e in operators if any(_for_project(scene, m) for m in _mentions(scene, e))]
    if len(own) != 1:
        return dict(roles)
    return {e: "founder" if role == "operator" and e != own[0] else role for e, role in roles.items()}


def _invested(scene: Scene, roles: Mapping[int, str]) -> dict[int, str]:
    """Who gives capital and who gets it, where exactly one answer is told."""
    told: set[tuple[int, int]] = set()
    for e in roles:
        other = next(x for x in roles if x != e)
        behind = [_behind(scene, m) for m in _mentions(scene, e)]
        if any(pattern("roles", "investee").search(text) for text in behind):
            told.add((other, e))
        if any(pattern("roles", "investor").search(text) for text in behind):
            told.add((e, other))
    if len(told) != 1:
        return dict(roles)
    investor, investee = told.pop()
    return {e: "investor" if e == investor else "investee" if e == investee else role for e, role in roles.items()}


def _mentions(scene: Scene, entity: int) -> Iterable[Mention]:
    return (m for m in scene.names.mentions if m.entity == entity)


def _for_project(scene: Scene, m: Mention) -> bool:
    norm = scene.layout.page.norm
    before = norm[max(0, m.start - 20):m.start]
    return bool(pattern("roles", "project_before").search(before) or pattern("roles", "project_behind").search(_behind(scene, m)))


def _behind(scene: Scene, m: Mention) -> str:
    return scene.layout.page.norm[m.end:m.end + 80]
