"""Ties that lists, tables and labelled lines tell: «締結先: …», «協定一覧» over rows, «構成団体» over names.

A list has no verb. What introduces it (a title, a heading, a label, a sentence) tells the kind of its ties and the role of
those it names; each row is a tie with the owner of the list, or all rows are one. A row or a heading between them that
names an agreement tells its own kind. Like the frames, rows are evidence for the choice among proposals.
"""
from nlp.ties.rows.named_kinds import kind_named
from nlp.ties.rows.rules import rules
from nlp.ties.rows.telling import row_ties

__all__ = ["kind_named", "row_ties", "rules"]
