"""The compare view's answers: a redline, what it breaks, and a file for outside counsel."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from notices.findings import Finding, as_record, errors_in
from notices.pack.check import check_pack
from notices.pack.redline import Redline, Run, as_data, compare_texts
from notices.pack.types import Pack
from notices.studio.desk import AskError, Desk, text_of_question
from notices.studio.states import StateError, state_pack, state_text
from notices.studio.view import Plain, read_words

HERE = Path(__file__).parent
TAGS = {"same": "span", "removed": "del", "added": "ins"}
Sides = Sequence[tuple[str, tuple[Run, ...]]]


def compare(desk: Desk, asked: Plain) -> Plain:
    """Two states of a kind's text, word by word, and the faults that the later one alone has."""
    redline = _redline(desk, asked)
    pack_id, kind = text_of_question(asked, "pack"), text_of_question(asked, "kind")
    before = state_pack(desk.shelf, pack_id, text_of_question(asked, "from"))
    after = state_pack(desk.shelf, pack_id, text_of_question(asked, "to"))
    return {
        **as_data(redline),
        "breaks": _breaks(before, after),
        "lost": _lost(before, after, kind),
    }


def export(desk: Desk, asked: Plain) -> str:
    """The redline as one HTML file for outside counsel: it needs and reaches nothing else."""
    redline = _redline(desk, asked)
    pieces = [
        _section(
            piece.name.removeprefix("clauses/"),
            [(side.lang, side.runs) for side in piece.sides],
            piece.stale,
        )
        for piece in redline.pieces
    ]
    pieces += [_section(part.kind, [("", part.runs)], stale=False) for part in redline.parts]
    page = (HERE / "static" / "redline.html").read_text(encoding="utf-8")
    return Template(page).substitute(
        title=escape(f"{asked.get('pack', '')} {asked.get('kind', '')}"),
        states=escape(f"{redline.before} → {redline.after}"),
        body="".join(pieces) or _both("compare-none"),
    )


def _section(name: str, sides: Sides, stale: bool) -> str:
    cells = "".join(
        f'<td lang="{escape(lang)}">'
        + "".join(f"<{TAGS[run.op]}>{escape(run.text)}</{TAGS[run.op]}>" for run in runs)
        + "</td>"
        for lang, runs in sides
    )
    told = f"<em>{_both('one-side')}</em>" if stale else ""
    return f"<section><h2>{escape(name)} {told}</h2><table><tr>{cells}</tr></table></section>"


def _both(key: str) -> str:
    words = read_words()[key]
    return escape(f"{words['zh']} / {words['en']}")


def _redline(desk: Desk, asked: Plain) -> Redline:
    pack_id, kind = text_of_question(asked, "pack"), text_of_question(asked, "kind")
    try:
        states = [
            state_text(desk.shelf, pack_id, kind, text_of_question(asked, end))
            for end in ("from", "to")
        ]
    except StateError as error:
        raise AskError(str(error)) from error
    return compare_texts(*states)


def _breaks(before: Pack | None, after: Pack | None) -> list[dict[str, object]]:
    """Errors of the later pack that the earlier one did not have."""
    if after is None:
        return []
    known = {(f.rule, f.path, tuple(f.params.items())) for f in _faults(before)}
    fresh = (f for f in _faults(after) if (f.rule, f.path, tuple(f.params.items())) not in known)
    return [as_record(finding) for finding in fresh]


def _faults(pack: Pack | None) -> tuple[Finding, ...]:
    return errors_in(check_pack(pack)) if pack else ()


def _lost(before: Pack | None, after: Pack | None, kind: str) -> list[str]:
    """What the kind had to print before and need not print now."""
    if before is None or after is None or kind not in before.kinds or kind not in after.kinds:
        return []
    now = after.kinds[kind].must_print
    return [name for name in before.kinds[kind].must_print if name not in now]
