"""`notices completion`: the shell's own script for the Tab key."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from notices.cli.command import command
from notices.cli.session import Session

COMPLETE = "_NOTICES_COMPLETE"


@command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(session: Session, shell: str) -> None:
    """Print a shell's script for the Tab key.

    \b
    bash:  notices completion bash > ~/.local/share/bash-completion/completions/notices
    zsh:   notices completion zsh > "${fpath[1]}/_notices"
    fish:  notices completion fish > ~/.config/fish/completions/notices.fish
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(shell)
    script = made(click.get_current_context().find_root().command, {}, "notices", COMPLETE).source()
    if not session.as_json:
        click.echo(script)
    session.finish({"shell": shell, "script": script})
