"""`notices explain`: what a rule says, what to do about it, and an example of it."""

from __future__ import annotations

from typing import Any

import click

from notices.catalogue import RuleText, line_of, read_catalogue, read_groups, unfilled
from notices.catalogue.rule_examples import RuleExample, read_rule_examples
from notices.cli.command import command
from notices.cli.session import Session
from notices.pack.vocabulary import near_miss


@command("explain")
@click.argument("rule", required=False)
def explain(session: Session, rule: str | None) -> None:
    """Say what a finding means and what to do, with an example.

    RULE is the name in brackets at a finding's end, or a group of rules; left out: all groups.
    """
    groups = read_groups()
    if rule is None:
        _print_groups(session)
        names = tuple(read_catalogue())
    elif rule in groups:
        names = groups[rule].rules
        _print_group(session, rule)
    else:
        _print_rule(session, rule)
        names = (rule,)
    session.finish({"rules": [_as_record(name) for name in names]})


def _print_groups(session: Session) -> None:
    for name, group in read_groups().items():
        title = group.title[session.lang]
        session.say("explain-group", name=name, title=title, count=len(group.rules))
    session.say("explain-next")


def _print_group(session: Session, name: str) -> None:
    group, catalogue = read_groups()[name], read_catalogue()
    session.print(f"{group.title[session.lang]}. {group.found_by[session.lang]}")
    for rule in group.rules:
        session.print(f"{rule}: {unfilled(catalogue[rule].message[session.lang])}")


def _print_rule(session: Session, rule: str) -> None:
    catalogue = read_catalogue()
    if rule not in catalogue:
        near = near_miss(rule, (*catalogue, *read_groups())) or "–"
        raise click.UsageError(session.words("no-rule", name=rule, near=near))
    text, group = catalogue[rule], _group_of(rule)
    session.print(f"{rule}: {unfilled(text.message[session.lang])}")
    session.print(_indented(unfilled(text.hint[session.lang])))
    session.print(_indented(read_groups()[group].found_by[session.lang]))
    if example := read_rule_examples().get(rule):
        _print_example(session, example)


def _print_example(session: Session, example: RuleExample) -> None:
    saved = "" if example.encoding == "utf-8" else f" ({example.encoding})"
    session.say("explain-fails", file=f"{example.file}{saved}")
    session.print(_indented(example.fails))
    session.print(f"  → {line_of(example.found, session.lang)}")
    session.print(f"  {example.note.get(session.lang) or session.words('explain-passes')}")
    session.print(_indented(example.passes or "–"))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip("\n").split("\n"))


def _group_of(rule: str) -> str:
    return next(name for name, group in read_groups().items() if rule in group.rules)


def _as_record(rule: str) -> dict[str, Any]:
    text: RuleText = read_catalogue()[rule]
    record: dict[str, Any] = {"rule": rule, "group": _group_of(rule)}
    record |= {"message": dict(text.message), "hint": dict(text.hint)}
    if example := read_rule_examples().get(rule):
        record["example"] = {
            "file": example.file,
            "fails": example.fails,
            "passes": example.passes,
        }
    return record
