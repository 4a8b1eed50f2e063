"""docs/commands.md: every command with its help and its options."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from notices.cli.commands import cli

HEAD = """# Commands

Written by `python -m docs.generate`; a test compares it with the commands.

Exit codes: **0** written, or clean · **1** findings · **2** wrong usage, a broken pack, or a fault
of the machine · **130** ended by Ctrl-C. Findings go to stderr, one a line, as `file:line:
severity: path: what is wrong (rule)`, each with what to do about it; `notices explain RULE`
repeats it. With `--json` a command prints one JSON document on stdout: `command`, `exit_code`,
`findings`, and what the command is about; where nothing could be done, `exit_code`, `error`
(`kind`, `message`) and `findings`.

The Tab key completes commands, options, packs and kinds:

    notices completion bash > ~/.local/share/bash-completion/completions/notices
    notices completion zsh > "${fpath[1]}/_notices"
    notices completion fish > ~/.config/fish/completions/notices.fish
"""


def commands_page() -> str:
    """The whole page."""
    root = click.Context(cli, info_name="notices")
    shared = [option for option in cli.params if isinstance(option, click.Option)]
    pages = [HEAD, "## Everywhere\n\n" + "\n".join(_options(shared))]
    known = {str(option.name) for option in shared}
    pages += [_page(context, known) for context in _commands(root)]
    return "\n".join(pages)


def _commands(context: click.Context) -> Iterator[click.Context]:
    """Every command that does something, in the order of the help."""
    group = context.command
    if not isinstance(group, click.Group):
        yield context
        return
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            yield from _commands(click.Context(command, info_name=name, parent=context))


def _page(context: click.Context, known: set[str]) -> str:
    command = context.command
    usage = " ".join(
        [context.command_path, "[OPTIONS]"]
        + [p.make_metavar(context) for p in command.params if isinstance(p, click.Argument)]
    )
    text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    own = [p for p in command.params if isinstance(p, click.Option) and p.name not in known]
    rows = "\n".join(_options(own))
    return f"## {context.command_path}\n\n    {usage}\n\n{_prose(text)}\n" + (
        f"\n{rows}" if rows else ""
    )


def _prose(text: str) -> str:
    """Help as Markdown: paragraphs of command lines become code."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        "\n".join(f"    {line}" for line in p.splitlines())
        if p.startswith(("notices ", "bash:"))
        else p
        for p in paragraphs
    )


def _options(options: list[click.Option]) -> Iterator[str]:
    if not options:
        return
    yield "| option | |"
    yield "|---|---|"
    for option in options:
        name = " ".join((", ".join(option.opts), _value(option))).strip()
        text = (option.help or "").replace("|", "\\|")
        yield "| `" + name.replace("|", "\\|") + f"` | {text} |"
    yield ""


def _value(option: click.Option) -> str:
    """What follows the option: its own word, or the choices."""
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return " / ".join(map(str, option.type.choices))
    return option.metavar or "TEXT"
