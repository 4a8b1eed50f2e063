"""Loading a pack: from a folder of YAML and CSV to one frozen Pack, with every fault reported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from notices.catalogue import line_of
from notices.errors import PackError
from notices.files import digest_files
from notices.finding import Finding, errors_in
from notices.pack import core, links, shipped_law
from notices.pack import dated_tables as tables
from notices.pack import read_ladder as ladder
from notices.pack import read_law as law
from notices.pack import read_letters as letters
from notices.pack.node import Node
from notices.pack.pack_files import PackFiles, read_pack_files
from notices.pack.patterns import pattern_fault
from notices.pack.read_uncertain_days import read_uncertain_days
from notices.pack.types import LanguageFormats, Pack, Source
from notices.textfiles import TextFile

_PACK_KEYS: tuple[str, ...] = ("id", "version", "names", "currencies", "weekend", "prevailing")
_PACK_KEYS += ("language_sets", "formats", "defaults", "postcode", "not_covered")
_PACK_KEYS += ("settling",)
_FORMAT_KEYS: tuple[str, ...] = ("name", "locale", "date", "amount", "money", "percent")
_FORMAT_KEYS += ("words", "list_separator", "share", "group", "decimal", "first_of_month")


def load_pack(root: Path, overlay: Path | None = None, shipped: Path | None = None) -> Pack:
    """The pack in `root`, its law read from `shipped` where it is an own copy of that pack, with
    the entries and rows of a workspace's `overlay` over it.

    Raises PackError, with all findings, where the pack can't serve any letter.
    """
    pack, found = read_pack(root, overlay, shipped)
    errors = errors_in(found)
    if pack is None or errors:
        first = line_of(errors[0]) if errors else str(root)
        raise PackError(f"{root.name}: {len(errors)} faults; the first: {first}", found)
    return pack


def find_pack(pack_id: str, roots: tuple[Path, ...]) -> Path | None:
    """The folder of pack `pack_id` in the first of `roots` that has it."""
    if not pack_id.replace("-", "").replace("_", "").isalnum():
        return None
    places = (root / pack_id for root in roots)
    return next((place for place in places if (place / "pack.yaml").is_file()), None)


def read_pack(
    root: Path, overlay: Path | None = None, shipped: Path | None = None
) -> tuple[Pack | None, tuple[Finding, ...]]:
    """The pack, and what is wrong with it; None where a file can't be read."""
    found: list[Finding] = []
    files = read_pack_files(root, overlay, shipped, found)
    head = files.whole["pack"]
    if head is None:
        return None, _ordered(found)
    digest = pack_digest(root, overlay, shipped)
    pack = _assemble(root, overlay, digest, head, files, found)
    if files.broken:
        return None, _ordered(found)  # whatever else seems to be missing may stand there
    found += links.check_links(pack)
    if not errors_in(found):  # else it would tell of the same faults once more
        found += ladder.check_ladder(pack)
    return pack, _ordered(found)


def pack_digest(root: Path, overlay: Path | None = None, shipped: Path | None = None) -> str:
    """SHA-256 over all files' names and bytes, in name order, wherever the folder stands.

    The core that it builds on counts as inside it, and so does the law of an own copy where it
    differs from what the copy says: a copy digests as its original.
    """
    files = sorted(shipped_law.files_that_count(root, shipped).items())
    if overlay:
        files += [(f"overlay/{name}", file) for name, file in sorted(core.files_in(overlay))]
    return digest_files(files)


def _ordered(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda f: (f.file, f.line)))


def _assemble(
    root: Path,
    overlay: Path | None,
    digest: str,
    head: TextFile,
    files: PackFiles,
    found: list[Finding],
) -> Pack:
    def node(name: str) -> Node:
        file = files.whole.get(name)
        return Node(file, file.data, found) if file else Node(TextFile(name, {}, {}), {}, found)

    top = Node(head, head.data, found)
    top.only(_PACK_KEYS)
    formats = {tag: _read_formats(tag, entry) for tag, entry in top.at("formats").entries()}
    langs = tuple(formats)
    conditions = law.read_conditions(node("conditions"), langs)
    fields = law.read_fields(node("fields"))
    rules = law.read_rules(node("rules"))
    clauses = letters.read_clauses([Node(f, f.data, found) for f in files.clauses], langs)
    kinds = letters.read_kinds(node("kinds"))
    if not kinds and files.whole["kinds"]:
        node("kinds").fault("key-missing", name="kinds")
    bans = letters.read_bans(node("wording"), langs)
    refusals = law.read_refusals(node("refusals"), langs)
    terms = node("terms")
    terms.only(("labels", "salutations", "item_kinds", "glossary"))
    steps = ladder.read_ladder(node("ladder")) if files.whole.get("ladder") else None
    weekend = frozenset(n.whole() for n in top.at("weekend").each())
    place = (files.tables, overlay, found, files.shown)
    holidays, holiday_sources = tables.read_holidays(*place, weekend)
    holidays, window_sources = read_uncertain_days(node("uncertain_days"), holidays)
    rates, rate_sources = tables.read_rates(*place, holidays.get(root.name), weekend)
    sources: tuple[Source, ...] = (
        *(kind.source for kind in kinds.values()),
        *(clause.source for clause in clauses.values()),
        *(field.source for field in fields.values()),
        *(rule.source for rule in rules),
        *{rule.scale.id: rule.scale.source for rule in rules if rule.scale}.values(),
        *(ban.source for ban in bans),
        *(refusal.source for refusal in refusals),
        *((steps.source, *(rung.source for rung in steps.rungs)) if steps else ()),
        *rate_sources,
        *holiday_sources,
        *window_sources,
    )
    return Pack(
        id=_id_of(root, top),
        version=top.at("version").needed(),
        names=top.at("names").texts(),
        root=root,
        digest=digest,
        language_sets=_read_sets(top, langs),
        prevailing=top.at("prevailing").choice(("", *langs), ""),
        formats=formats,
        currencies={code: n.whole(2) for code, n in top.at("currencies").entries()},
        defaults=top.at("defaults").texts(),
        postcode=_read_pattern(top.at("postcode")),
        weekend=weekend,
        settling=tuple(top.at("settling").words()),
        kinds=kinds,
        clauses=clauses,
        conditions=conditions,
        explained=law.read_explanations(node("conditions")),
        fields=fields,
        rules=rules,
        rates=rates,
        holidays=holidays,
        bans=bans,
        labels={key: n.texts() for key, n in terms.at("labels").entries()},
        salutations=letters.read_salutations(terms.at("salutations")),
        item_kinds=letters.read_item_kinds(terms.at("item_kinds"), langs),
        glossary={key: n.texts() for key, n in terms.at("glossary").entries()},
        sources=sources,
        lines=_lines(files.whole),
        refusals=refusals,
        ladder=steps,
        not_covered={tag: n.words() for tag, n in top.at("not_covered").entries()},
    )


def _lines(files: Mapping[str, TextFile | None]) -> dict[str, tuple[str, int]]:
    """Where conditions and terms stand: they carry no source to say so."""
    found: dict[str, tuple[str, int]] = {}
    for name in ("pack", "conditions", "terms"):
        file = files[name]
        for path in (*file.lines, *file.borrowed) if file else ():
            if file and len(path) <= 2:
                found["/".join((name, *map(str, path)))] = file.place(*path)
    return found


def _read_pattern(node: Node) -> str:
    """A regular expression, where one stands and is a harmless one."""
    pattern = node.text()
    if pattern and (fault := pattern_fault(pattern)):
        node.fault("pattern-unsafe", pattern=pattern[:60], detail=fault)
        return ""
    return pattern


def _id_of(root: Path, top: Node) -> str:
    pack_id = top.at("id").needed()
    if pack_id and pack_id != root.name:
        top.at("id").fault("pack-folder", name=pack_id, folder=root.name)
    return pack_id


def _read_sets(top: Node, langs: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    sets: list[tuple[str, ...]] = []
    for node in top.at("language_sets").each():
        sets.append(tuple(inner.choice(langs, "") for inner in node.each()))
    if not sets:
        top.at("language_sets").fault("key-missing", name="language_sets")
    return tuple(sets)


def _read_formats(tag: str, node: Node) -> LanguageFormats:
    node.only(_FORMAT_KEYS)
    money = node.at("money").needed()
    letters.check_slots(node.at("money"), money, ("amount", "currency"))
    return LanguageFormats(
        tag=tag,
        locale=node.at("locale").needed(),
        name=node.at("name").needed(),
        date=node.at("date").needed(),
        amount=node.at("amount").needed(),
        money=money,
        percent=node.at("percent").needed(),
        words=node.at("words").text(),
        list_separator=raw_text(node.at("list_separator"), ", "),
        share=node.at("share").number("50"),
        group=raw_text(node.at("group"), ""),
        decimal=raw_text(node.at("decimal"), ""),
        first_of_month=node.at("first_of_month").text(),
    )


def raw_text(node: Node, default: str) -> str:
    """Text whose spaces count, such as a separator."""
    return node.value if isinstance(node.value, str) and node.value else default
