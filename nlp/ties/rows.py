"""Ties that lists, tables and labelled lines tell: «締結先: …», «協定一覧» over rows, «構成団体» over names.

A list has no verb. What introduces it (a title, a heading, a label, a sentence) tells the kind of its ties and the role of
those it names; each row is a tie with the owner of the list, or all rows are one. A row or a heading between them that
names an agreement tells its own kind. Like the frames, rows are evidence for the choice among proposals.
"""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from nlp.blocks import Layout
from nlp.names.entities import Entity, Mention, Names
from nlp.patterns import pattern, words
from nlp.text import Sentence
from nlp.ties.clauses import Group, groups_of, unbracketed
from nlp.ties.kinds import SYMMETRIC
from nlp.ties.phrases import signed
from nlp.ties.told import Told

_FILE = "rows"
_SIGNS = "\ue000-\uf8ff"
_FIRST_SIGN = 0xE000
_SHARED = re.compile(r"\{([a-z_]+)\}")
#: A list is no longer than this, and its first row no further from what introduces it; so many lines may stand between rows.
_LONGEST, _AHEAD, _GAP = 160, 10, 9
#: Parts of a page that hold no lists of ties.
_OUTSIDE = frozenset({"navigation", "caption", "contact"})
#: A row of members holds little besides their names.
_LITTLE = 24
_LISTED = ("item", "row", "labelled")


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the data file; see there."""
    name: str
    kind: str
    role: str
    other: str
    label: re.Pattern[str] | None
    cell: re.Pattern[str] | None
    head: re.Pattern[str] | None
    says: re.Pattern[str] | None
    under: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    owner: str
    of: str
    whole: bool
    together: bool
    row: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    home: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A block whose organisations are signs; `bare` is what its heading or label says without bullets and remarks.

    `parties` are the organisations that are no part of another word, and not where another one sits.
    """
    number: int
    kind: str
    text: str
    groups: tuple[Group, ...]
    parties: tuple[Mention, ...]
    bare: str
    body: str
    outside: bool


@dataclass(slots=True)
class Row:
    """The parties of one row, where it stands, and the texts that may name its agreement, the nearest first."""
    block: int
    entities: list[int]
    texts: list[str]
    celled: bool = False


@dataclass(slots=True)
class Listed:
    """A list: its rule, the block that introduces it, its rows."""
    rule: Rule
    opener: int
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Team:
    """Firms that won together: where they stand, who they are, the name they go by (None: none)."""
    start: int
    end: int
    members: tuple[int, ...]
    group: int | None


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of the data file."""
    return tuple(_rule(row) for row in words(_FILE)["rules"])


def _rule(row: Mapping[str, object]) -> Rule:
    shared = words(_FILE)["words"]

    def compiled(key: str) -> re.Pattern[str] | None:
        if key not in row:
            return None
        text = str(row[key])
        while _SHARED.search(text):
            text = _SHARED.sub(lambda match: str(shared[match[1]]), text)
        return re.compile(_signs(text))

    return Rule(str(row["name"]), str(row["kind"]), str(row["role"]), str(row.get("other", "party")), compiled("label"), compiled("cell"),
                compiled("head"), compiled("says"), compiled("under"), compiled("unless"), str(row.get("owner", "")), str(row.get("of", "")),
                bool(row.get("whole")), bool(row.get("together")), compiled("row"), compiled("after"),
                str(row.get("home", "")))


@cache
def _signs_in(key: str) -> re.Pattern[str]:
    return re.compile(_signs(pattern(_FILE, key).pattern))


def _signs(text: str) -> str:
    """A pattern with the class of signs for each «§», within a class of its own too."""
    return re.sub(r"(?<=[。、)])§(?=\])", _SIGNS, text).replace("§", f"[{_SIGNS}]")


def kind_named(text: str, table: str = "kinds") -> str | None:
    """The kind that a text names; "" of what is no tie, None where it names none."""
    return next((str(row["kind"]) for row in words(_FILE)[table] if re.search(row["named"], text)), None)


class _Reader:
    def __init__(self, layout: Layout, names: Names) -> None:
        self._layout, self._names = layout, names
        self._lines = [self._line(number) for number in range(len(layout.blocks))]
        self._title = layout.page.norm[:layout.page.head]
        self._often = Counter(m.entity for m in names.mentions)

    def _line(self, number: int) -> Line:
        block = self._layout.blocks[number]
        start = block.sentence.start
        groups = groups_of(self._layout.page, self._names, block.sentence)
        text = signed(self._layout.text(number), [(g.start - start, g.end - start) for g in groups])
        # a label that is itself an organisation is a row
        holds = block.kind == "labelled" and any(g.start < block.body for g in groups)
        body = "" if block.kind != "labelled" or holds else block.label
        bare = _bare(body or text)
        parties = self._parties(groups, block.sentence)
        if not groups and block.kind in _LISTED:
            parties = self._aside(block.sentence)
        return Line(number, block.kind, text, tuple(groups), parties, bare, body, block.zone in _OUTSIDE)

    def _parties(self, groups: Sequence[Group], sentence: Sentence) -> tuple[Mention, ...]:
        found: list[Mention] = []
        norm = self._layout.page.norm
        for group in groups:
            if not pattern(_FILE, "behind").match(unbracketed(norm[group.end:sentence.end])):
                continue
            for m in group.mentions:
                seat = found and pattern(_FILE, "gap").fullmatch(norm[found[-1].end:m.start]) is not None
                if not (seat and self._is(m.entity, "place") and not self._is(found[-1].entity, "place")):
                    found.append(m)
        return tuple(found)

    def _aside(self, sentence: Sentence) -> tuple[Mention, ...]:
        """The organisations of a row that has none but in brackets: «…に関する協定(§)»."""
        norm = self._layout.page.norm
        return tuple(m for m in self._names.between(sentence.start, sentence.end) if m.how == "name"
                     and pattern(_FILE, "behind").match(norm[m.end:sentence.end]))

    # -- what introduces a list -------------------------------------------------------------------------------------

    def lists(self) -> Iterator[Listed]:
        """All lists of the page, each with its rows."""
        for line in self._lines:
            rule = self._rule_of(line)
            if rule is not None:
                found = self._gather(rule, line)
                if found.rows:
                    yield found

    def _rule_of(self, line: Line) -> Rule | None:
        if line.outside:
            return None
        return next((rule for rule in rules() if self._opens(rule, line) and self._fits(rule, line)), None)

    def _opens(self, rule: Rule, line: Line) -> bool:
        if line.kind not in ("title", "heading", "prose") and pattern(_FILE, "dated").match(self._layout.text(line.number)):
            return False
        if rule.cell and any(rule.cell.fullmatch(cell) for cell in self._heads(line)) and self._column(line) is not None:
            return True
        if rule.label and len(line.bare) <= 40:
            if line.body or not line.parties:
                if rule.label.fullmatch(line.bare) or any(rule.label.fullmatch(cell) for cell in self._heads(line)):
                    return True
            elif line.kind != "prose" and (match := rule.label.match(line.bare)) and re.match(rf"[ =:：]*[{_SIGNS}]", line.bare[match.end():]):
                return True
        if rule.head and line.kind != "prose" and (rule.head.search(line.text) or rule.head.search(line.bare)):
            return not line.parties or line.kind in ("title", "heading") or (len(line.text) < 40 and line.kind != "labelled")
        return bool(rule.says and line.kind in ("prose", "heading", "row", "item") and rule.says.search(line.text)
                    and not re.search(f"[{_SIGNS}](?:と|から|より|及び)", line.text))

    def _heads(self, line: Line) -> list[str]:
        """The cells of a line that may head columns."""
        if line.parties or line.kind == "prose":
            return []
        cells = [cell.strip() for cell in pattern(_FILE, "cells").split(self._layout.text(line.number).strip())]
        return cells if len(cells) > 1 and all(len(cell) <= 16 for cell in cells) else []

    def _fits(self, rule: Rule, line: Line) -> bool:
        if rule.after and not any(rule.after.search(self._layout.text(n)) for n in range(line.number + 1, min(line.number + 4, len(self._lines)))):
            return False
        if rule.home and (self._names.publisher is None or not self._is(self._names.publisher, rule.home)):
            return False
        if not rule.under and not rule.unless:
            return True
        above = [self._layout.text(n) for n in self._above(line.number)] + [self._layout.text(line.number)]
        if rule.under and not any(rule.under.search(text) for text in above):
            return False
        near = [*above[-2:]] if rule.name != "counterpart" else above
        return not (rule.unless and any(rule.unless.search(text) for text in near))

    def _above(self, number: int) -> list[int]:
        """The title, and the headings and sentences above a line."""
        titles = [line.number for line in self._lines[:4] if line.kind == "title" or line.number == 0]
        told = [line.number for line in self._lines[:number] if line.kind in ("prose", "heading")]
        return list(dict.fromkeys([n for n in titles if n < number] + told[-3:]))

    # -- its rows ---------------------------------------------------------------------------------------------------

    def _gather(self, rule: Rule, opener: Line) -> Listed:
        found = Listed(rule, opener.number)
        column = self._column(opener)
        names = bool(opener.parties or (opener.groups and rule.kind == "secretariat"))
        labelled = names and bool(opener.body or (rule.label and rule.label.match(opener.bare)))
        if labelled:
            self._take(found, opener, [], None)
            if not opener.text.rstrip().endswith(("、", ",")) and not self._goes_on(opener):
                return found
        above: list[str] = []
        pending: list[str] = []
        named_at, names_before = -9, False
        last = opener.number
        leads: bool | None = None
        by_label = rule.label is not None and self._opens(replace(rule, head=None, says=None), opener)
        crossed = False
        for line in self._lines[opener.number + 1:opener.number + _LONGEST]:
            begun = bool(found.rows)
            if line.number - last > (2 if rule.kind == "secretariat" else _GAP if begun else _AHEAD):
                break
            if line.outside and not line.groups:
                continue
            heads = self._heads(line)
            at = self._column(line)
            if at is not None:
                other = self._rule_of(line)
                if other is not None and other.kind != rule.kind and other.name not in ("counterpart", "winner"):
                    break
                column, last = at, line.number
                continue
            other = self._rule_of(line)
            if other is not None and not (heads and other.kind == rule.kind) and not (rule.whole and other.kind == rule.kind and line.parties) \
                    and not (rule.kind == "membership" and other.name in ("counterpart", "supporter")):
                break
            if (line.kind == "heading" and not line.parties) or (line.kind == "row" and not line.parties and len(line.bare) <= 24):
                if pattern(_FILE, "ends" if line.kind == "heading" else "ends_rows").search(line.bare):
                    break
                if line.kind == "heading" or kind_named(line.bare, "categories"):
                    above = [line.bare]
                    pending = []
                    crossed = begun
                    last = line.number if not begun else last
                    continue
            if line.kind in ("prose", "heading"):
                if pattern(_FILE, "remark").search(line.text):
                    continue
                if not self._names_only(line) and not self._item(line):
                    if begun or line.parties:
                        break
                    continue
            if not line.parties:
                if pattern(_FILE, "name_label").fullmatch(line.bare) or pattern(_FILE, "names_tie").search(line.text):
                    text = self._layout.text(line.number)
                    if begun and not names_before and line.number <= last + 2:
                        found.rows[-1].texts.insert(0, text)
                    else:
                        pending, named_at = [text], line.number
                continue
            if line.body and pattern(_FILE, "no_label").fullmatch(line.bare):
                if labelled:
                    break
                continue
            if begun and line.body and by_label and not rule.whole and column is None and not self._lines[found.rows[0].block].body:
                break
            if crossed and by_label and column is None and leads is not None and leads != self._leads(line):
                break
            if begun and self._wraps(found, line):
                found.rows[-1].entities += [m.entity for m in line.parties if m.entity not in found.rows[-1].entities]
                last = line.number
                continue
            if named_at < line.number - 2:
                pending = []
            if self._take(found, line, [*pending, *above], column):
                names_before = names_before or (not begun and bool(pending))
                last = line.number
                leads = self._leads(line) if leads is None else leads
                crossed = False
            elif labelled:
                break
        return found

    def _wraps(self, found: Listed, line: Line) -> bool:
        """Whether a line goes on with the names of the row above it."""
        above = self._lines[line.number - 1]
        return line.number - 1 >= found.rows[-1].block and bool(above.parties) and not line.body and self._names_only(line) \
            and above.text.rstrip().endswith(("、", ",", "・"))

    def _goes_on(self, opener: Line) -> bool:
        """Whether the names behind a label go on in lines of their own."""
        following = self._lines[opener.number + 1] if opener.number + 1 < len(self._lines) else None
        return following is not None and following.kind in ("row", "item") and bool(following.groups) and self._names_only(following)

    def _item(self, line: Line) -> bool:
        """Whether a sentence is an item that begins with an organisation."""
        return line.kind == "prose" and pattern(_FILE, "bullet").match(line.text) is not None and self._leads(line) \
            and not _signs_in("sentence").search(line.text)

    @staticmethod
    def _leads(line: Line) -> bool:
        """Whether a row begins with an organisation."""
        return re.match(rf"[{_SIGNS}]", _bare(line.text)) is not None

    def _names_only(self, line: Line) -> bool:
        rest = re.sub(rf"\([^()]*\)|[{_SIGNS}\s、。・:：|/0-9,=]", "", line.text)
        return bool(line.parties) and len(rest) <= 10 and not _signs_in("sentence").search(line.text) \
            and re.search(f"[{_SIGNS}][のもや]", line.text) is None

    def _column(self, line: Line) -> tuple[int, ...] | None:
        """The columns that hold names, as the head of a table tells; None where a line is no such head."""
        found = tuple(n for n, cell in enumerate(self._heads(line)) if pattern(_FILE, "column").fullmatch(cell))
        return found or None

    def _take(self, found: Listed, line: Line, above: Sequence[str], column: tuple[int, ...] | None) -> bool:
        """Add the parties of a line to a list; False where it holds none."""
        if pattern(_FILE, "no_row").search(line.text) or _signs_in("sentence").search(line.text):
            return False
        if column is None and pattern(_FILE, "people").search(line.text):
            return False
        rule, zone = found.rule, self._layout.blocks[line.number].zone
        if (zone == "profile" and rule.kind not in ("investment", "membership")) or self._layout.text(line.number).strip() in self._title:
            return False
        if rule.row and not rule.row.search(line.text) and column is None:
            return False
        mentions = self._cell(line, column) or list(line.parties)
        if column is not None and rule.kind == "agreement" and self._names.publisher is None and len(line.parties) > len(mentions):
            mentions = list(line.parties)
        if column is None and not rule.whole and self._names.publisher is not None and mentions and line.number != found.opener:
            first = next((g for g in line.groups if mentions[0] in g.mentions), None)
            mentions = [m for m in mentions if first is None or m in first.mentions]
        if rule.kind == "secretariat" and line.number == found.opener:
            mentions = [m for g in line.groups for m in g.mentions][-1:]
        entities = list(dict.fromkeys(m.entity for m in mentions if not found.rule.of or self._is(m.entity, found.rule.of)))
        if not entities:
            return False
        if found.rule.whole and found.rule.kind != "investment":
            rest = re.sub(rf"\([^()]*\)|[{_SIGNS}\s、。・:：|/0-9,=〃]", "", line.text)
            if len(rest) - len(line.body) > _LITTLE:
                return False
        found.rows.append(Row(line.number, entities, [self._layout.text(line.number), *above], column is not None))
        return True

    def _cell(self, line: Line, columns: tuple[int, ...] | None) -> list[Mention]:
        """The organisations in some columns of a row."""
        if columns is None:
            return []
        start = self._layout.blocks[line.number].sentence.start
        text = self._layout.text(line.number)
        lead = len(text) - len(text.lstrip())
        cuts = [(m.start(), m.end()) for m in pattern(_FILE, "cells").finditer(text) if m.start() >= lead]
        spans = list(zip([0, *(end for _, end in cuts)], [*(begin for begin, _ in cuts), len(text)], strict=True))
        wanted = [spans[n] for n in columns if n < len(spans)]
        return [m for g in line.groups for m in g.mentions if any(low <= m.start - start < high for low, high in wanted)]

    # -- its ties ---------------------------------------------------------------------------------------------------

    def told(self) -> list[Told]:
        """The ties of all lists, each once."""
        lists = list(self.lists())
        teams = list(self.teams())
        for one in lists:
            one.rows = [row for row in one.rows if not any(team.start <= row.block <= team.end for team in teams)]
        lists = [one for one in lists if one.rows]
        told: dict[tuple[str, frozenset[int]], Told] = {}
        winners = {tie.block: tie for one in lists if one.rule.kind in ("award", "designated_manager") for tie in self._ties(one, lists)}
        for team in teams:
            for tie in self._team_ties(team, winners):
                told.setdefault((tie.kind, tie.entities), tie)
        for one in lists:
            before = [tie for block, tie in winners.items() if 0 < one.opener - block <= _AHEAD and tie.kind == "pfi"]
            if one.rule.name == "investors" and before:
                found = [e for row in one.rows for e in row.entities if e not in before[-1].entities]
                tie = Told("pfi", (*before[-1].parties, *((e, "founder") for e in dict.fromkeys(found))), "rows:team", before[-1].block)
                told.setdefault((tie.kind, tie.entities), tie)
                one.rows = []
        lists = [one for one in lists if one.rows]
        gone = {winners[tie.block] for tie in told.values() if tie.kind == "pfi" and tie.block in winners}
        for one in lists:
            for tie in self._ties(one, lists):
                if len(tie.entities) > 1 and tie not in gone:
                    told.setdefault((tie.kind, tie.entities), tie)
        used = {row.block for one in lists for row in one.rows}
        for tie in (*self._records(used), *self._chronicle()):
            if len(tie.entities) > 1:
                told.setdefault((tie.kind, tie.entities), tie)
        return _united(list(told.values()))

    def teams(self) -> Iterator[Team]:
        """Firms under «代表企業» and «構成企業»."""
        number = 0
        while number < len(self._lines):
            line = self._lines[number]
            if not self._leading(line):
                number += 1
                continue
            end, members = number, [m.entity for m in line.parties]
            for other in self._lines[number + 1:number + 24]:
                fits = other.parties and (pattern(_FILE, "group_label").match(other.bare) or (not other.body and other.kind in ("row", "item")
                                          and self._names_only(other))) and not pattern(_FILE, "lead_label").match(other.bare)
                if fits and not _signs_in("sentence").search(other.text):
                    end, members = other.number, [*members, *(m.entity for m in other.parties)]
                elif other.parties or other.kind in ("heading", "prose") or other.number - end > 3:
                    break
            group = self._group(number, set(members))
            if len(set(members)) > 1 or group is not None:
                yield Team(number, end, tuple(dict.fromkeys(members)), group)
            number = end + 1

    def _leading(self, line: Line) -> bool:
        if not line.parties or line.outside or line.kind == "prose":
            return False
        if pattern(_FILE, "lead_label").match(line.bare):
            return True
        if pattern(_FILE, "group_label").fullmatch(line.bare) is None:
            return False
        near = [e for other in self._lines[max(0, line.number - 3):line.number] for g in other.groups for e in g.entities]
        return any(self._is(e, "team") for e in near) or (bool(near) and self._award_of(line.number)["kind"] == "pfi")

    def _group(self, number: int, members: set[int]) -> int | None:
        """The group of firms named last above a line, if it is near or stands in the title."""
        near = [e for line in reversed(self._lines[max(0, number - 7):number]) for g in line.groups for e in reversed(g.entities)]
        title = [e for line in self._lines[:2] if line.kind == "title" for g in line.groups for e in g.entities]
        return next((e for e in (*near, *title) if self._is(e, "team") and e not in members), None)

    def _team_ties(self, team: Team, winners: Mapping[int, Told]) -> Iterator[Told]:
        name = "rows:team"
        members = [e for e in team.members if e != team.group]
        if team.group is not None:
            yield Told("membership", (*((e, "member") for e in members), (team.group, "collective")), name, team.start)
            return
        row = self._award_of(team.start)
        owners = self._public(team.start, set(members))
        if not owners:
            return
        before = [tie for block, tie in winners.items() if team.start - 5 <= block < team.start]
        if row["kind"] == "pfi" and before:
            yield Told("pfi", (*before[-1].parties, *((e, "founder") for e in members if e not in before[-1].entities)), name, before[-1].block)
        elif row["kind"] in ("pfi", "designated_manager", "outsourcing"):
            yield Told(row["kind"], (*((e, row["role"]) for e in members), (owners[0], row["other"])), name, team.start)
        else:
            for e in members:
                yield Told(row["kind"], ((e, row["role"]), (owners[0], row["other"])), name, team.start)

    def _public(self, number: int, taken: set[int]) -> list[int]:
        """The public body whose matter stands at a line: the publisher, else the one named most."""
        home = self._names.publisher
        found = [*([home] if home is not None else []), *(e for e, _ in self._often.most_common())]
        return [e for e in found if e not in taken and self._is(e, "public")][:1]

    def _records(self, used: set[int]) -> Iterator[Told]:
        """Names under the name of their agreement, which stands in a line of its own."""
        home = self._names.publisher
        for line in self._lines:
            name = pattern(_FILE, "record_name").match(line.text.strip())
            if home is not None and name and not line.groups and line.parties and line.number not in used and not line.outside:
                parties = [m.entity for m in line.parties if m.entity != home]
                kind = kind_named(name[0])
                if kind in SYMMETRIC and parties:
                    yield Told(kind, tuple((e, "party") for e in dict.fromkeys((home, *parties))), "rows:aside", line.number)
        for above, line in zip(self._lines, self._lines[1:], strict=False):
            if above.parties or above.outside or above.kind in ("title", "prose") or line.number in used or line.kind in ("title", "prose"):
                continue
            if home is None or not pattern(_FILE, "record_name").fullmatch(self._layout.text(above.number).strip()) or not self._names_only(line):
                continue
            kind = kind_named(self._layout.text(above.number))
            parties = [m.entity for m in line.parties if m.entity != home]
            if kind in SYMMETRIC and parties and not (line.body and pattern(_FILE, "no_label").fullmatch(line.bare)):
                yield Told(kind, tuple((e, "party") for e in dict.fromkeys((home, *parties))), "rows:record", line.number)

    def _chronicle(self) -> Iterator[Told]:
        """Rows that tell events themselves: «2019年6月 §と業務提携», «§と§が協定を締結»."""
        home = self._names.publisher
        title = [e for line in self._lines[:2] if line.kind == "title" for g in line.groups for e in g.entities]
        mine = home if home is not None else title[0] if title else None
        for line in self._lines:
            if not line.groups or line.outside or not self._tells(line):
                continue
            last = line.groups[-1]
            if len(last.entities) > 1 and re.search(chr(_FIRST_SIGN + len(line.groups) - 1) + str(words(_FILE)["among_them"]), line.text):
                kind = kind_named(line.text)
                if kind in SYMMETRIC:
                    yield Told(kind, tuple((e, "party") for e in last.entities), "rows:among", line.number)
            elif mine is not None:
                yield from self._events(line, mine)

    def _tells(self, line: Line) -> bool:
        """Whether a line can be a row that tells an event: a row or a dated line among others, no repeated title, no second half."""
        text = self._layout.text(line.number)
        if line.kind == "title" or (line.body and pattern(_FILE, "no_label").fullmatch(line.bare)):
            return False
        if line.number and self._layout.text(line.number - 1).rstrip().endswith("、"):
            return False
        if not self._dated(line):
            return line.kind in _LISTED and line.number > 1 and text.strip() not in self._title
        return line.kind != "prose" or (pattern(_FILE, "apart").match(text) is not None and any(self._dated(x) for x in self._near(line.number)))

    def _events(self, line: Line, mine: int) -> Iterator[Told]:
        """The ties of one's own that a row tells with the one group of others that it names."""
        apart = [n for n, g in enumerate(line.groups) if set(g.entities) != {mine}]
        if len(apart) != 1 or mine in line.groups[apart[0]].entities or pattern(_FILE, "no_event").search(line.text):
            return
        others = line.groups[apart[0]].entities
        own = chr(_FIRST_SIGN + apart[0])
        text = re.sub(f"(?!{own})[{_SIGNS}]", "", line.text)
        row = next((row for row in words(_FILE)["events"] if re.search(_signs(str(row["pattern"])), text)), None)
        if row is None:
            return
        kind = (kind_named(line.text) or "") if row["kind"] == "agreement" else str(row["kind"])
        if kind in SYMMETRIC:
            for some in [[e] for e in others] if pattern(_FILE, "each").search(line.text) else [others]:
                yield Told(kind, tuple((e, "party") for e in (mine, *some)), "rows:chronicle", line.number)
        elif row["kind"] != "agreement":
            for some in [others] if pattern(_FILE, "as_one").search(line.text) else [[e] for e in others]:
                yield Told(kind, (*((e, str(row["role"])) for e in some), (mine, str(row["other"]))), "rows:chronicle", line.number)

    def _dated(self, line: Line) -> bool:
        return pattern(_FILE, "dated").match(self._layout.text(line.number)) is not None

    def _near(self, number: int) -> list[Line]:
        """The two lines above a line and the two below."""
        return [line for line in self._lines[max(0, number - 2):number + 3] if line.number != number]

    def _ties(self, one: Listed, lists: Sequence[Listed]) -> Iterator[Told]:
        rule, name = one.rule, f"rows:{one.rule.name}"
        taken = {e for row in one.rows for e in row.entities}
        if rule.kind == "agreement" and rule.together:
            yield from self._joint(one, taken)
            return
        role, other, fixed = rule.role, rule.other, rule.kind
        wanted = rule.owner
        if fixed == "award":
            row = self._award(one)
            fixed, role, other = row["kind"], row["role"], row["other"]
            wanted = "public"
        if fixed == "agreement" and self._complete(one):
            for row_ in one.rows:
                kind = self._kind(one, row_)
                if kind in SYMMETRIC and len(row_.entities) > 1:
                    yield Told(kind, tuple((e, "party") for e in row_.entities), name, row_.block)
            return
        owners = self._partner(one, lists, fixed, role) or self._owner(one, taken, wanted) \
            or (self._owner(one, taken, "") if rule.kind == "award" and fixed == "outsourcing" else [])
        if not owners:
            return
        if rule.whole:
            members = [e for e in dict.fromkeys(e for row in one.rows for e in row.entities) if e not in owners]
            if rule.kind == "investment" and len(one.rows) > 1 and all(re.search(r"[0-9元]年", row.texts[0]) for row in one.rows):
                for row_ in one.rows:
                    yield Told(fixed, (*((e, role) for e in row_.entities if e not in owners), (owners[0], other)), name, row_.block)
                return
            if members:
                yield Told(fixed, (*((e, role) for e in members), (owners[0], other)), name, one.rows[0].block)
            if members and rule.kind == "investment" and pattern(_FILE, "founded").search(self._title):
                yield Told("founding", (*((e, "founder") for e in members), (owners[0], "collective")), "rows:founded", one.rows[0].block)
            return
        if fixed == "agreement" and self._is_joint(one):
            parties = [e for e in dict.fromkeys(e for row in one.rows for e in row.entities) if e not in owners]
            kind = self._kind(one, one.rows[0])
            if kind in SYMMETRIC:
                yield Told(kind, tuple((e, "party") for e in (owners[0], *parties)), name, one.rows[0].block)
            return
        for row_ in one.rows:
            parties = [e for e in row_.entities if e not in owners]
            kind = self._kind(one, row_) if fixed == "agreement" else fixed
            if not parties or not kind:
                continue
            if kind in SYMMETRIC and len(parties) > 1 and row_.block != one.opener and not row_.celled and not re.search(r"[0-9元]", row_.texts[0]):
                for party in parties:
                    yield from self._row_ties(kind, [party], owners, (role, other), name, row_.block)
                continue
            yield from self._row_ties(kind, parties, owners, (role, other), name, row_.block)

    def _row_ties(self, kind: str, parties: Sequence[int], owners: Sequence[int], roles: tuple[str, str], name: str, block: int) -> Iterator[Told]:
        if kind in SYMMETRIC:
            yield Told(kind, (*((e, "party") for e in owners[:1]), *((e, "party") for e in parties)), name, block)
        elif kind == "secondment" and roles[0] == "party":
            public = [e for e in (*owners, *parties) if self._names.entities[e].public]
            private = [e for e in (*owners, *parties) if not self._names.entities[e].public]
            for sender in private:
                for receiver in public[:1]:
                    yield Told(kind, ((sender, "sender"), (receiver, "receiver")), name, block)
        elif kind in ("designated_manager", "pfi") or roles[0] == "contractor":
            yield Told(kind, (*((e, roles[1]) for e in owners), *((e, roles[0]) for e in parties)), name, block)
        else:
            for owner in owners:
                for party in parties:
                    yield Told(kind, ((party, roles[0]), (owner, roles[1])), name, block)

    def _complete(self, one: Listed) -> bool:
        """Whether the rows of a list name all parties themselves: nobody speaks, and most rows name several."""
        several = sum(len(row.entities) > 1 for row in one.rows)
        home = self._names.publisher
        inside = home is not None and sum(home in row.entities for row in one.rows) > len(one.rows) / 2
        return several > len(one.rows) / 2 and (home is None or inside) and one.rows[0].block != one.opener

    def _joint(self, one: Listed, taken: set[int]) -> Iterator[Told]:
        entities = list(dict.fromkeys(e for row in one.rows for e in row.entities))
        if len(entities) < 2:
            entities = [*(e for e in self._owner(one, taken, "") if e not in entities), *entities]
        kind = self._kind(one, one.rows[0])
        if kind and kind in SYMMETRIC:
            yield Told(kind, tuple((e, "party") for e in entities), f"rows:{one.rule.name}", one.rows[0].block)

    def _kind(self, one: Listed, row: Row) -> str:
        """The kind of an agreement: what the row names, else what stands above it, else the list's own."""
        for text in row.texts[:2]:
            if pattern(_FILE, "names_tie").search(text):
                kind = kind_named(text)
                if kind is not None and (kind != "partnership" or pattern(_FILE, "own_name").search(text)):
                    return kind
        for text in row.texts[1:]:
            kind = kind_named(text, "categories")
            if kind is not None:
                return kind
        if row.block == one.opener:
            beside = sorted((n for n in range(row.block - 4, row.block + 5) if 0 <= n < len(self._lines)), key=lambda n: abs(n - row.block))
            for n in beside:
                if self._lines[n].kind in _LISTED and not self._lines[n].parties and pattern(_FILE, "names_tie").search(self._layout.text(n)):
                    kind = kind_named(self._layout.text(n))
                    if kind and kind != "partnership":
                        return kind
        for n in (one.opener, one.opener - 1):
            text = self._layout.text(n) if n >= 0 else ""
            if kind_named(text) == "partnership" and pattern(_FILE, "own_name").search(text):
                return "partnership"
        headed = [n for n in self._above(one.opener) if self._lines[n].kind != "prose" or n < 2]
        said = (kind_named(self._layout.text(n)) for n in (one.opener, *([one.opener - 1] if one.opener else []), *reversed(headed))
                if pattern(_FILE, "names_tie").search(self._layout.text(n)))
        return next((kind for kind in said if kind is not None and kind != "partnership"), "partnership")

    def _is_joint(self, one: Listed) -> bool:
        """Whether the words about a list say that all of it signed together."""
        if len(one.rows) > 1 and any(re.search(r"[0-9元]年|[0-9]\.[0-9]", row.texts[0]) for row in one.rows):
            return False
        held = {row.block for row in one.rows}
        near = [n for n in range(max(0, one.opener - 3), min(len(self._lines), one.rows[-1].block + 2)) if n not in held]
        return len(one.rows) < 20 and any(pattern(_FILE, "joint").search(self._layout.text(n)) for n in (*near, *self._above(one.opener)))

    def _award(self, one: Listed) -> Mapping[str, str]:
        return self._award_of(one.opener)

    def _award_of(self, number: int) -> Mapping[str, str]:
        """The kind and the roles of what was put out, as a line or those above it tell."""
        near = [n for n in range(number - 1, max(-1, number - 7), -1) if not self._lines[n].parties and self._lines[n].kind != "prose"]
        rows: Sequence[Mapping[str, str]] = words(_FILE)["awards"]
        if any(re.search(rows[0]["named"], self._layout.text(n)) for n in self._above(number)):
            return rows[0]
        for n in (number, *near, *reversed(self._above(number))):
            for row in rows:
                if re.search(row["named"], self._layout.text(n)):
                    return row
        return rows[-1]

    def _partner(self, one: Listed, lists: Sequence[Listed], kind: str, role: str) -> list[int]:
        """Those of the other role whom a list beside this one names."""
        sides = {other.rule.name for other in lists}
        pairs = {"winner": "client", "client": "winner", "donor": "recipient", "recipient": "donor", "sender": "receiver", "receiver": "sender",
                 "supporter": "supported", "supported": "supporter"}
        wanted = pairs.get(one.rule.name, "")
        if wanted not in sides:
            return []
        near = min((other for other in lists if other.rule.name == wanted), key=lambda other: abs(other.opener - one.opener))
        return list(dict.fromkeys(e for row in near.rows for e in row.entities)) if abs(near.opener - one.opener) <= _AHEAD else []

    def _owner(self, one: Listed, taken: set[int], wanted: str) -> list[int]:
        """Whom the rows of a list are tied with: whom its opener is about, the publisher, else whom the page names most."""
        opener = self._lines[one.opener]
        labelled = one.rows[0].block == one.opener
        home = self._names.publisher
        named = [] if labelled else [e for g in opener.groups for e in g.entities if e not in taken]
        subject = [] if labelled else [e for g in opener.groups if g.case == "subject" for e in g.entities if e not in taken]
        if wanted in ("group", "firm"):
            before = [m.entity for m in self._names.mentions if m.start < self._layout.blocks[one.rows[0].block].sentence.start]
            title = [e for line in self._lines[:2] if line.kind == "title" for g in line.groups for e in g.entities]
            strong = "collective" if wanted == "group" else "firm"
            for some in (named, title, [home] if home is not None else [], list(reversed(before))):
                for e in some:
                    if e not in taken and self._is(e, strong):
                        return [e]
            for some in (named, [home] if home is not None else []):
                for e in some:
                    if e not in taken and self._is(e, wanted):
                        return [e]
            return []
        often = [e for e, _ in self._often.most_common()]
        public = [e for e in often if self._is(e, "place")][:1]
        if home is not None and one.rule.kind == "agreement" and public and self._is(home, "trader") and public[0] not in taken \
                and self._often[public[0]] >= self._often[home] and sum(not self._is(e, "public") for e in taken) > len(taken) / 2:
            home = public[0]
        if home is not None and home in taken and len(one.rows) > 1 and not wanted:
            above = [m.entity for m in self._names.mentions if m.start < self._layout.blocks[one.opener].sentence.start]
            told = [e for e in reversed(above) if e not in taken and self._is(e, "place")]
            home = told[0] if told else home
        title = [e for line in self._lines[:2] for g in line.groups for e in g.entities]
        firm = [e for e in often if not self._is(e, "loose")]
        first = [e for e in firm if wanted or e == self._names.mentions[0].entity]
        for some in (subject, [home] if home is not None else [], named, title, first):
            for e in some:
                if e not in taken and (not wanted or self._is(e, wanted)):
                    return [e]
            if home is not None and some == [home] and home in taken:
                return [home]
        return []

    def _is(self, number: int, wanted: str) -> bool:
        entity: Entity = self._names.entities[number]
        if wanted in ("public", "private"):
            return entity.public == (wanted == "public")
        return entity.type in words(_FILE)["classes"][wanted]


def _bare(text: str) -> str:
    """What a heading or label says, without bullets, brackets and remarks."""
    while True:
        shorter = pattern(_FILE, "noise").sub("", text)
        if shorter == text:
            return text
        text = shorter


def _united(told: Sequence[Told]) -> list[Told]:
    """Ties, the lists of one collective's members as one."""
    found: list[Told] = []
    for tie in told:
        same = next((n for n, one in enumerate(found) if tie.kind == "membership" and tie.parties[-1][1] == "collective" and tie.phrase != "rows:team"
                     and one.kind == tie.kind and one.phrase != "rows:team" and one.parties[-1] == tie.parties[-1]), None)
        if same is None:
            found.append(tie)
        else:
            one = found[same]
            found[same] = Told(one.kind, (*dict.fromkeys((*one.parties[:-1], *tie.parties[:-1])), one.parties[-1]), one.phrase, one.block)
    return found


def row_ties(layout: Layout, names: Names) -> list[Told]:
    """The ties that lists, tables and labelled lines tell, in the order of the page."""
    return _Reader(layout, names).told()
