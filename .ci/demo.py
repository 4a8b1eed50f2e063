"""The demo: a first letter at once, then one of each kind of every pack, and a page with them all.

    python .ci/demo.py OUT          one letter per kind
    python .ci/demo.py OUT --all    every example

Letters of fictional people, drawn as live ones, from a workspace whose wording was accepted.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from notices.catalogue import line_of
from notices.cli.main import main as notices
from notices.errors import NoticesError
from notices.figures.reach import derive_reach
from notices.finding import errors_in
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace, read_workspace
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.proof.readback import rasterise
from notices.review.accept import approvals_folder, enter, new_facts, new_kinds
from notices.review.examples import Example, read_examples
from notices.review.rehearse import Outcome
from notices.review.rehearse_many import Task, rehearse_many

FIRST = ("CN", "formal_demand")
DPI = 60  # of the pictures in the gallery
Letter = tuple[Pack, Example, Path]

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>notices: example letters</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; }}
body {{ margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }}
h2 {{ border-bottom: 1px solid #bbb; margin-top: 2.5rem; }}
ul {{ display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }}
ul {{ list-style: none; padding: 0; }}
img {{ border: 1px solid #aaa; width: 100%; height: auto; }}
p {{ margin: .3rem 0; }}
</style>
<h1>Example letters <span lang="zh">示例函件</span></h1>
<p>All people are made up. Each picture is a first page and opens its PDF.
<span lang="zh">人物均为虚构。图为首页,点击打开 PDF。</span></p>
{packs}
</html>
"""


def main(arguments: Sequence[str]) -> int:
    """Make the letters and the page. Returns the exit code."""
    out = Path(arguments[0])
    shutil.rmtree(out, ignore_errors=True)
    with redirect_stdout(io.StringIO()):
        notices(["init", str(out / "workspace")])
    workspace = read_workspace(out / "workspace", Path.cwd())
    packs = {pack_id: accepted_pack(workspace, pack_id) for pack_id in workspace.pack_ids()}
    chosen = [
        (pack, example)
        for pack in sorted(packs.values(), key=lambda pack: pack.id != FIRST[0])
        for example in (
            read_examples(pack.root) if "--all" in arguments else one_of_each_kind(pack)
        )
    ]
    chosen.sort(key=lambda pair: (pair[0].id, pair[1].record.data["kind"]) != FIRST)
    tasks = [Task(example, out / pack.id) for pack, example in chosen]
    letters: list[Letter] = []
    faults = 0
    for number, outcome in enumerate(outcomes(workspace, tasks), 1):
        pack, example = chosen[number - 1]
        place = outcome.files[0] if outcome.files else out / pack.id
        print(
            f"{number}/{len(tasks)}  {pack.id}/{example.record.data['kind']}  {place}", flush=True
        )
        if number == 1:
            print("That is the first letter, ready to open; the others follow.", flush=True)
        for file in outcome.files:
            draw_first_page(file)
            letters.append((pack, example, file))
        for finding in errors_in(outcome.findings):
            faults += 1
            print(f"    {line_of(finding)}", flush=True)
    page = write_gallery(out, letters)
    with redirect_stdout(io.StringIO()) as said:
        notices(["packs", "--workspace", str(out / "workspace")])
    print("\nUntil when letters can be made:")
    for line in said.getvalue().splitlines():
        if not line.strip().startswith(("kinds:", "languages:", "Next:")):
            print(line)
    print(f"\n{len(letters)} letters in {out}/. See them all: {opener()} {page}")
    return 1 if faults else 0


def accepted_pack(workspace: Workspace, pack_id: str) -> Pack:
    """The pack, its wording and facts accepted by somebody called Demo."""
    pack = load_pack(next(r / pack_id for r in workspace.pack_roots if (r / pack_id).is_dir()))
    now = datetime.now(UTC)
    gate = LiveGate(workspace, now.isoformat(timespec="seconds"))
    facts = [source.id for source in pack.sources if source.status == "unverified"]
    for approval in (
        *new_kinds(gate, pack, pack.kinds, "Demo", now),
        *new_facts(gate, pack, facts, "Demo", now),
    ):
        enter(approvals_folder(workspace), pack, approval)
    return pack


def one_of_each_kind(pack: Pack) -> Iterator[Example]:
    """An example of each kind: in two languages, a creditor's to a consumer, where there is one."""
    examples = [example for example in read_examples(pack.root) if not example.faults]

    def rank(example: Example) -> tuple[bool, bool, bool, str]:
        data, sender = example.record.data, example.sender.data
        alone = len(data.get("languages") or pack.language_sets[0]) < 2
        consumer = data["recipient"]["type"] == "consumer"
        return alone, not consumer, sender.get("role") != "creditor", example.name

    for kind in pack.kinds:
        yield min((e for e in examples if e.record.data["kind"] == kind), key=rank)


def outcomes(workspace: Workspace, tasks: Sequence[Task]) -> Iterator[Outcome]:
    """The first letter at once in this process, the others on all cores."""
    yield from rehearse_many(workspace, tasks[:1], 1, live=True)
    yield from rehearse_many(workspace, tasks[1:], os.cpu_count() or 1, live=True)


def write_gallery(out: Path, letters: Sequence[Letter]) -> Path:
    """`index.html`: the letters pack by pack, each first page as a link to its PDF."""
    parts = []
    for pack in dict.fromkeys(pack.id for pack, _, _ in letters):
        own = [letter for letter in letters if letter[0].id == pack]
        names = own[0][0].names
        title = " · ".join(
            f'<span lang="{tag}">{escape(name)}</span>' for tag, name in sorted(names.items())
        )
        parts.append(f"<h2>{pack}: {title}</h2>\n{until(own[0][0])}<ul>")
        parts += [shown(out, example, file) for _, example, file in own]
        parts.append("</ul>")
    page = out / "index.html"
    page.write_text(PAGE.format(packs="\n".join(parts)), encoding="utf-8")
    return page


def until(pack: Pack) -> str:
    """Until which day of issue each kind can be made, for all that its tables say."""
    ends = (
        f"{reach.kind}: {reach.until}" + ("" if reach.always else f" ({reach.table})")
        for reach in derive_reach(pack)
    )
    said = "; ".join(ends)
    return (
        f'<p>Until 至 (<span lang="zh">出具日</span>, day of issue): {said}</p>\n' if said else ""
    )


def draw_first_page(letter: Path) -> None:
    """The letter's first page as a picture beside it."""
    picture = rasterise(letter.read_bytes(), 1, DPI, grey=False)
    picture.quantize(32).save(letter.with_suffix(".png"), optimize=True)


def shown(out: Path, example: Example, file: Path) -> str:
    """One letter of the gallery."""
    kind, about = escape(example.record.data["kind"]), escape(example.about)
    link, image = (place.relative_to(out).as_posix() for place in (file, file.with_suffix(".png")))
    return (
        f'<li><a href="{link}"><img src="{image}" alt="{kind}: {about}"></a>'
        f"<p><strong>{kind}</strong></p><p>{about}</p></li>"
    )


def opener() -> str:
    """The command that opens a page on this machine."""
    return "open" if sys.platform == "darwin" else "xdg-open"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NoticesError as error:
        sys.exit(f"demo: {error}")
