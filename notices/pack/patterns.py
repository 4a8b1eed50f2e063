"""Patterns of the wording rules: plain phrases, words `near:` one another, or `regex:` held to what
can't run away."""

from __future__ import annotations

import math
import re

PREFIX = "regex:"
NEAR = "near:"
MAX_PATTERN = 200
MAX_NEAR = 1000
MAX_LISTS = 3
MAX_WAYS = 1600  # bounded repetitions, multiplied with one another
MAX_WAYS_BESIDE_OPEN = 40


def pattern_fault(pattern: str) -> str:
    """Why a pattern is refused; "" where it is fine.

    A regular expression may not repeat a group, nor refer back, nor hold more than one open
    repetition: its time then grows at most with the square of a short text's length.
    """
    if pattern.startswith(NEAR):
        return _near_fault(pattern.removeprefix(NEAR))
    if not pattern.removeprefix(PREFIX).strip():
        return "empty"
    if not pattern.startswith(PREFIX):
        return ""
    expression = pattern.removeprefix(PREFIX)
    if len(expression) > MAX_PATTERN:
        return f"longer than {MAX_PATTERN} characters"
    try:
        compiled = re.compile(expression)
    except (re.error, OverflowError, RecursionError):
        return "not a regular expression"
    if compiled.match(""):
        return "matches nothing at all"
    plain = _without_literals(expression)
    if "\\" in plain or "(?P=" in plain or "(?(" in plain:
        return "refers back"
    if re.search(r"\)(?:[*+]|\{)", plain):
        return "repeats a group"
    opened = len(re.findall(r"[*+]|\{[0-9]*,\}", plain))
    if opened > 1:
        return "more than one open repetition"
    ways = math.prod(int(n) or 1 for n in re.findall(r"\{(?:[0-9]*,)?([0-9]+)\}", plain))
    if ways > (MAX_WAYS_BESIDE_OPEN if opened else MAX_WAYS):
        return "repeats too often"
    return ""


def _near_fault(said: str) -> str:
    lists = said.split("&")
    words = [word.strip() for some in lists for word in some.split("|")]
    if not all(word.strip("* ") for word in words):
        return "an empty word"
    if any(word.strip("*").count("*") > 1 for word in words):
        return "more than one * within a word"
    if len(lists) > MAX_LISTS:
        return f"more than {MAX_LISTS} lists"
    return f"longer than {MAX_NEAR} characters" if len(said) > MAX_NEAR else ""


def _without_literals(expression: str) -> str:
    """The expression with escapes and classes as `a`; a `\\` stays for back-references."""
    plain = re.sub(r"\\[1-9]", "\0", expression)
    plain = re.sub(r"\\.", "a", plain)
    plain = re.sub(r"\[\^?\]?[^\]]*\]", "a", plain)
    return plain.replace("\0", "\\")
