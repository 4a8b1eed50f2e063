"""The smaller commands: lists, explanations, tables, completion, the reference."""

from __future__ import annotations

import ast
import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs.generate.commands import commands_page
from docs.generate.pages import DOCS, PAGES
from notices.catalogue import Language, line_of, read_catalogue, read_groups
from notices.catalogue.rule_examples import read_rule_examples
from notices.cli.commands import COMMANDS, cli
from notices.cli.messages import read_messages
from notices.cli.translations import TRANSLATIONS, in_language
from notices.places import PACKS
from notices.tables.mapping_draft import OFFERED
from notices.textfiles import read_text_file
from tests.cli.calls import DATED, HOME, Call, run_outside


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_what_the_code_says(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert page == PAGES[name](), "run `make docs`"


def test_every_command_takes_the_global_options_and_says_what_it_does(call: Call) -> None:
    for heading in commands_page().split("\n## ")[2:]:
        command = heading.splitlines()[0].split()[1:]
        said = call(*command, "--help")
        assert said.code == 0
        for option in ("--json", "--lang", "--workspace"):
            assert option in said.out, command


def test_the_help_of_a_group_says_what_each_command_says_of_itself() -> None:
    context = click.Context(cli)
    for name, entry in COMMANDS.items():
        command: click.Command | None = cli
        for word in name.split():
            assert isinstance(command, click.Group)
            command = command.get_command(context, word)
        assert command is not None and command.name == name.split()[-1]
        assert command.help and entry.help == command.help.split("\n\n")[0].replace("\n", " ")


def test_without_a_command_the_help_is_shown(call: Call) -> None:
    for group in ((), ("pack",), ("ledger",)):
        said = call(*group)
        assert said.code == 2 and "Commands:" in said.err and "Traceback" not in said.err
    assert call("--json").json["error"]["kind"] == "usage"


def test_messages_have_both_languages_and_the_same_slots() -> None:
    import string

    for key, texts in read_messages().items():
        slots = [
            {name for _, name, _, _ in string.Formatter().parse(texts[lang]) if name}
            for lang in ("en", "zh")
        ]
        assert slots[0] == slots[1], key


def calls_of_messages() -> Iterator[tuple[str, str, set[str], bool]]:
    """Each sentence that a command says: place, key, the values given, and whether more are."""
    for file in sorted((HOME / "notices" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr not in ("say", "words", "next") or not node.args:
                continue
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                names = {word.arg for word in node.keywords if word.arg}
                spread = any(word.arg is None for word in node.keywords)
                yield f"{file.name}:{node.lineno}", key.value, names, spread


def test_each_sentence_is_said_with_the_values_that_it_asks_for() -> None:
    messages = read_messages()
    for place, key, given, more in calls_of_messages():
        assert key in messages, (place, key)
        slots = set(re.findall(r"(?<!\{)\{(\w+)\}", messages[key]["en"]))
        assert more or slots == given, (place, key)


def test_no_sentence_is_left_that_nobody_says() -> None:
    source = "".join(f.read_text(encoding="utf-8") for f in (HOME / "notices").rglob("*.py"))
    said_by_part = ("pack-new-", "state-", "approvals-", *(f"map-{how}" for how in OFFERED))
    for key in read_messages():
        assert re.search(f"[\"']{key}[\"']", source) or key.startswith(said_by_part), key


def test_a_shipped_pack_s_file_is_not_told_as_one_of_the_workspace(
    call: Call, workspace: Path, case: Path
) -> None:
    said = call("letter", *DATED, case, "--live")
    assert "shipped pack CN, kinds.yaml:" in said.err and "packs/CN" not in said.err
    shutil.copytree(PACKS / "CN", workspace / "packs" / "CN")
    assert "packs/CN/kinds.yaml:" in call("letter", *DATED, case, "--live").err


HAN = re.compile("[\u4e00-\u9fff]")


def test_sayings_keep_their_slots_and_none_hides_another() -> None:
    rows = read_text_file(TRANSLATIONS).data
    for row in rows:
        slots = re.findall(r"\{(\w+)\}", row["en"])
        assert sorted(slots) == sorted(re.findall(r"\{(\w+)\}", row["zh"])), row
        said = row["en"].format_map({slot: f"<{slot}>" for slot in slots})
        told = row["zh"].format_map({slot: f"<{slot}>" for slot in slots})
        assert in_language(said, "zh") == told and in_language(said, "en") == said
    system = {os.strerror(number) for number in errno.errorcode}
    source = "".join(file.read_text(encoding="utf-8") for file in HOME.glob("notices/**/*.py"))
    source = re.sub(r'"\s*\n\s*f?"', "", source)
    for row in rows[[row["en"].startswith("{place}: there") for row in rows].index(True) :]:
        pieces = re.split(r"\{\w+\}", row["en"])
        longest = max(pieces, key=len).strip(": ()?")
        assert longest in system or longest in source or longest in SPLIT, row


# what the code puts together from pieces
SPLIT = {
    "no notices.toml here; `notices init` makes a workspace",
    ". Put it back to go on, or begin a new run with another --out",
    ". Put it back to go on, or give the same command with --again --reason TEXT: "
    "it makes every letter anew in a folder beside and takes out those made here",
}


@pytest.mark.parametrize(
    "words",
    [
        ("print",),
        ("print", "nowhere"),
        ("print", ".", "--most", "0"),
        ("print", ".", "--most", "x"),
        ("print", ".", "--today", "soon"),
        ("print", ".", "--tody", "2026-04-01"),
        ("print", ".", "."),
        ("print", ".", "--withdraw"),
        ("print", ".", "--withdraw", "nowhere.csv"),
        ("print", ".", "--json=x"),
        ("reprint", "."),
        ("reprint", ".", "--seq", "x"),
        ("rates", "add", "lpr_1y"),
        ("pront",),
        ("ledger", "withdraw", "."),
        ("reissue", "X"),
        ("letter", "nowhere.yaml"),
        ("init", "."),
        ("ems", "run", "--profile", "none"),
        ("letter", "notices.toml", "--layout", "round"),
        ("batch", "notices.toml", "--simplexx"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(
    call: Call, workspace: Path, words: tuple[str, ...]
) -> None:
    (workspace / "run").mkdir()
    english, chinese = call(*words, "--lang", "en"), call(*words, "--lang", "zh")
    assert english.code == chinese.code == 2
    assert not HAN.search(english.err)
    last = chinese.err.strip().splitlines()[-1]
    assert HAN.search(last.partition(":")[2]), chinese.err
    bare = re.sub(r"'[^']*'|`[^`]*`|/\S+|\[[^]]*\]", "", last)  # names, and what was typed
    assert not re.search(r"[a-z]{4,} [a-z]{2,}", bare), chinese.err


def test_packs_and_envelopes_are_listed(call: Call, workspace: Path) -> None:
    packs = call("packs", "--json").json["packs"]
    assert {"CN"} <= {pack["pack"] for pack in packs}
    assert all(pack["faults"] == 0 and pack["shipped"] for pack in packs)
    assert call("packs", "--names").out.split() == [pack["pack"] for pack in packs]
    names = {envelope["name"] for envelope in call("envelopes", "--json").json["envelopes"]}
    assert {"cn-dl", "cn-c5", "a4-windowless"} <= names
    assert "CN" in call("packs").out and "cn-dl" in call("envelopes").out


def test_fields_are_listed_and_make_a_schema(call: Call, workspace: Path) -> None:
    said = call("fields", "CN/formal_demand", "--json")
    fields = {field["path"]: field for field in said.json["fields"]}
    assert fields["id"]["need"] == "always"
    assert fields["debts[].contract_number"]["need"] == "sometimes"
    assert all(field["source"] and field["hint"] for field in fields.values())
    schema = json.loads(call("fields", "CN/formal_demand", "--json-schema").out)
    assert schema["$schema"].endswith("2020-12/schema")
    assert "* id" in call("fields", "CN/reminder", "--level", "2").out


def test_rules_are_explained(call: Call) -> None:
    said = call("explain", "already-issued")
    assert said.code == 0 and "cycle" in said.out
    assert "(nearest: already-issued)" in call("explain", "already-isued").err
    assert {r["rule"] for r in call("explain", "--json").json["rules"]} == set(read_catalogue())


def test_without_a_rule_the_groups_are_listed(call: Call) -> None:
    said = call("explain").out.splitlines()
    assert [line.partition(":")[0] for line in said[:-1]] == [*read_groups()]
    assert "notices explain GROUP" in said[-1]
    for name, group in read_groups().items():
        lines = call("explain", name).out.splitlines()[1:]
        assert [line.partition(":")[0] for line in lines] == [*group.rules]
    assert "(nearest: tables)" in call("explain", "table").err


def test_a_rule_is_explained_with_an_example_in_both_languages(call: Call) -> None:
    """`tests/catalogue` says that the examples are true."""
    example = read_rule_examples()["value-ambiguous"]
    words: tuple[tuple[Language, str, str], ...] = (
        ("en", "This fails", "This passes"),
        ("zh", "错误", "正确"),
    )
    for lang, fails, passes in words:
        said = call("explain", "value-ambiguous", "--lang", lang).out
        parts = (fails, example.fails.splitlines()[1], line_of(example.found, lang), passes)
        places = [said.index(part) for part in (*parts, example.passes.splitlines()[1])]
        assert places == sorted(places), lang
    assert "\\u200b" in call("explain", "unsafe-characters").out


@pytest.mark.heavy
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(call: Call, shell: str) -> None:
    assert "_NOTICES_COMPLETE" in call("completion", shell).out


@pytest.mark.heavy
def test_the_tab_key_knows_packs_and_kinds(workspace: Path) -> None:
    said = run_outside(
        cwd=workspace,
        _NOTICES_COMPLETE="bash_complete",
        COMP_WORDS="notices fields CN/form",
        COMP_CWORD="2",
    )
    assert said.out.split() == ["plain,CN/formal_demand"]


def test_a_broken_pack_tells_its_findings_and_ends_with_2(call: Call, workspace: Path) -> None:
    own = workspace / "packs" / "XX"
    own.mkdir(parents=True)
    (own / "pack.yaml").write_text("id: XX\nid: XX\n", encoding="utf-8")
    said = call("fields", "XX/reminder")
    assert said.code == 2
    assert "duplicate-key" in said.err and "packs/XX/pack.yaml:2" in said.err
    assert call("fields", "XX/reminder", "--json").json["error"]["kind"] == "pack"
    assert call("packs").code == 0


def test_pack_check_reports_to_machines(call: Call, workspace: Path) -> None:
    said = call("pack", "check", "CN", "--as-of", "2026-06-01", "--json")
    assert said.code == 0, said.out
    assert said.json["pack"] == "CN" and said.json["examples"] == []
    late = call("pack", "check", "CN", "--as-of", "2031-01-01", "--json")
    assert late.code == 0
    assert {f["severity"] for f in late.json["findings"]} <= {"warning", "note"}
    assert len(late.json["findings"]) > len(said.json["findings"])
