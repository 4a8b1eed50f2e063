"""The files that a pack is read from, each as it counts: with the core beneath, the law of the
shipped pack in an own copy, and a workspace's overlay above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from notices.finding import Finding
from notices.pack import core, overlay, shipped_law
from notices.pack.node import Node
from notices.pack.unfilled import check_filled
from notices.textfiles import TextFile, TextFileError, read_text_file

YAML_FILES = ("pack", "kinds", "conditions", "fields", "rules", "terms", "wording")
OPTIONAL = ("refusals", "ladder", "uncertain_days")  # read where the pack has them
Files = dict[str, TextFile | None]  # by name without `.yaml`; None: it can't be read


@dataclass(frozen=True)
class PackFiles:
    """A pack's files as they count; `tables` is the folder of its rates and holidays, which
    findings call `shown`. `broken`: one of them can't be read."""

    whole: Mapping[str, TextFile | None]
    clauses: tuple[TextFile, ...]
    tables: Path
    shown: str
    broken: bool


def read_pack_files(
    root: Path, over: Path | None, shipped: Path | None, found: list[Finding]
) -> PackFiles:
    """The files of the pack in `root`; `over` and `shipped` as in `load.read_pack`."""
    shown = f"packs/{root.name}"
    law = shipped_law.law_of(root, shipped)
    names = (*shipped_law.WORDING, "ladder") if law else (*YAML_FILES, *OPTIONAL)
    own = _read_all(root, shown, names, found)
    clause_names = sorted(f"clauses/{file.name}" for file in (root / "clauses").glob("*.yaml"))
    clauses = [read_file(root, name, f"{shown}/{name}", found) for name in clause_names]
    _check_unread(root, shown, over, found)
    head = own["pack"]
    files: Files = own
    if head is not None:
        languages = core.languages_of(head)
        files = _with_core(root, shown, own, languages, found)
        if law:
            shown = f"{shipped_law.SHIPPED}/{law.name}" if law == shipped else f"{shown}/{law.name}"
            lawful = (*YAML_FILES, "refusals", "uncertain_days")
            theirs = _with_core(law, shown, _read_all(law, shown, lawful, found), languages, found)
            files = shipped_law.with_law(files, theirs)
    broken = None in (*files.values(), *clauses)
    if over and not broken:
        files |= _overlaid(root, over, files, found)
    whole = tuple(file for file in clauses if file)
    return PackFiles(files, whole, law or root, shown, broken or None in files.values())


def read_file(root: Path, name: str, shown: str, found: list[Finding]) -> TextFile | None:
    """One file, which findings call `shown`."""
    if not (root / name).is_file():
        found.append(Finding("file-missing", file=shown, params={"name": name}))
        return None
    try:
        file = read_text_file(root / name, shown)
        found += check_filled(file)
        return file
    except TextFileError as error:
        fault = error.fault
        params = {"detail": fault.detail}
        found.append(Finding(fault.rule, file=shown, line=fault.line, params=params))
        return None


def _read_all(root: Path, shown: str, names: Iterable[str], found: list[Finding]) -> Files:
    return {
        name: read_file(root, f"{name}.yaml", f"{shown}/{name}.yaml", found)
        for name in names
        if name not in OPTIONAL or (root / f"{name}.yaml").is_file()
    }


def _with_core(
    root: Path, shown: str, files: Files, languages: core.Languages, found: list[Finding]
) -> Files:
    """The files with the core that the pack builds on beneath them, where it builds on one."""
    folder = core.core_of(root)
    if folder is None:
        return files
    place = shown if folder.parent == root else shown.rpartition("/")[0]
    whole = dict(files)
    for name in core.FILES:
        beneath = read_file(folder, f"{name}.yaml", f"{place}/{core.FOLDER}/{name}.yaml", found)
        if beneath:
            Node(beneath, beneath.data, found).only(core.PARTS)
        if own := files.get(name):
            whole[name] = core.with_core(name, own, beneath, languages) if beneath else None
    return whole


def _overlaid(root: Path, over: Path, files: Files, found: list[Finding]) -> Files:
    whole: Files = {}
    for name in overlay.FILES:
        if (over / f"{name}.yaml").is_file():
            shown = f"{overlay.FOLDER}/{root.name}/{name}.yaml"
            above = read_file(over, f"{name}.yaml", shown, found)
            own = files.get(name) or TextFile(shown, {}, {})
            whole[name] = overlay.overlaid(name, own, above, found) if above else None
    return whole


def _check_unread(root: Path, shown: str, over: Path | None, found: list[Finding]) -> None:
    """What stands in a file that nobody reads would be missed in silence."""
    known = {f"{name}.yaml" for name in (*YAML_FILES, *OPTIONAL)}
    known |= {f"{core.FOLDER}/{name}.yaml" for name in core.FILES}
    unread = (
        [f"{overlay.FOLDER}/{root.name}/{n}" for n in overlay.unread_files(over)] if over else []
    )
    for name, _ in sorted(core.files_in(root)):
        folder, _, inner = name.rpartition("/")
        read = (
            name in known
            or (folder == "clauses" and inner.endswith(".yaml"))
            or (folder in ("rates", "holidays") and inner.endswith(".csv"))
            or folder.split("/")[0] in ("examples", shipped_law.FOLDER)
            or inner.endswith((".md", ".txt"))
        )
        unread += [] if read else [f"{shown}/{name}"]
    found += [Finding("unread-file", "warning", name) for name in unread]
