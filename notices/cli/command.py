"""`@command("name")` makes a function a command: it gets the call's Session first."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import click

from notices.cli.commands import META, global_options
from notices.cli.session import Session, default_language

_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")


def session_of(context: click.Context) -> Session:
    """The call's session, from the global options seen so far."""
    meta = context.meta
    return Session(
        lang=meta.get(f"{META}lang") or default_language(),
        as_json=bool(meta.get(f"{META}json")),
        folder=meta.get(f"{META}workspace"),
        command=context.command_path.partition(" ")[2],
    )


class Command(click.Command):
    """A command that takes the global options and whose function gets a Session first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += global_options()

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """A negative number is an argument, the last one, and not an option called -0."""
        taking = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        places = [
            place
            for place, (before, word) in enumerate(pairwise(["", *args]))
            if _NEGATIVE.fullmatch(word) and before not in taking
        ]
        if places and "--" not in args:
            numbers = [args[place] for place in places]
            args = [word for place, word in enumerate(args) if place not in places]
            args += ["--", *numbers]
        return super().parse_args(context, args)

    def invoke(self, context: click.Context) -> Any:
        """Call the function: `function(session, **options)`."""
        if self.callback is None:
            return None
        return context.invoke(self.callback, session_of(context), **context.params)


def command(name: str) -> Callable[[Callable[..., Any]], Command]:
    """Makes a function `(session, …)` a command; its docstring is the help."""

    def wrap(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, help=inspect.getdoc(function))(function)

    return wrap
