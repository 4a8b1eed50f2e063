"""One call of the command line: its language, its workspace, and what it says at the end."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import Any, NoReturn, TypeVar

import click

from notices.catalogue import Language, as_record, hint, line_of
from notices.cli.messages import read_messages
from notices.cli.translations import in_language
from notices.finding import Finding, errors_in
from notices.letter.workspace import Workspace, read_workspace
from notices.pack.load import find_pack, load_pack
from notices.pack.shipped_law import SHIPPED
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.tables.list_words import in_chinese

CLEAN, FINDINGS, FAULT, INTERRUPTED = 0, 1, 2, 130  # exit codes
LONG_WORK = 4  # letters; from here on a terminal shows a progress bar
_T = TypeVar("_T")


@dataclass
class Session:
    """What the global options said. Made once per call, by `Command`."""

    lang: Language
    as_json: bool = False
    folder: Path | None = None
    command: str = ""
    findings: list[Finding] = field(default_factory=list)
    next_step: str = ""

    @cached_property
    def workspace(self) -> Workspace:
        return read_workspace(self.folder, Path.cwd())

    def say(self, key: str, **values: object) -> None:
        """One of messages.yaml's sentences, to people."""
        self.print(self.words(key, **values))

    def print(self, text: str) -> None:
        """A line that is data rather than a sentence, to people."""
        if not self.as_json:
            click.echo(visible(text))

    def next(self, key: str, **values: object) -> None:
        """What people do next, one of messages.yaml's sentences: said last.

        Paths are quoted as a shell wants them.
        """
        typed = {n: quote(str(v)) if isinstance(v, Path) else v for n, v in values.items()}
        self.next_step = self.words(key, **typed)

    def words(self, key: str, **values: object) -> str:
        return read_messages()[key][self.lang].format(**values)

    def call(self, name: str, table: str) -> str:
        """A name of templates/mappings/words.yaml as people say it."""
        return in_chinese(name, table) if self.lang == "zh" else name.replace("_", " ")

    def note(self, findings: Iterable[Finding]) -> None:
        """Keep findings for the end; each is reported once."""
        self.findings += [f for f in findings if f not in self.findings]

    def finish(self, answer: dict[str, Any], code: int | None = None) -> NoReturn:
        """Tell all findings and leave: with `code`, else 1 where an error was found, else 0."""
        if code is None:
            code = FINDINGS if errors_in(self.findings) else CLEAN
        if self.as_json:
            answer = {"command": self.command, "exit_code": code, **answer}
            answer["findings"] = [as_record(finding) for finding in self.findings]
            click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            self._tell()
            errors = bool(errors_in(self.findings))
            step = self.next_step or (self.words("next-correct") if errors else "")
            if step:
                click.echo(visible(self.words("next", step=step)), err=errors)
        raise click.exceptions.Exit(code)

    def fail(
        self, kind: str, text: str, findings: Iterable[Finding] = (), code: int = FAULT
    ) -> int:
        """Say why nothing could be done; returns the exit code."""
        self.note(findings)
        text = in_language(text, self.lang)
        if self.as_json:
            answer = {
                "exit_code": code,
                "error": {"kind": kind, "message": text},
                "findings": [as_record(finding) for finding in self.findings],
            }
            click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            self._tell()
            click.echo(f"notices: {visible(text)}", err=True)
        return code

    def _tell(self) -> None:
        clear = sys.stderr is not None and sys.stderr.isatty()  # a screen; a log may be passed on
        by_file: dict[str, list[Finding]] = {}
        for finding in self.findings:
            by_file.setdefault(finding.file, []).append(finding)
        for group in by_file.values():
            hints: set[str] = set()
            for finding in group:
                click.echo(
                    visible(line_of(self._placed(finding), self.lang, clear=clear)), err=True
                )
                remedy = hint(finding, self.lang)
                if remedy not in hints:
                    click.echo(f"    {visible(remedy)}", err=True)
                hints.add(remedy)
            click.echo("", err=True)
        if self.findings:
            errors = len(errors_in(self.findings))
            others = len(self.findings) - errors
            click.echo(self.words("tally", errors=errors, others=others), err=True)

    def _placed(self, finding: Finding) -> Finding:
        """The finding where people find it: a shipped pack's files are not in the workspace."""
        head, pack_id, *inner = (*finding.file.split("/", 2), "")[:3]
        is_ours = head != SHIPPED and (head != "packs" or self._is_own(pack_id))
        if is_ours or not inner[0]:
            return finding
        place = self.words("shipped-place", pack=pack_id, file=inner[0])
        return replace(finding, file=place)

    def _is_own(self, pack_id: str) -> bool:
        root = find_pack(pack_id, self.workspace.pack_roots)
        return root is None or root.parent != self.workspace.builtin_root

    def each(self, items: Sequence[_T]) -> Iterator[_T]:
        """The items, with a progress bar where the work is long and somebody watches."""
        if self.as_json or len(items) < LONG_WORK or not (sys.stdout and sys.stdout.isatty()):
            yield from items
            return
        with click.progressbar(items, label=self.words("working"), file=sys.stderr) as bar:
            yield from bar

    def pack(self, pack_id: str) -> Pack:
        """A pack as this workspace has it. Raises PackError; usage error where there is none."""
        return load_pack(*self.workspace.of_pack(self.pack_root(pack_id)))

    def pack_root(self, pack_id: str) -> Path:
        """The folder of a pack; a usage error, with the nearest name, where there is none."""
        root = find_pack(pack_id, self.workspace.pack_roots)
        if root is None:
            near = near_miss(pack_id, self.workspace.pack_ids()) or "–"
            raise click.UsageError(self.words("no-pack", name=pack_id, near=near))
        return root

    def only_pack(self) -> str:
        """The pack where there is but one; a usage error where somebody must say which."""
        known = self.workspace.pack_ids()
        if len(known) != 1:
            raise click.UsageError(self.words("which-pack", known=", ".join(known) or "–"))
        return known[0]

    def kind(self, pack_id: str, kind: str) -> Pack:
        """The pack, once it is sure that it has the kind."""
        pack = self.pack(pack_id)
        if kind not in pack.kinds:
            near = near_miss(kind, pack.kinds) or ", ".join(pack.kinds)
            raise click.UsageError(self.words("no-kind", pack=pack_id, name=kind, near=near))
        return pack


def visible(text: str) -> str:
    """`text` with every control and direction character shown as its code: values are not ours."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\u{ord(c):04x}" for c in text)


def default_language() -> Language:
    """zh or en, as the environment's locale says."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
