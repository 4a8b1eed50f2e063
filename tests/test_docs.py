"""The documentation is true: commands exist and run, links lead somewhere, lists are complete."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs.generate.pages import PAGES
from notices.case.record import records_of
from notices.catalogue import read_catalogue
from notices.cli.commands import cli
from notices.letter.make import LetterMaker
from notices.pack.fieldtypes import FIELD_TYPES
from notices.pack.load import load_pack
from notices.pack.vocabulary import (
    DEBTOR_TYPES,
    DERIVED_FLAGS,
    FIGURES,
    LAYOUTS,
    PARTY_ROLES,
    SECTIONS,
    SENDER_ROLES,
)
from notices.page.blocks import BLOCKS
from notices.page.forms import FORMS
from notices.places import PACKS, TEMPLATES
from notices.plan.holds import HOLDS
from notices.textfiles import parse_yaml, read_text_file
from tests.cli.test_pack_new import fill
from tests.letter import letters
from tests.letter.letters import CAPPED, HOME

TEXTS = {
    file.relative_to(HOME).as_posix(): file.read_text(encoding="utf-8")
    for file in (
        *HOME.glob("*.md"),
        *(HOME / "docs").rglob("*.md"),
        *(HOME / "fonts").glob("*.md"),
        *(HOME / "templates").rglob("*.md"),
    )
}
COMMAND = re.compile(r"^(?:(?:\.\./)?\.venv/bin/)?notices (?P<words>.*)$")
TARGETS = set(re.findall(r"^([a-z-]+):", (HOME / "Makefile").read_text(encoding="utf-8"), re.M))


def code_blocks(text: str) -> list[str]:
    """Indented and fenced blocks."""
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.M | re.S)
    indented = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", text, re.M)
    return [*fenced, *(re.sub(r"^ {4}", "", block, flags=re.M).strip("\n") for block in indented)]


def code_lines(text: str) -> Iterator[str]:
    """Each line of code, and each stretch of code within the text, without its remark."""
    for block in code_blocks(text):
        for line in block.splitlines():
            yield re.sub(r"\s+#.*$", "", line).strip()
    yield from (stretch.strip() for stretch in re.findall(r"`([^`\n]+)`", text))


def commands_in(text: str) -> list[list[str]]:
    """The words of every `notices …` line, redirections and what follows `&&` left out."""
    found = []
    for line in code_lines(text):
        if said := COMMAND.match(line):
            words = re.split(r"\s(?:>|&&|\|)\s|;", said["words"])[0]
            found.append(shlex.split(words))
    return found


def unknown_in(words: list[str]) -> str:
    """The first word of a command line that names no command and no option."""
    command: click.Command = cli
    context = click.Context(cli, info_name="notices")
    known = {o for parameter in cli.params for o in parameter.opts} | {"--help"}
    wants_value = {o for p in cli.params if not getattr(p, "is_flag", False) for o in p.opts}
    skip = False
    for word in words:
        if skip:
            skip = False
        elif re.match("-[^0-9]", word):  # -0.50 is an argument
            option = word.partition("=")[0]
            if option not in known:
                return word
            skip = option in wants_value and "=" not in word
        elif isinstance(command, click.Group):
            inner = command.get_command(context, word)
            if inner is None:
                return word
            command = inner
            known |= {o for parameter in command.params for o in parameter.opts}
            wants_value |= {
                o for p in command.params if not getattr(p, "is_flag", False) for o in p.opts
            }
    return ""


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_line_is_real(name: str) -> None:
    wrong = {
        " ".join(words): bad for words in commands_in(TEXTS[name]) if (bad := unknown_in(words))
    }
    assert wrong == {}


def test_the_reader_of_command_lines_knows_wrong_ones() -> None:
    assert unknown_in(["leter", "x"]) == "leter"
    assert unknown_in(["pack", "chek", "CN"]) == "chek"
    assert unknown_in(["letter", "x", "--lve"]) == "--lve"
    assert unknown_in(["--workspace", "desk", "letter", "x", "--live"]) == ""
    found = [words for text in TEXTS.values() for words in commands_in(text)]
    assert len(found) > 30


@pytest.mark.parametrize("name", TEXTS)
def test_every_make_target_is_real(name: str) -> None:
    named = {m[1] for line in code_lines(TEXTS[name]) if (m := re.match(r"make ([\w-]+)", line))}
    assert named <= TARGETS
    for script in (HOME / ".ci").iterdir():
        text = script.read_text(encoding="utf-8")
        assert set(re.findall(r"^make ([\w-]+)", text, re.M)) <= TARGETS, script


@pytest.mark.parametrize("name", TEXTS)
def test_every_link_leads_to_a_file(name: str) -> None:
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (HOME / name).parent / path if path else HOME / name
        if not target.exists():
            dead.append(link)
        elif anchor:
            heads = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.M)
            slugs = {
                re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads
            }
            assert anchor in slugs, link
    assert dead == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_of_the_house_that_is_named_exists(name: str) -> None:
    named = re.findall(r"`([\w./-]+\.(?:py|toml|css|j2))`", TEXTS[name])
    places = (
        (HOME / name).parent,
        HOME,
        HOME / "notices",
        HOME / "templates" / "layout",
        HOME / "templates" / "workspace",
    )
    assert [n for n in named if not any((place / n).exists() for place in places)] == []


@pytest.mark.parametrize("page", PAGES)
def test_generated_pages_are_what_the_code_says(page: str) -> None:
    written = (HOME / "docs" / page).read_text(encoding="utf-8")
    assert written == PAGES[page](), "run `make docs`"


def test_every_rule_is_documented_and_every_documented_rule_exists() -> None:
    documented = re.findall(r"^\| `([a-z0-9-]+)` \|", TEXTS["docs/rules.md"], re.M)
    assert sorted(documented) == sorted(read_catalogue())
    told = (HOME / "notices").rglob("*.py")
    used = {
        rule
        for file in told
        for rule in re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)"', file.read_text(encoding="utf-8"))
    }
    assert read_catalogue().keys() <= used, "a rule that nothing finds"


def test_the_pack_format_lists_all_that_a_pack_may_name() -> None:
    text = TEXTS["docs/packs.md"]
    (blocks,) = re.findall(r"^Block names are the layout's vocabulary: `([^`]+)`", text, re.M)
    assert set(blocks.split()) == {*BLOCKS, *FORMS}
    types = re.findall(r"^Types: (.*?)\n\n", text, re.M | re.S)[0]
    assert set(FIELD_TYPES) <= set(re.findall(r"`(\w+)`", types))
    table = text[text.index("## Placeholders") : text.index("## fields.yaml")]
    listed = {
        name for row in re.findall(r"^\| ((?:`\w+` ?)+)\|", table, re.M) for name in row.split()
    }
    assert {f"`{name}`" for name in FIGURES} <= listed


def test_the_glossary_has_every_word_that_code_and_packs_use() -> None:
    text = TEXTS["docs/glossary.md"]
    words = set(re.findall(r"`(\w+)`", text))
    packs = [load_pack(file.parent) for file in PACKS.glob("*/pack.yaml")]
    states = read_text_file(TEMPLATES / "mappings" / "words.yaml").data["states"]["values"]
    wanted = {
        *FIGURES,
        *DERIVED_FLAGS,
        *BLOCKS,
        *FORMS,
        *SECTIONS,
        *SENDER_ROLES,
        *DEBTOR_TYPES,
        *PARTY_ROLES,
        *LAYOUTS,
        *HOLDS,
        *states,
        *(kind for pack in packs for kind in pack.kinds),
        *(item for pack in packs for item in pack.item_kinds),
    }
    assert wanted - words == set()
    cells = [row.strip("|").split("|") for row in re.findall(r"^\|.*\|$", text, re.M)]
    chinese = [row[-1] for row in cells if row[-1].strip() not in ("中文", "---")]
    assert len(chinese) > 90 and all(re.search("[\u4e00-\u9fff]", cell) for cell in chinese)


def test_the_example_record_of_the_documentation_is_a_good_one(maker: LetterMaker) -> None:
    (block,) = [b for b in code_blocks(TEXTS["docs/case-record.md"]) if b.startswith("id: ")]
    (text,) = parse_yaml(block, "docs/case-record.md")
    (record,) = records_of(text)
    (checked,) = letters.check(maker, record, letters.sender(CAPPED))
    assert checked.document is not None, checked.findings


def test_the_changelog_tells_text_figures_and_code_apart() -> None:
    text = TEXTS["CHANGELOG.md"]
    unreleased = text.partition("## Unreleased")[2].partition("\n## ")[0]
    heads = re.findall(r"^### (\w+)$", unreleased, re.M)
    assert heads == ["Text", "Figures", "Code"]
    for section in re.split(r"^### \w+$", unreleased, flags=re.M)[1:]:
        assert re.search(r"^- \S", section, re.M)


def run(line: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A line of the README as a shell runs it, with this checkout's command."""
    command = f"{shlex.quote(sys.executable)} -m notices.cli"
    line = re.sub(r"(?:\.\./)?\.venv/bin/notices", lambda _: command, line)
    return subprocess.run(
        ["sh", "-ec", f"{line}\npwd"],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(HOME), "LANG": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.heavy
def test_the_clerk_s_lines_of_the_readme_reach_a_live_letter(tmp_path: Path) -> None:
    tried, own = [b for b in code_blocks(TEXTS["README.md"]) if "notices init" in b]
    place = tmp_path
    for line in re.sub(r"\s+#.*", "", tried).strip().splitlines():
        done = run(line, place)
        assert done.returncode == 0, (line, done.stderr)
        place = Path(done.stdout.splitlines()[-1])
    assert place == tmp_path / "desk"
    names = {"".join(file.suffixes) for file in (place / "out").iterdir()}
    assert names == {".draft.pdf", ".pdf"}
    init, new = re.sub(r"\s+#.*", "", own).strip().splitlines()
    done = run(init, place)
    office = Path(done.stdout.splitlines()[-1])
    assert office == tmp_path / "office" and run(new, office).returncode == 0
    empty = run("../.venv/bin/notices check cases/first.yaml", office)
    assert empty.returncode == 1 and "(required-field)" in empty.stderr


def test_the_chinese_readme_has_the_commands_and_pictures_of_the_english_one() -> None:
    """Line by line; the remarks are in the page's own language."""
    english, chinese = (
        [
            re.sub(r"\s+#.*", "", line).strip()
            for block in code_blocks(TEXTS[name])
            for line in block.splitlines()
        ]
        for name in ("README.md", "README.zh.md")
    )
    assert chinese == english
    pictures = re.compile(r"\]\((docs/pictures/(?!packs/)[^)]+)\)")
    assert pictures.findall(TEXTS["README.zh.md"]) == pictures.findall(TEXTS["README.md"])


def test_every_page_of_the_documentation_is_in_the_index() -> None:
    index = TEXTS["README.md"]
    pages = [n for n in TEXTS if n.startswith("docs/") and n.count("/") == 1]
    assert [page for page in pages if f"({page})" not in index] == []


@pytest.mark.heavy
def test_the_lines_for_a_legal_team_run(tmp_path: Path) -> None:
    (block,) = [b for b in code_blocks(TEXTS["README.md"]) if "pack check" in b]
    lines = [re.sub(r"\s+#.*", "", line) for line in block.strip().splitlines()]
    quick = [line for line in lines if "--rehearse" not in line]
    assert quick and len(lines) == len(quick) + 1, (
        "rehearsals are run by tests/review/test_rehearse.py"
    )
    for line in quick:
        done = run(line, tmp_path)
        assert done.returncode == 0, done.stderr


@pytest.mark.heavy
def test_the_walk_through_a_pack_of_one_s_own_runs_as_told(tmp_path: Path) -> None:
    text = TEXTS["docs/write-a-pack.md"]
    blocks = code_blocks(text)
    begin = next(block for block in blocks if "notices pack new" in block)
    done = run(f"{begin}\npwd".replace("notices ", ".venv/bin/notices "), tmp_path)
    assert done.returncode == 0, done.stderr
    desk = Path(done.stdout.splitlines()[-1])
    pack = desk / "packs" / "QZ"
    check = ".venv/bin/notices pack check QZ"
    (told,) = [line for line in text.splitlines() if "(text-to-fill)" in line]
    assert told.strip() in run(check, desk).stderr.splitlines()

    fill(pack)  # section 2
    clean = run(check, desk)
    assert clean.returncode == 0 and "error" not in clean.stdout, clean.stderr

    table, rule, clause = (  # section 4, put where the page says
        next(block for block in blocks if block.startswith(start))
        for start in ("# rhythm", "statutory:", "cooling-off:")
    )
    (pack / "rates").mkdir()
    (pack / "rates" / "base.csv").write_text(f"{table}\n", encoding="utf-8")
    add(pack / "rules.yaml", "interest:\n", indented(rule))
    add(pack / "clauses" / "help.yaml", "no-court:\n", f"{clause}\n\n", before=True)
    add(
        pack / "kinds.yaml",
        "    - {clause: no-court, style: small}\n",
        "    - {clause: cooling-off}\n",
    )
    with_law = run(check, desk)
    assert with_law.returncode == 0, with_law.stderr
    assert "rates-end" not in with_law.stderr

    assert run(f"{check} --live", desk).returncode == 1
    accept = [line for block in blocks for line in block.splitlines() if " accept " in line]
    for line in accept:
        accepted = run(line.replace("notices ", ".venv/bin/notices ", 1), desk)
        assert accepted.returncode == 0, accepted.stderr
    live = run(f"{check} --live", desk)
    assert live.returncode == 0, live.stderr


def indented(block: str) -> str:
    return "".join(f"  {line}\n" for line in block.splitlines())


def add(file: Path, mark: str, text: str, before: bool = False) -> None:
    """Put text after (or before) a line of a file."""
    whole = file.read_text(encoding="utf-8")
    assert whole.count(mark) == 1, (file, mark)
    file.write_text(whole.replace(mark, text + mark if before else mark + text), encoding="utf-8")
