"""`notices explain`: what a rule says and what to do about it."""

from __future__ import annotations

import click

from notices.cli.command import door
from notices.cli.session import Session


@door("explain")
@click.argument("rule", required=False)
def explain(session: Session, rule: str | None) -> None:
    """Say what a finding means and what to do.

    RULE is the name in brackets at a finding's end; left out: all rules.
    """
    from notices.catalogue import read_catalogue
    from notices.pack.vocabulary import near_miss

    catalogue = read_catalogue()
    if rule is not None and rule not in catalogue:
        near = near_miss(rule, catalogue) or "–"
        raise click.UsageError(session.words("no-rule", name=rule, near=near))
    asked = sorted(catalogue) if rule is None else [rule]
    for name in asked:
        session.print(f"{name}: {catalogue[name].message[session.lang]}")
        if rule is not None:
            session.print(f"    {catalogue[name].hint[session.lang]}")
    session.finish(
        {
            "rules": [
                {"rule": n, "message": dict(catalogue[n].message), "hint": dict(catalogue[n].hint)}
                for n in asked
            ]
        }
    )
