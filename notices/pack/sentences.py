"""Conditions as sentences in Chinese and English, true as they stand; `conditions.holds` decides.

All that must hold is said, each statement by itself: what must not hold as its opposite, and each
of several things that may not be. The words are in templates/wording/conditions.yaml, those of a
named condition in the pack's conditions.yaml, those of a field its hint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal

from notices.pack.names import name_condition, name_placeholder
from notices.pack.types import Condition, Pack
from notices.pack.vocabulary import DERIVED_FLAGS, LETTER_KEYS, in_both
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

Tongue = Literal["zh", "en"]
TONGUES: tuple[Tongue, ...] = ("zh", "en")
WORDS = TEMPLATES / "wording" / "conditions.yaml"


@cache
def read_sentence_words() -> Mapping[str, Any]:
    """The words of sentences, zh and en."""
    data: Mapping[str, Any] = read_text_file(WORDS).data
    return data


def say_condition(pack: Pack, tongue: Tongue, *conditions: Condition) -> str:
    """When all of these conditions hold, as one sentence; "in every case" for nothing."""
    found = dict.fromkeys(s for c in conditions for s in statements(pack, tongue, c))
    return _word("and", tongue).join(found) or _word("always", tongue)


def in_both_tongues(pack: Pack, *conditions: Condition) -> dict[Tongue, str]:
    """The same sentence in Chinese and in English."""
    return {tongue: say_condition(pack, tongue, *conditions) for tongue in TONGUES}


def said_params(pack: Pack, *conditions: Condition) -> dict[str, str]:
    """The sentence as a finding's parameters: `said_zh`, `said_en`."""
    return {f"said_{t}": said for t, said in in_both_tongues(pack, *conditions).items()}


def statements(pack: Pack, tongue: Tongue, condition: Condition) -> Iterator[str]:
    """What must hold, one statement each. A statement with several values holds with any of them;
    of what must not hold, each is a statement of its own."""
    for key, wanted in condition.items():
        if key == "all":
            yield from (_named(pack, tongue, "named", name) for name in wanted)
        elif key == "not":
            yield from (_named(pack, tongue, "not-named", name) for name in wanted)
        elif key == "lacks":
            yield from (_fill(tongue, "lacks", _field(pack, tongue, name)) for name in wanted)
        elif key == "is_not":
            yield from (_flag(pack, tongue, name, positive=False) for name in wanted)
        elif key == "has":
            yield _fill(tongue, "has", *(_field(pack, tongue, name) for name in wanted))
        elif key == "is":
            said = (_flag(pack, tongue, name, positive=True) for name in wanted)
            yield _word("or", tongue).join(said)
        else:
            yield _coded(pack, tongue, key, wanted)


def say_named(pack: Pack, tongue: Tongue, name: str) -> str:
    """What a named condition means, in its author's words; its id where nobody explained it."""
    return name_condition(pack, name)[tongue]


def _named(pack: Pack, tongue: Tongue, word: str, name: str) -> str:
    return _fill(tongue, word, _quoted(tongue, say_named(pack, tongue, name)))


def _field(pack: Pack, tongue: Tongue, name: str) -> str:
    """A field by its hint, or by its name where that lacks the tongue; and its id."""
    field = pack.fields.get(name)
    if field is None or not field.hint:
        return name
    has_tongue = any(tag.startswith(tongue) for tag in field.hint)
    hint, called = in_both(field.hint, "said"), name_placeholder(pack, name)
    return f"{_quoted(tongue, hint[f'said_{tongue}'] if has_tongue else called[tongue])} ({name})"


def _flag(pack: Pack, tongue: Tongue, name: str, *, positive: bool) -> str:
    """One of the letter's own flags, or what a sender's profile says."""
    if name in DERIVED_FLAGS:
        return str(read_sentence_words()["flags" if positive else "not-flags"][name][tongue])
    word = "is-stated" if positive else "is-not-stated"
    return _fill(tongue, word, _field(pack, tongue, name))


def _coded(pack: Pack, tongue: Tongue, key: str, wanted: Iterable[str]) -> str:
    said = [say_code(pack, tongue, key, code) for code in wanted]
    if key in LETTER_KEYS:
        return _fill(tongue, key, *said)
    field = pack.fields.get(key)
    word = "code-of-debts" if field and "[]" in field.path else "code"
    return _fill(tongue, word, *said, which=_field(pack, tongue, key))


def say_code(pack: Pack, tongue: Tongue, key: str, code: str) -> str:
    """What a code means; the code itself where it speaks for itself: levels, kinds, states."""
    codes = read_sentence_words()["codes"]
    said = codes.get(key, {}).get(code) or codes["every"].get(code)
    if key in ("kind", "level") or not said:
        return code
    return f"{said[tongue]} ({code})"


def _quoted(tongue: Tongue, said: str) -> str:
    return _word("quote", tongue).format(said=said)


def _fill(tongue: Tongue, word: str, *said: str, which: str = "") -> str:
    either = _word("or", tongue).join(said)
    return _word(word, tongue).format(said=either, which=which)


def _word(key: str, tongue: Tongue) -> str:
    return str(read_sentence_words()[key][tongue])
