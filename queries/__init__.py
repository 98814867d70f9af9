"""Questions in Cypher, one file each, and their catalogue."""
from queries.catalogue import Parameter, Question, QuestionError, as_plain, literal, names, question, questions

__all__ = ["Parameter", "Question", "QuestionError", "as_plain", "literal", "names", "question", "questions"]
