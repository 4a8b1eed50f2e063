"""A record to fill in, written from a pack's fields: hints and sources stand beside each line.

Required lines are open, optional ones are comments. What is filled in passes `notices check`.
`words` gives the remarks in the reader's language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from notices.pack.fields import allowed_codes, required_fields
from notices.pack.types import Field, Pack

Words = Callable[..., str]
INDENT = "  "
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=~][^:#?{}\[\],]*")


@dataclass(frozen=True)
class Line:
    """One field to be filled in: its need, the codes it may have, when it is needed."""

    field: Field
    need: str
    codes: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True)
class Route:
    """Which letter is meant: its kind and level, who writes, who is addressed."""

    kind: str
    level: int
    sender_role: str
    debtor_type: str

    def facts(self) -> dict[str, str]:
        """The route as conditions ask for it."""
        return {
            "kind": self.kind,
            "level": str(self.level),
            "sender_role": self.sender_role,
            "debtor_type": self.debtor_type,
        }


def blank_case(pack: Pack, route: Route, words: Words, sender_lines: str) -> str:
    """A case of such a letter to fill in, as YAML; `sender_lines` say who writes."""
    known = {
        "pack": pack.id,
        "kind": route.kind,
        "level": str(route.level),
        "recipient.type": route.debtor_type,
    }
    if len(pack.currencies) == 1:
        known["currency"] = next(iter(pack.currencies))
    own = [ln for ln in lines_of(pack, route) if not ln.field.path.startswith("sender.")]
    head = words(
        "new-head",
        pack=pack.id,
        version=pack.version,
        kind=route.kind,
        level=route.level,
        type=route.debtor_type,
    )
    body = write_group(grouped(own), Pen(words, tuple(pack.formats), known))
    return f"{as_remark(head)}\n\n{sender_lines}\n{body}"


def blank_profile(pack: Pack, name: str, sender_role: str, words: Words) -> str:
    """A sender profile to fill in, as YAML: what any kind of the pack requires is required."""
    strongest: dict[str, Line] = {}
    order = ("optional", "sometimes", "always")
    for kind in pack.kinds.values():
        for level in kind.levels:
            for line in lines_of(pack, Route(kind.id, level, sender_role, "consumer")):
                known = strongest.setdefault(line.field.name, line)
                if order.index(line.need) > order.index(known.need):
                    strongest[line.field.name] = line
    pen = Pen(words, tuple(pack.formats), {"sender.role": sender_role})
    head = as_remark(words("profile-head", pack=pack.id, version=pack.version))
    return f"{head}\n\nid: {name}\n{write_group(grouped(strongest.values(), 'sender.'), pen)}"


def as_remark(text: str) -> str:
    """Lines of text as YAML comments."""
    return "\n".join(f"# {line}" for line in text.splitlines())


def lines_of(pack: Pack, route: Route) -> tuple[Line, ...]:
    """The letter's fields as lines of a record."""
    fields = required_fields(pack, route.kind, route.level, route.sender_role, route.debtor_type)
    return tuple(
        Line(field, need, codes_of(pack, field, route.debtor_type), need_words(field, route))
        for field, need in fields
    )


def codes_of(pack: Pack, field: Field, debtor_type: str = "") -> tuple[str, ...]:
    """The codes that a field of type code may have."""
    return allowed_codes(field, pack, debtor_type) if field.type == "code" else ()


def need_words(field: Field, route: Route) -> str:
    """When a field is required, as its owner wrote it, without what the route settles:
    `debt_kind: card, micro_loan; has: seal`."""
    settled = route.facts()
    open_ones = [
        "; ".join(f"{k}: {', '.join(v)}" for k, v in condition.items() if k not in settled)
        for condition in field.required
        if all(settled[key] in condition[key] for key in settled if key in condition)
    ]
    return " | ".join(words for words in open_ones if words)


@dataclass
class Group:
    """A mapping, or a list of mappings, of lines and groups by name."""

    many: bool = False
    inner: dict[str, Line | Group] = field(default_factory=dict)

    @property
    def needed(self) -> bool:
        """Whether anything in it must be filled in."""
        return any(
            part.needed if isinstance(part, Group) else part.need == "always"
            for part in self.inner.values()
        )


@dataclass(frozen=True)
class Pen:
    """How lines are written: the words for comments, languages, and values known beforehand."""

    words: Words
    languages: tuple[str, ...]
    known: Mapping[str, str]
    shown: bool = False  # optional lines stand open, for the whole is a comment


def grouped(lines: Iterable[Line], below: str = "") -> Group:
    """The lines as a tree, by their paths under `below` (`sender.`)."""
    top = Group()
    for line in lines:
        if not line.field.path.startswith(below):
            continue
        *steps, leaf = line.field.path.removeprefix(below).split(".")
        group = top
        for step in steps:
            name = step.removesuffix("[]")
            inner = group.inner.setdefault(name, Group(step.endswith("[]")))
            if not isinstance(inner, Group):
                break
            group = inner
        group.inner[leaf] = line
    return top


def write_group(group: Group, pen: Pen) -> str:
    """The tree as YAML with comments."""
    return "\n".join(_group(group, pen, "")) + "\n"


def _group(group: Group, pen: Pen, indent: str) -> Iterator[str]:
    for name, part in group.inner.items():
        if isinstance(part, Line):
            yield from _line(name, part, pen, indent)
        else:
            yield from _below(name, part, pen, indent)


def _below(name: str, group: Group, pen: Pen, indent: str) -> Iterator[str]:
    """A group; one in which nothing is needed waits as comments, for an empty one is a fault."""
    if not group.needed and not pen.shown:
        whole = _below(name, group, replace(pen, shown=True), "")
        yield from (f"{indent}# {text}" for text in whole)
        return
    yield f"{indent}{name}:"
    yield from (_entry if group.many else _group)(group, pen, indent + INDENT)


def _entry(group: Group, pen: Pen, indent: str) -> Iterator[str]:
    """The one entry of a list: its first open line carries the dash and stands on top."""
    names = list(group.inner)
    first = next((name for name in names if pen.shown or _is_open(group.inner[name])), names[0])
    ordered = {name: group.inner[name] for name in (first, *names)}
    dash = "- "
    for text in _group(Group(False, ordered), pen, indent + INDENT):
        if dash and not text.lstrip().startswith("#"):
            yield indent + dash + text.lstrip()
            dash = ""
        elif dash:  # comments above the dash
            yield indent + text.lstrip()
        else:
            yield text


def _is_open(part: Line | Group) -> bool:
    return part.needed if isinstance(part, Group) else part.need == "always"


def _line(name: str, line: Line, pen: Pen, indent: str) -> Iterator[str]:
    field_ = line.field
    hints = " · ".join(field_.hints(pen.languages))
    source = field_.source
    cited = f" [{source.kind}: {source.citation}]" if source.kind != "product" else ""
    yield f"{indent}# {hints}{cited}"
    if line.need == "sometimes":
        yield f"{indent}# {pen.words('needed-when', when=line.when)}"
    if field_.path in pen.known:
        yield f"{indent}{name}: {pen.known[field_.path]}"
    elif line.need == "optional":
        yield f"{indent}{'' if pen.shown else '# '}{name}: {_example(line, pen)}"
    elif line.need == "always" and field_.type == "text_by_language":
        yield f"{indent}{name}:"
        examples = _by_language(field_.example, pen.languages)
        for tag in pen.languages:
            yield f"{indent}{INDENT}{tag}: {_remark(pen, examples.get(tag, ''))}".rstrip()
    elif line.need == "always" and field_.type in ("address", "text_list", "printed_texts"):
        yield f"{indent}{name}: {_remark(pen, field_.example)}".rstrip()
        yield f"{indent}{INDENT}-"
    else:
        yield f"{indent}{name}: {_hint(line, pen)}".rstrip()


def _hint(line: Line, pen: Pen) -> str:
    if line.codes:
        return f"# {pen.words('one-of', codes=' | '.join(line.codes))}"
    return _remark(pen, _example(line, pen))


def _remark(pen: Pen, example: str) -> str:
    return f"# {pen.words('example', text=example)}" if example else ""


def _example(line: Line, pen: Pen) -> str:
    field_ = line.field
    if line.codes:
        return " | ".join(line.codes)
    if field_.type == "text_by_language" and (texts := _by_language(field_.example, pen.languages)):
        return "{" + ", ".join(f"{tag}: {quoted(text)}" for tag, text in texts.items()) + "}"
    if field_.type in ("address", "text_list", "printed_texts", "language_list"):
        return field_.example
    return quoted(field_.example)


def _by_language(example: str, languages: tuple[str, ...]) -> dict[str, str]:
    """`{zh-Hans: …, en: …}` as a mapping; what is not one is every language's example."""
    if not example.startswith("{"):
        return dict.fromkeys(languages, example) if example else {}
    tags = "|".join(map(re.escape, languages))
    pieces = re.split(rf"(?:^\{{|, )({tags}): ", example.removesuffix("}"))
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def quoted(text: str) -> str:
    """`text` as a YAML scalar that stands for itself, in a flow mapping too."""
    return text if not text or _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
