"""Two states of a pack: what reads otherwise, and what the later one breaks.

A state is `working` (the pack as the workspace has it), `shipped`, `approved` (the last text of
each kind that enough people accepted) or a git revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from notices.errors import PackError, WorkspaceError
from notices.finding import Finding, errors_in
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace
from notices.pack.check import check_kind_text
from notices.pack.load import find_pack
from notices.pack.types import Pack
from notices.review.all_clear import Played, Tried, play_examples, touched_kinds
from notices.review.check_pack import check_whole_folder
from notices.review.examples import read_examples
from notices.review.git_revisions import pack_at
from notices.review.said_changes import SaidChange, said_changes
from notices.wording.approval_check import last_accepted
from notices.wording.approvals import Approval, join_texts, read_kept_text
from notices.wording.redline import Redline, Text, compare_texts, pack_text

WORKING, SHIPPED, APPROVED = "working", "shipped", "approved"


@dataclass(frozen=True)
class State:
    """One state; the approved one has words alone, and no folder that letters can be made from."""

    label: str
    root: Path | None = None
    pack: Pack | None = None
    findings: tuple[Finding, ...] = ()
    kept: Text | None = None
    says_its_law: bool = True  # False: an own copy's law is the shipped pack's


@dataclass(frozen=True)
class Broken:
    """An example that came out before and does not any more."""

    name: str
    about: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Comparison:
    """What differs, and what breaks: the later state's new errors and warnings, its examples.

    `played` is how many examples were tried, `made` how many letters were made and read back: all
    of the kinds `touched`, of which `untried` have no example. `still` are errors of the later
    state, of pack and examples, that the earlier one has too. `unapproved` names the kinds that a
    comparison with the approved text leaves out.
    """

    redline: Redline
    findings: tuple[Finding, ...] = ()
    broken: tuple[Broken, ...] = ()
    played: int = 0
    unapproved: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    made: int = 0
    still: tuple[Finding, ...] = ()
    reworded: tuple[Finding, ...] = ()  # words that examples expect and the letters say no more
    said: tuple[SaidChange, ...] = ()  # conditions that read otherwise, of states that are packs

    @property
    def is_clear(self) -> bool:
        """Whether the later state may be called whole: its letters are made, nothing is missing."""
        faults = (*errors_in(self.findings), *self.broken, *self.still, *self.untried)
        faults = (*faults, *self.reworded)
        return not faults and self.played > 0


def compare_states(
    gate: LiveGate,
    pack_id: str,
    before: str,
    after: str = WORKING,
    *,
    as_of: date | None = None,
    examples: bool = True,
    render: bool = False,
    tried: Tried | None = None,
) -> Comparison:
    """What changed from one state to the other, and what that breaks.

    `examples` plays the later state's examples: those of the kinds that the change touches all the
    way, with `render` all of them, the others up to the composed document. Raises PackError where a
    state's pack can't be read, WorkspaceError where there is no such state.
    """
    with ExitStack() as stack:
        old = stack.enter_context(_state(gate, pack_id, before, as_of))
        new = stack.enter_context(_state(gate, pack_id, after, as_of))
        old_text, new_text, left_out = _texts(old, new)
        redline = compare_texts(old_text, new_text)
        found = tuple(_new_findings(old, new))
        packs = [state.pack for state in (old, new) if state.pack]
        touched = touched_kinds(redline, packs)
        it = Comparison(redline, found, (), 0, left_out, touched)
        if old.pack and new.pack:
            it = replace(it, said=said_changes(old.pack, new.pack))
        it = replace(it, still=errors_in(f for f in new.findings if f not in found))
        if examples and new.pack and _can_be_tried(new.pack, new.findings):
            made = new.pack.kinds if render else touched
            return _tried(it, gate.workspace, old, new, made, tried)
    return it


@contextmanager
def _state(gate: LiveGate, pack_id: str, name: str, as_of: date | None) -> Iterator[State]:
    workspace = gate.workspace
    if name == APPROVED:
        yield State(name, kept=approved_text(gate, pack_id))
        return
    roots = (workspace.builtin_root,) if name == SHIPPED else workspace.pack_roots
    root = find_pack(pack_id, roots)
    if root is None:
        raise PackError(f"no pack is called {pack_id[:60]}")
    if name in (WORKING, SHIPPED):
        yield _read(name, root, root, workspace, as_of)
        return
    with pack_at(root, name) as folder:
        yield _read(name, folder, root, workspace, as_of)


def _read(label: str, root: Path, home: Path, workspace: Workspace, as_of: date | None) -> State:
    pack, found = check_whole_folder(root, workspace, as_of, home)
    if pack is None:
        raise PackError(f"{root.name} ({label}) can't be read", found)
    return State(label, root, pack, found, says_its_law=workspace.law_of(home) is None)


def approved_text(gate: LiveGate, pack_id: str) -> Text:
    """The last accepted text of each kind. Raises WorkspaceError where no kind has one."""
    folder = gate.workspace.approvals
    found = approved_kinds(gate, pack_id)
    if folder is None or not found:
        raise WorkspaceError(f"no text of {pack_id} has been approved in this workspace")
    return join_texts((read_kept_text(folder, approval) for approval in found), APPROVED)


def approved_kinds(gate: LiveGate, pack_id: str) -> tuple[Approval, ...]:
    """Of each kind, the newest approval whose text enough people accepted."""
    counted, log, _ = gate.book(pack_id)
    book = [approval for approval in counted if approval.kind]  # those that withdraw among them
    found = []
    for kind in dict.fromkeys(approval.kind for approval in book):
        lines = [a for a in book if a.kind == kind]
        edits = [e for e in log if e.kind == kind]
        last = last_accepted(lines, edits, gate.shipped(pack_id, kind))
        found += [last] if last else []
    return tuple(found)


def _texts(old: State, new: State) -> tuple[Text, Text, tuple[str, ...]]:
    """Both states' words, of the kinds that both can tell, and which kinds are left out."""
    kept = [state.kept for state in (old, new) if state.kept]
    kinds = set.intersection(*(set(text.parts) for text in kept)) if kept else None

    def words(state: State) -> Text:
        if state.kept or state.pack is None:
            return state.kept or Text(state.label, {}, {})
        asked = None if kinds is None else [k for k in state.pack.kinds if k in kinds]
        return pack_text(state.pack, state.label, asked)

    packs = [state.pack for state in (old, new) if state.pack]
    known = dict.fromkeys(kind for pack in packs for kind in pack.kinds)
    left_out = () if kinds is None else tuple(kind for kind in known if kind not in kinds)
    return words(old), words(new), left_out


def _new_findings(old: State, new: State) -> Iterator[Finding]:
    """Errors and warnings of the later state that the earlier one does not have."""
    before = Counter(map(_what, old.findings))
    for finding in new.findings:
        if finding.severity == "note":
            continue
        if before[_what(finding)]:
            before[_what(finding)] -= 1
        else:
            yield finding


def _what(finding: Finding) -> tuple[object, ...]:
    """A finding without its line, which moves with every edit above it."""
    return (finding.rule, finding.file, finding.path, *sorted(finding.params.items()))


def _can_be_tried(pack: Pack, findings: Iterable[Finding]) -> bool:
    """Whether letters can be made: there is no error but of what kinds say."""
    said = {_what(f) for kind in pack.kinds for f in check_kind_text(pack, kind)}
    return all(_what(finding) in said for finding in errors_in(findings))


def _tried(
    it: Comparison,
    workspace: Workspace,
    old: State,
    new: State,
    made: Iterable[str],
    tried: Tried | None,
) -> Comparison:
    """The comparison with what became of the examples."""
    kinds = tuple(made)
    played = tuple(_play(workspace, new, kinds, tried))
    failing = [one for one in played if one.errors]
    names = {one.name for one in (*failing, *(one for one in played if one.reworded))}
    earlier = tuple(_play(workspace, old, kinds, tried, names))
    before = {one.name for one in earlier if one.errors}
    expected = [_what(f) for one in earlier for f in one.reworded]
    return replace(
        it,
        broken=tuple(Broken(o.name, o.about, o.errors) for o in failing if o.name not in before),
        still=(*it.still, *(f for one in failing if one.name in before for f in one.errors)),
        reworded=tuple(f for one in played for f in one.reworded if _what(f) not in expected),
        played=len(played),
        made=sum(one.made for one in played),
        untried=tuple(k for k in it.touched if k not in {one.kind for one in played}),
    )


def _play(
    workspace: Workspace,
    state: State,
    made: Iterable[str],
    tried: Tried | None,
    names: Iterable[str] | None = None,
) -> Iterator[Played]:
    """Each example as this state's pack makes it; `names`: only these."""
    if state.root is None or state.pack is None:
        return
    roots = (state.root.parent, *workspace.pack_roots)
    place = replace(workspace, pack_roots=roots, is_frozen=state.says_its_law)
    wanted = [e for e in read_examples(state.root) if names is None or e.name in names]
    if wanted:
        yield from play_examples(place, state.pack.digest, wanted, made, tried)
