"""Phrases that tell ties: patterns of data files over sentences whose organisations are single signs.

«北町銀行と南町は、…協定を締結した» is read as «①は、…協定を締結した»: organisations that only «と» or a comma joins are one
sign, what stands in brackets is left out, and so are the titles, counts and honorifics behind a name. A pattern names with
`<role>` the signs that it takes as parties; nlp.ties.phrases.entries tells what else patterns and entries hold. Like the
frames, phrases are evidence for the choice among proposals.
"""
from nlp.ties.phrases.entries import FILES, Phrase, phrases
from nlp.ties.phrases.telling import told_ties
from nlp.ties.signs import signed

__all__ = ["FILES", "Phrase", "phrases", "signed", "told_ties"]
