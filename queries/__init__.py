"""Questions in Cypher, one file each, and their catalogue."""
from queries.catalogue import GROUPS, Parameter, Question, QuestionError, as_plain, literal, names, question, questions

__all__ = ["GROUPS", "Parameter", "Question", "QuestionError", "as_plain", "literal", "names", "question", "questions"]
