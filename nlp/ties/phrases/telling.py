"""A page while its phrases are read: the blocks in order, with the ties told so far."""
from __future__ import annotations

import re
from collections.abc import Collection

from nlp.blocks import Layout
from nlp.model import TIE_KINDS
from nlp.names.entities import Names
from nlp.patterns import pattern
from nlp.ties.clauses import Group, in_brackets
from nlp.ties.phrases.above import fits, nearest_texts
from nlp.ties.phrases.entries import Phrase, held, is_denied
from nlp.ties.phrases.headings import Headed, headed
from nlp.ties.phrases.home import home_of
from nlp.ties.phrases.lists import listed
from nlp.ties.phrases.named_kinds import NAMED, kind_of
from nlp.ties.phrases.place import Place, Signed, Topic
from nlp.ties.phrases.sides import sides_of, ties_of
from nlp.ties.phrases.strung import strung
from nlp.ties.phrases.subjects import subject_of
from nlp.ties.signs import SIGNS, signed
from nlp.ties.told import Told
from nlp.ties.view import View

#: Kinds that tell of those who stand by at a tie of others.
_STOOD_BY = frozenset({"brokerage", "support", "secretariat"})
#: Kinds of ties that a group of firms has, not those who lead it.
_AWARDED = frozenset({"outsourcing", "pfi", "designated_manager"})
#: What a phrase told: its file and where the words that it reads end; or itself, and 0.
Claim = tuple[str, int]
#: Sentences longer than this are read up to here.
_LONGEST = 600


def told_ties(layout: Layout, names: Names) -> list[Told]:
    """The ties that phrases tell on a page, in the order of its sentences."""
    telling = Telling(View(layout, names, "phrases"))
    telling.read()
    return telling.told


class Telling:
    """A page while its phrases are read: whom the text is about, and the ties `told` so far."""

    def __init__(self, view: View) -> None:
        self.told: list[Told] = []
        self._view = view
        self._home = home_of(view)
        self._headed = Headed()
        self._topics = [Topic()]
        #: Kinds → the block behind the last list that was read for them.
        self._behind: dict[str, int] = {}

    def read(self) -> None:
        """Reads all blocks that name organisations, or go on about what was told."""
        view = self._view
        for block in range(len(view.blocks)):
            self._headed = headed(view, block, self._headed)
            if view.mentions(block) or pattern("phrases", "goes_on").search(view.text(block)):
                self._read_block(block)
                subject = next((g for g in view.groups(block) if g.case == "subject"), None)
                if subject is not None:
                    self._topics.append(Topic(tuple(subject.entities), block))

    def _read_block(self, block: int) -> None:
        """Reads a block, without those who only stood by once more, and what it says in brackets."""
        text = _without_quoted(self._view.signed(block)[:_LONGEST])
        groups = self._view.groups(block)
        whole = Signed(block, text, groups)
        team = _without_leads(self._view, whole)
        without = _AWARDED if team != text else frozenset[str]()
        string = strung(whole)
        self._read_signed(whole, without, () if string is None else self._read_signed(string, without | _STOOD_BY))
        if team != text:
            self._read_signed(Signed(block, team, groups), frozenset(TIE_KINDS) - _AWARDED)
        alone = pattern("phrases", "beside").sub("", text)
        if alone != text:
            self._read_signed(Signed(block, alone, groups), _STOOD_BY)
        self._read_brackets(block)

    def _read_signed(self, signed: Signed, without: frozenset[str] = frozenset(), known: Collection[Claim] = ()) -> set[Claim]:
        """Reads a signed block for phrases of other kinds than some; of those that read one thing (`what`) the first.

        What another reading of the block told, the `known` claims, is not told again; the claims that are made are given back.
        """
        claimed = set(known)
        for phrase in held(signed.text, brackets=False):
            if phrase.kind not in without and (phrase.name, 0) not in known and self._look_for(phrase, signed, claimed):
                claimed.add((phrase.name, 0))
        return claimed

    def _look_for(self, phrase: Phrase, signed: Signed, claimed: set[Claim]) -> bool:
        """Tells what a phrase does in a signed block; where it tells nothing it is looked for from the next sign on, too."""
        at, told = 0, False
        while (match := phrase.pattern.search(signed.text, at)) is not None:
            at = max(match.end(), match.start() + 1)
            claim = (phrase.file, match.end("what")) if "what" in phrase.pattern.groupindex else None
            if is_denied(match) or claim in claimed:
                continue
            if not self._tell(phrase, match, signed):
                at = min((match.start(slot.name) + 1 for slot in phrase.taken(match)), default=at)
                continue
            told = True
            if claim:
                claimed.add(claim)
        return told

    def _read_brackets(self, block: int) -> None:
        """Reads a block whose brackets name organisations once more, each of them a sign."""
        view, sentence = self._view, self._view.blocks[block].sentence
        mentions = view.mentions(block)
        if not any(in_brackets(view.norm, sentence, m.start) for m in mentions):
            return
        text = signed(view.text(block), [(m.start - sentence.start, m.end - sentence.start) for m in mentions])[:_LONGEST]
        whole = Signed(block, text, [Group((mention,), "", "") for mention in mentions])
        for phrase in held(text, brackets=True):
            self._look_for(phrase, whole, set())

    def _tell(self, phrase: Phrase, match: re.Match[str], signed: Signed) -> bool:
        """Adds the ties that a phrase tells where a signed block matches it; False where it tells none."""
        view, block, told_any = self._view, signed.block, False
        sides = sides_of(view, phrase, match, signed) if fits(view, phrase, block) else None
        if sides is None or self._is_read(phrase, block):
            return False
        place = self._place(phrase, match, signed)
        for part in listed(view, phrase, block):
            self._behind[phrase.kind] = max(part.end, self._behind.get(phrase.kind, 0))
            kind = kind_of(view, phrase, (*part.texts, *_naming(view, phrase, match, block)), block, self.told)
            if kind:
                places = place.of_each(signed.text) if "led" in phrase.left_out.values() else [place]
                told = [tie for one in places for tie in ties_of(phrase, kind, [*sides, part.parties], one, signed.text)]
                if any(role.endswith("+") and who == "same" for role, who in phrase.left_out.items()):
                    self.told = [old for old in self.told if not any(_completes(tie, old) for tie in told)]
                self.told += told
                told_any = told_any or bool(told)
        return told_any

    def _is_read(self, phrase: Phrase, block: int) -> bool:
        """Whether a block lies within a list of members that was read for the kind of a phrase that reads such lists."""
        return phrase.rows is not None and phrase.each is False and block < self._behind.get(phrase.kind, 0)

    def _place(self, phrase: Phrase, match: re.Match[str], signed: Signed) -> Place:
        """Where a phrase is read, and what is known there."""
        slots = phrase.taken(match)
        start = min((signed.group(match[slot.name]).start for slot in slots), default=self._view.blocks[signed.block].sentence.end)
        end = min((match.start(slot.name) for slot in slots), default=match.end())
        subject = subject_of(self._view, signed.text, end, signed.groups, self._home)
        noun = match.groupdict().get("whom") or ""
        return Place(self._view, signed.block, start, subject, self._headed, tuple(self._topics), self._home, noun, self.told)


def _without_leads(view: View, signed: Signed) -> str:
    """A signed text without the firms that lead a group that it names behind them («§を代表とする§»)."""
    def kept(match: re.Match[str]) -> str:
        return "" if view.all_of(signed.group(match["team"]).entities, "team") else match[0]

    return pattern("phrases", "lead").sub(kept, signed.text)


def _naming(view: View, phrase: Phrase, match: re.Match[str], block: int) -> list[str]:
    """The texts that may name the kind of what a phrase tells: its own words, where it names nothing or reads a list those above, too."""
    if phrase.kind != NAMED:
        return []
    heads = nearest_texts(view, block)[::-1] if phrase.rows or "what" not in phrase.pattern.groupindex else []
    return [match.groupdict().get("what") or "", match[0], *heads]


def _completes(tie: Told, old: Told) -> bool:
    """Whether a tie is an old one with more parties."""
    return tie.kind == old.kind and old.entities < tie.entities


def _without_quoted(text: str) -> str:
    """A signed text without the signs within the name of an agreement."""
    return pattern("phrases", "in_name").sub(lambda match: re.sub(f"[{SIGNS}]", "○", match[0]), text)
