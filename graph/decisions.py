"""What people have decided, against which no rule holds: decisions.csv, its checks and its effect.

A row is `decision,subject,object,who,when,why` (further columns are for the eye alone):

    merge        subject and object are one organisation
    keep_apart   they are not, whatever their names
    alias        object is another name of the organisation subject
    type         subject is of the type object
    drop         the statement, or all that the document subject says, counts for nothing

An organisation is an id (`org:…`, present or former) or a name with which an id goes: a code's, a ministry's, a name
with its legal form. An alias holds for all spellings of one key (graph.names).
"""
from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO

from graph.names import NameKey, name_key
from graph.reference.bodies import registered_name
from nlp.model import ORGANIZATION_TYPES, Extraction, bounds

COLUMNS = ("decision", "subject", "object", "who", "when", "why", "subject_name", "object_name")
_WANTED = COLUMNS[:6]
KINDS = ("merge", "keep_apart", "alias", "type", "drop")
_ID = re.compile(r"org:(?:code:[0-9]{6}|number:[0-9]{13}|state:.+|(?:name|unresolved):[0-9a-f]{20})")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; `when` is an ISO day, `line` the row's in its file (0: in none yet)."""
    kind: str
    subject: str
    object: str
    who: str
    when: str
    why: str
    subject_name: str = ""
    object_name: str = ""
    file: str = "decisions.csv"
    line: int = 0

    @property
    def place(self) -> str:
        """Where it stands, as errors name it."""
        return f"{self.file}, line {self.line}" if self.line else f"the new {self.kind}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision (by file and line) that has no effect, and why."""
    item: str
    reason: str


def read(text: str, file: str = "decisions.csv") -> tuple[Decision, ...]:
    """The decisions of a file, in its order. Raises ValueError that names every faulty line and what is wrong with it."""
    rows = csv.reader(StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        (_, first), *numbered = [(rows.line_num, row) for row in rows] or [(0, [])]
    except csv.Error as error:
        raise ValueError(f"{file}, line {rows.line_num}: this is no CSV; is a quotation mark not closed? ({error})") from error
    header = [name.strip() for name in first]
    if not header:
        return ()
    missing = [name for name in _WANTED if name not in header]
    if missing:
        raise ValueError(f"{file}, line 1: the header has no {', '.join(missing)}; it begins {','.join(_WANTED)}")
    found, wrong = [], []
    for number, row in numbered:
        if not any(cell.strip() for cell in row):
            continue
        told = dict.fromkeys(_WANTED, "") | {name: cell.strip() for name, cell in zip(header, row, strict=False)}
        one = Decision(told["decision"], told["subject"], told["object"], told["who"], told["when"], told["why"],
                       told.get("subject_name", ""), told.get("object_name", ""), file, number)
        wrong += [f"{one.place}: {reason}" for reason in _faults(one)]
        found.append(one)
    if wrong:
        raise ValueError("\n".join(wrong))
    return tuple(found)


def written(decisions: Iterable[Decision]) -> str:
    """The lines of decisions as they stand in the file, without its header."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        (d.kind, d.subject, d.object, d.who, d.when, d.why, d.subject_name, d.object_name) for d in decisions)
    return out.getvalue()


def _faults(one: Decision) -> list[str]:
    wrong = []
    if one.kind not in KINDS:
        return [f"«{one.kind}» is no decision; there are {', '.join(KINDS)}"]
    if not one.subject:
        wrong.append("the subject is missing")
    if one.subject.startswith("org:") and not _ID.fullmatch(one.subject):
        wrong.append(f"«{one.subject}» is no id of an organisation")
    if one.kind == "type" and one.object not in ORGANIZATION_TYPES:
        wrong.append(f"«{one.object}» is no type; there are {', '.join(ORGANIZATION_TYPES)}")
    elif one.kind in {"merge", "keep_apart", "alias"} and not one.object:
        wrong.append("the object is missing")
    if one.kind in {"merge", "keep_apart"}:
        if one.object.startswith("org:") and not _ID.fullmatch(one.object):
            wrong.append(f"«{one.object}» is no id of an organisation")
        if one.subject and one.subject == one.object:
            wrong.append("subject and object are the same")
    if not one.who:
        wrong.append("who decided is missing")
    if not one.why:
        wrong.append("why is missing")
    if not _is_day(one.when):
        wrong.append(f"when is «{one.when}»; write a day like 2026-04-01")
    return wrong


def _is_day(when: str) -> bool:
    try:
        return bounds(when, "day")[0] == when
    except ValueError:
        return False


@dataclass(frozen=True)
class Decisions:
    """The decisions of a file, every organisation in them by id (`meant` turns a name into one)."""
    every: tuple[Decision, ...] = ()
    merges: tuple[Decision, ...] = ()
    apart: Mapping[frozenset[str], Decision] = field(default_factory=dict)
    #: A name's key → what says whose alias it is: the decision's subject.
    aliases: Mapping[NameKey, Decision] = field(default_factory=dict)
    types: tuple[Decision, ...] = ()
    dropped: frozenset[str] = frozenset()

    @classmethod
    def of(cls, every: Sequence[Decision], meant: Callable[[str], str]) -> Decisions:
        """`meant` gives the id of a name. Raises ValueError that names each line whose name may mean several (for which
        `meant` raises it) and each pair of lines that contradict each other."""
        plain = _by_id(every, meant)
        merges = tuple(d for d in plain if d.kind == "merge")
        aliases = [d for d in plain if d.kind == "alias"]
        apart = {frozenset((d.subject, d.object)): d for d in reversed(plain) if d.kind == "keep_apart"}
        joined = [*merges, *_by_id([replace(d, kind="merge") for d in aliases], _or_itself(meant))]
        wrong = [*_apart_and_merged(joined, apart),
                 *_twice(merges, aliases, _alias_key, lambda d: d.subject, "is an alias of two organisations"),
                 *_twice(merges, [d for d in plain if d.kind == "type"], lambda d: d.subject, lambda d: d.object,
                         "has two types")]
        if wrong:
            raise ValueError("decisions that contradict each other; keep one of each pair:\n" + "\n".join(wrong))
        return cls(tuple(every), merges, apart,
                   {_alias_key(d): d for d in reversed(aliases)},
                   tuple(d for d in plain if d.kind == "type"), frozenset(d.subject for d in plain if d.kind == "drop"))

    def kept(self, extractions: Iterable[Extraction]) -> list[Extraction]:
        """The extractions without what was dropped: single statements, or all that a document says."""
        if not self.dropped:
            return list(extractions)
        return [self._kept(extraction) for extraction in extractions]

    def _kept(self, extraction: Extraction) -> Extraction:
        if extraction.document.id in self.dropped:
            return replace(extraction, statements=(), claims=(), persons=(), collectives=())
        kept = tuple(s for s in extraction.statements if s.id not in self.dropped)
        return extraction if len(kept) == len(extraction.statements) else replace(extraction, statements=kept)


def _by_id(every: Iterable[Decision], meant: Callable[[str], str]) -> list[Decision]:
    """Decisions with the organisations in them by id."""
    found, wrong = [], []
    for one in every:
        try:
            found.append(replace(one, subject=_meant(one.subject, meant) if one.kind != "drop" else one.subject,
                                 object=_meant(one.object, meant) if one.kind in {"merge", "keep_apart"} else one.object))
        except ValueError as error:
            wrong.append(f"{one.place}: {error}")
    if wrong:
        raise ValueError("\n".join(wrong))
    return found


def _meant(one: str, meant: Callable[[str], str]) -> str:
    return one if one.startswith("org:") else meant(one)


def _or_itself(meant: Callable[[str], str]) -> Callable[[str], str]:
    """What a name means, for names that may mean several too: an alias says which."""
    def found(name: str) -> str:
        try:
            return meant(name)
        except ValueError:
            return name
    return found


def _alias_key(alias: Decision) -> NameKey:
    return name_key(registered_name(alias.object))


def _apart_and_merged(merges: Sequence[Decision], apart: Mapping[frozenset[str], Decision]) -> list[str]:
    clusters = Clusters()
    for merge in merges:
        clusters.join(merge.subject, merge.object, merge)
    return [f"{d.place} keeps {d.subject} and {d.object} apart, "
            f"and by {' and '.join(m.place for m in clusters.reasons(d.subject))} they are one"
            for pair, d in sorted(apart.items(), key=lambda item: item[1].line)
            if len(pair) == 2 and clusters.together(*sorted(pair))]


def _twice(merges: Sequence[Decision], decisions: Sequence[Decision], what: Callable[[Decision], str | NameKey],
           says: Callable[[Decision], str], wrong: str) -> list[str]:
    clusters = Clusters()
    for merge in merges:
        clusters.join(merge.subject, merge.object, merge)
    seen: dict[str | NameKey, Decision] = {}
    found = []
    for one in decisions:
        told = what(one)
        before = seen.setdefault(clusters.root(told) if isinstance(told, str) else told, one)
        if clusters.root(says(before)) != clusters.root(says(one)):
            found.append(f"{before.place} and {one.place}: «{one.object if 'alias' in wrong else one.subject}» {wrong}")
    return found


class Clusters:
    """Ids that decisions have made one, and by which decisions."""

    def __init__(self) -> None:
        self._root: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._reasons: dict[str, list[Decision]] = {}

    def root(self, one: str) -> str:
        """The id that stands for the cluster, its smallest."""
        return self._root.get(one, one)

    def beside(self, one: str) -> set[str]:
        """All ids of an id's cluster, itself included."""
        return self._members.get(self.root(one), {one})

    def together(self, one: str, other: str) -> bool:
        """Whether two ids are one."""
        return self.root(one) == self.root(other)

    def join(self, one: str, other: str, reason: Decision) -> None:
        """Make two ids one."""
        first, second = sorted((self.root(one), self.root(other)))
        reasons = [*self._reasons.pop(first, []), *(self._reasons.pop(second, []) if second != first else []), reason]
        members = {*self.beside(first), *self.beside(second)}
        self._members.pop(second, None)
        self._members[first] = members
        self._root.update(dict.fromkeys(members, first))
        self._reasons[first] = reasons

    def reasons(self, one: str) -> list[Decision]:
        """The decisions that made an id's cluster, by line."""
        return sorted(self._reasons.get(self.root(one), []), key=lambda d: d.line)

    def members(self) -> dict[str, set[str]]:
        """Root → ids, of all that were joined."""
        return self._members
