"""Fits the models of nlp/data/models from annotated texts; reading needs none of it."""
