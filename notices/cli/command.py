"""Commands and groups: lazily imported, each with the global options, each given its Session."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from notices.cli.session import Session, default_language

_META = "notices.cli."


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    """Global options may stand before or after the command; the last one given counts."""
    if value is not None:
        context.meta[f"{_META}{option.name}"] = value


def _global_options() -> list[click.Option]:
    return [
        click.Option(
            ["--workspace"],
            type=click.Path(file_okay=False, path_type=Path),
            expose_value=False,
            callback=_remember,
            metavar="DIR",
            help="The folder that holds notices.toml; else the nearest one upward.",
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(["zh", "en"]),
            expose_value=False,
            callback=_remember,
            help="Language of messages; else the environment's.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            default=None,
            expose_value=False,
            callback=_remember,
            help="Answer as one JSON document.",
        ),
    ]


def session_of(context: click.Context) -> Session:
    """The call's session, from the options seen so far."""
    meta = context.meta
    return Session(
        lang=meta.get(f"{_META}lang") or default_language(),
        as_json=bool(meta.get(f"{_META}json")),
        folder=meta.get(f"{_META}workspace"),
        command=context.command_path.partition(" ")[2],
    )


class Door(click.Command):
    """A command whose function gets a Session first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _global_options()

    def invoke(self, context: click.Context) -> Any:
        if self.callback is None:
            return None
        return context.invoke(self.callback, session_of(context), **context.params)


class Hall(click.Group):
    """A group whose commands stand in modules of their own, imported when asked for."""

    def __init__(self, *args: Any, doors: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doors = doors
        self.params += _global_options()

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.doors)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.doors:
            return None
        module, _, attribute = self.doors[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def door(name: str) -> Callable[[Callable[..., Any]], Door]:
    """Makes a function `(session, …)` a command; its docstring is the help."""

    def wrap(function: Callable[..., Any]) -> Door:
        return click.command(name, cls=Door, help=inspect.getdoc(function))(function)

    return wrap
