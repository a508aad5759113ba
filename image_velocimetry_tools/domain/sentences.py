"""How sentences for users begin."""

from __future__ import annotations


def begun_with_capital(sentence: str) -> str:
    """The sentence with its first letter raised, unless it begins with the name of a file, a job or a point."""
    first_word = sentence.split(" ", 1)[0].rstrip(".,;")
    # what ends with a colon is the place of a problem
    is_word = first_word.replace("-", "").replace("'", "").isalpha()
    return sentence[:1].upper() + sentence[1:] if is_word else sentence
