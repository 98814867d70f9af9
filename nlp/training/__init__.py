"""Fits the models of nlp/data/models from annotated texts; reading needs none of it.

`make train` runs names, persons, ties, when and themes in this order: the places of titles are learnt with the names as
they are recognised, ties with both, dates with the ties as they are chosen. What is not fitted from the texts is `senses`,
groups of ja_ginza's word vectors, which changes only with ja_ginza.
"""
