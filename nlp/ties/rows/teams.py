"""Teams: firms that won together, under «代表企業» and «構成企業»."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nlp.patterns import pattern
from nlp.ties.rows.lines import Line
from nlp.ties.rows.matters import Matter, matter_of
from nlp.ties.rows.rules import FILE
from nlp.ties.rows.sheet import Sheet
from nlp.ties.told import Told

#: The name of what is told of teams.
NAME = "rows:team"
#: A team is no longer than this, with so many lines between its firms.
_LONGEST, _GAP = 24, 3
#: So many lines above can name the team, say whose member a firm is, or tell the tie that the team is of.
_NAMED_WITHIN, _OF_WITHIN, _TOLD_WITHIN = 7, 3, 5
#: Kinds of which one tie has all firms of a team.
_WHOLE = ("pfi", "designated_manager", "outsourcing")


@dataclass(frozen=True, slots=True)
class Team:
    """Firms that won together: where they stand, who they are, the name they go by (None: none)."""
    start: int
    end: int
    members: tuple[int, ...]
    group: int | None


def teams_of(sheet: Sheet) -> Iterator[Team]:
    """The teams of a page."""
    number = 0
    while number < len(sheet.lines):
        if not _leads(sheet, sheet.lines[number]):
            number += 1
            continue
        team = _team(sheet, sheet.lines[number])
        if len(team.members) > 1 or team.group is not None:
            yield team
        number = team.end + 1


def team_ties(sheet: Sheet, team: Team, winners: Mapping[int, Told]) -> Iterator[Told]:
    """The ties of a team: with its name, else with whose matter it won; `winners`: blocks → what others won."""
    members = [e for e in team.members if e != team.group]
    if team.group is not None:
        yield Told("membership", (*((e, "member") for e in members), (team.group, "collective")), NAME, team.start)
        return
    matter = matter_of(sheet, team.start)
    owner = _public(sheet, set(members))
    if owner is None:
        return
    before = [tie for block, tie in winners.items() if team.start - _TOLD_WITHIN <= block < team.start]
    if matter.kind == "pfi" and before:
        yield founded_for(before[-1], members)
    else:
        yield from _won(matter, members, owner, team.start)


def founded_for(told: Told, founders: list[int]) -> Told:
    """A tie of what was founded for a matter, with its founders."""
    more = dict.fromkeys(e for e in founders if e not in told.entities)
    return Told("pfi", (*told.parties, *((e, "founder") for e in more)), NAME, told.block)


def _won(matter: Matter, members: list[int], owner: int, block: int) -> Iterator[Told]:
    """The ties of those who won a matter with the one whose it is."""
    for some in [members] if matter.kind in _WHOLE else [[e] for e in members]:
        yield Told(matter.kind, (*((e, matter.role) for e in some), (owner, matter.other)), NAME, block)


def _team(sheet: Sheet, lead: Line) -> Team:
    """The team that begins with a line."""
    end, members = lead.number, [m.entity for m in lead.parties]
    for line in sheet.between(lead.number + 1, lead.number + _LONGEST):
        if _follows(line):
            end = line.number
            members += [m.entity for m in line.parties]
        elif line.parties or line.kind in ("heading", "prose") or line.number - end > _GAP:
            break
    firms = tuple(dict.fromkeys(members))
    return Team(lead.number, end, firms, _group(sheet, lead.number, set(firms)))


def _follows(line: Line) -> bool:
    """Whether a line names more firms of a team."""
    if not line.parties or line.is_sentence or pattern(FILE, "lead_label").match(line.bare):
        return False
    return pattern(FILE, "group_label").match(line.bare) is not None or (not line.body and line.kind in ("row", "item") and line.only_names)


def _leads(sheet: Sheet, line: Line) -> bool:
    """Whether a team begins with a line."""
    if not line.parties or line.outside or line.kind == "prose":
        return False
    if pattern(FILE, "lead_label").match(line.bare):
        return True
    if pattern(FILE, "group_label").fullmatch(line.bare) is None:
        return False
    near = [e for above in sheet.between(line.number - _OF_WITHIN, line.number) for e in above.entities]
    return any(sheet.view.of(e, "team") for e in near) or (bool(near) and matter_of(sheet, line.number).kind == "pfi")


def _group(sheet: Sheet, number: int, members: set[int]) -> int | None:
    """The group of firms named last above a line, if it is near or stands in the title."""
    lines = reversed(sheet.between(number - _NAMED_WITHIN, number))
    near = [e for line in lines for group in line.groups for e in reversed(group.entities)]
    return next((e for e in (*near, *sheet.titled()) if sheet.view.of(e, "team") and e not in members), None)


def _public(sheet: Sheet, taken: set[int]) -> int | None:
    """The public body whose matter it is: the publisher, else the one named most."""
    return next((e for e in (*sheet.homes, *sheet.view.most_named) if e not in taken and sheet.view.public(e)), None)
