"""What people call a pack's clauses, conditions, values, kinds, sources and examples, in Chinese
and in English: names for pages and reports. No letter prints them.

They stand in templates/names/, by id or by `PACK/ID`. What a pack itself says in a language comes
first; where nobody gave a name, a clause is called by its first words, the rest by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from notices.pack.types import Clause, Pack
from notices.pack.vocabulary import in_both
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

FOLDER = TEMPLATES / "names"
TONGUES = ("zh", "en")
FIRST_WORDS = 40  # characters of a clause that has no name
Names = dict[str, str]  # by tongue


@cache
def read_names(room: str) -> Mapping[str, Mapping[str, str]]:
    """The names of one room: `clauses`, `conditions`, `placeholders`, `kinds`, `packs`, `sources`,
    `examples`."""
    data: Mapping[str, Mapping[str, str]] = read_text_file(FOLDER / f"{room}.yaml").data
    return data


def given_name(room: str, pack: str, name: str) -> Mapping[str, str]:
    """The name given in templates/names/, that of the pack first; {} where nobody gave one."""
    known = read_names(room)
    return known.get(f"{pack}/{name}") or known.get(name) or {}


def name_clause(pack: Pack, clause: Clause) -> Names:
    """A clause by its name, else by its heading or its first words."""
    given = given_name("clauses", pack.id, clause.id)
    words = in_both({**clause.texts, **clause.headings}, "said")
    return {t: given.get(t) or _first_words(words[f"said_{t}"]) or clause.id for t in TONGUES}


def name_condition(pack: Pack, name: str) -> Names:
    """A named condition in its author's words; where those lack a language, by its given name."""
    given = given_name("conditions", pack.id, name)
    return _named(pack.explained.get(name, {}), given, name)


def name_placeholder(pack: Pack, name: str) -> Names:
    """A value that a sentence may print, or a field; a name of the pack's own by its label."""
    given = given_name("placeholders", pack.id, name)
    own = pack.labels.get(name) or (pack.fields[name].hint if name in pack.fields else {})
    return {t: given.get(t) or _named(own, {}, name)[t] for t in TONGUES}


def name_kind(pack: Pack, kind: str) -> Names:
    """A kind of letter, by its subject line where it has no name."""
    subject = pack.clauses.get(pack.kinds[kind].subject)
    return _named({}, given_name("kinds", pack.id, kind), kind, subject.texts if subject else {})


def name_pack(pack: Pack) -> Names:
    """A pack."""
    return name_unloaded(pack.id, pack.names)


def name_unloaded(pack: str, own: Mapping[str, str]) -> Names:
    """A pack by its id and its own names, by language."""
    return _named(own, given_name("packs", pack, pack), pack)


def name_source(pack: Pack, citation: str) -> Names:
    """A source; as the pack cites it where nobody wrote it in a language."""
    return _named({}, given_name("sources", pack.id, citation), citation)


def name_example(pack: Pack, name: str, about: str) -> Names:
    """An example by its title."""
    return _named({}, given_name("examples", pack.id, name), about)


def _named(
    own: Mapping[str, str], given: Mapping[str, str], name: str, rest: Mapping[str, str] = {}
) -> Names:
    nearest = in_both(own or rest, "said") if own or rest else {}
    return {t: _said(own, t) or given.get(t) or nearest.get(f"said_{t}") or name for t in TONGUES}


def _said(texts: Mapping[str, str], tongue: str) -> str:
    """What a mapping says in a tongue, simplified Chinese first; "" where it does not."""
    tags = ("zh-Hans", *sorted(texts)) if tongue == "zh" else ("en", *sorted(texts))
    return next((texts[tag] for tag in tags if tag in texts and tag.startswith(tongue)), "")


def _first_words(text: str) -> str:
    line = text.strip().split("\n")[0].replace("*", "")
    return line if len(line) <= FIRST_WORDS else f"{line[:FIRST_WORDS].rstrip()}…"
