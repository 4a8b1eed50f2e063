"""The SHA-256 of every example letter of every pack: what a change of code must leave as it is.

    python -m tests.letter_hashes [PACK …]             write tests/letter_hashes.txt, or print them
    python -m tests.letter_hashes --compare [PACK …]   say what differs from it; exit 1 if anything

Each example is made as a draft and as a live letter, and one case goes through `notices letter
--live`. The head of the file names the libraries that the bytes depend on beside this repository:
where those differ, other bytes say nothing about the code.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import io
import json
import multiprocessing
import os
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from ctypes.util import find_library
from importlib.metadata import version
from pathlib import Path

from notices.catalogue import line_of
from notices.cli.main import main as notices
from notices.finding import errors_in
from notices.letter.workspace import Workspace
from notices.page.fonts import read_font_set
from notices.page.pdf import PdfRenderer
from notices.places import FONTS, PACKS
from notices.review.examples import read_examples
from notices.review.rehearse import Rehearsal

LIST = Path(__file__).with_suffix(".txt")
FORMS = ("draft", "live")
BY_COMMAND = ("CN", "demand-consumer-loan-no-rate", "sample-lender")  # pack, example, sender
PACKAGES = (
    *("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "fonttools", "pyphen"),
    *("jinja2", "babel", "num2words", "segno", "qrbill", "pillow"),
)

Row = tuple[str, str, str]  # pack, example, form
Hashes = Mapping[Row, str]


def pack_names() -> tuple[str, ...]:
    """Every shipped pack."""
    return tuple(sorted(file.parent.name for file in PACKS.glob("*/pack.yaml")))


def read_versions() -> dict[str, str]:
    """The libraries that the bytes depend on, each with its version."""
    with tempfile.TemporaryDirectory() as folder:
        pango = PdfRenderer(read_font_set(FONTS), Path(folder)).version.rpartition("pango ")[2]
    from weasyprint.text.ffi import harfbuzz_subset

    return {
        "pango": pango,
        "harfbuzz": _harfbuzz(),
        "harfbuzz-subset": "yes" if harfbuzz_subset else "no",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **{name: version(name) for name in PACKAGES},
    }


def _harfbuzz() -> str:
    library = find_library("harfbuzz")
    if library is None:
        return "unknown"
    ask = ctypes.CDLL(library).hb_version_string
    ask.restype = ctypes.c_char_p
    return str(ask().decode())


# --- making the letters ------------------------------------------------------------------------


def make_pack(pack: str) -> Hashes:
    """The letters of a pack's examples in each form; where an example has several, numbered."""
    found = {}
    for form in FORMS:
        with Rehearsal(Workspace(), live=form == "live") as stage:
            for example in read_examples(PACKS / pack):
                outcome = stage.play(example)
                if errors_in(outcome.findings) or not outcome.letters:
                    told = map(line_of, errors_in(outcome.findings))
                    raise SystemExit("\n".join([f"{pack}/{example.name}: no letter", *told]))
                for number, letter in enumerate(outcome.letters, start=1):
                    place = form if number == 1 else f"{form}-{number}"
                    found[pack, example.name, place] = letter.digest
    return found


def make_by_command() -> Hashes:
    """One live letter as a clerk makes it: workspace, acceptance, `notices letter --live`."""
    pack, name, sender = BY_COMMAND
    (example,) = (one for one in read_examples(PACKS / pack) if one.name == name)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "workspace"
        _call("init", place)
        profile = (PACKS / pack / "examples" / "senders" / f"{sender}.yaml").read_bytes()
        (place / "senders" / f"{sender}.yaml").write_bytes(profile)
        case = place / "cases" / "case.json"
        case.write_text(json.dumps({**example.data["case"], "sender": sender}), encoding="utf-8")
        _call("--workspace", place, "pack", "accept", pack, "--by", "Ann Example", "--all-facts")
        day = example.data["case"]["issue_date"]
        _call("--workspace", place, "letter", case, "--issue-date", day, "--live")
        (letter,) = (place / "out").glob("*.pdf")
        digest = hashlib.sha256(letter.read_bytes()).hexdigest()
    return {(pack, name, "by-command"): digest}


def _call(*words: object) -> None:
    told = io.StringIO()
    with redirect_stdout(told), redirect_stderr(told):
        code = notices([str(word) for word in words])
    if code:
        raise SystemExit(f"notices {' '.join(map(str, words))}: {told.getvalue()}")


def make_all(packs: Sequence[str]) -> dict[Row, str]:
    """The letters of these packs, on all cores."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), spawn) as pool:
        made = [pool.submit(make_pack, pack) for pack in packs]
        if BY_COMMAND[0] in packs:
            made.append(pool.submit(make_by_command))
        found: dict[Row, str] = {}
        for part in made:
            found |= part.result()
    return found


# --- the file -----------------------------------------------------------------------------------


def write_list(versions: Mapping[str, str], hashes: Hashes) -> str:
    """The file's text: the versions as remarks, then a line for each letter."""
    head = [f"# {name} {number}" for name, number in versions.items()]
    return "\n".join([*head, *(" ".join((*row, hashes[row])) for row in sorted(hashes))]) + "\n"


def read_list(file: Path = LIST) -> tuple[dict[str, str], dict[Row, str]]:
    """The versions and hashes of the file."""
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    versions = {words[1]: words[2] for words in lines if words[0] == "#"}
    hashes = {(words[0], words[1], words[2]): words[3] for words in lines if words[0] != "#"}
    return versions, hashes


def compare_versions(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Each library that is not the one of the list."""
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"{name}: {then.get(name, 'none')} in the list, {now.get(name, 'none')} here"


def compare_hashes(then: Hashes, now: Hashes) -> Iterator[str]:
    """Each letter that is new, gone or other than the list says."""
    for row in sorted({*then, *now}):
        if then.get(row) != now.get(row):
            was, met = (hashes.get(row, "none")[:16] for hashes in (then, now))
            yield f"{' '.join(row)}: {was} -> {met}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.letter_hashes")
    parser.add_argument("packs", nargs="*", metavar="PACK", help="only these; else all")
    parser.add_argument("--out", type=Path, help=f"where the list goes; else {LIST.name}")
    parser.add_argument("--compare", action="store_true", help="against the list; writes nothing")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.packs) - set(pack_names()):
        parser.error(f"no such pack: {', '.join(sorted(unknown))}")
    packs = asked.packs or pack_names()
    file = asked.out or LIST
    versions, hashes = read_versions(), make_all(packs)
    if asked.compare:
        before, known = read_list(file)
        known = {row: digest for row, digest in known.items() if row[0] in packs or not asked.packs}
        differ = list(compare_hashes(known, hashes))
        print(*(f"library {line}\n" for line in compare_versions(before, versions)), sep="", end="")
        print(*(f"{line}\n" for line in differ), sep="", end="")
        print(f"{len(differ)} of {len(hashes)} letters differ")
        return 1 if differ else 0
    text = write_list(versions, hashes)
    if asked.packs and asked.out is None:
        print(text, end="")
    else:
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
