"""`notices fields`: what a record must and may say, for one kind of letter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from notices.case.blank_record import Route, codes_of, need_words
from notices.cli.command import command
from notices.cli.options import named_argument, route_options
from notices.cli.session import Session
from notices.pack.fields import compile_schema, required_fields
from notices.pack.fieldtypes import FIELD_TYPES
from notices.pack.types import Field, Pack

MARKS = {"always": "*", "sometimes": "?", "optional": " "}


@command("fields")
@named_argument("kind", "PACK/KIND", "kinds", "CN/formal_demand")
@route_options
@click.option("--json-schema", is_flag=True, help="Print the JSON Schema (2020-12) instead.")
def fields(
    session: Session,
    kind: tuple[str, str],
    level: int | None,
    sender_role: str,
    debtor_type: str,
    json_schema: bool,
) -> None:
    """List the fields of a kind of letter.

    Each with whether it is required, its type, example, hint and source.
    """
    pack = session.kind(*kind)
    chosen = chosen_level(session, pack, kind[1], level)
    if json_schema:
        schema = compile_schema(pack, kind[1], chosen, sender_role, debtor_type)
        click.echo(json.dumps(schema, ensure_ascii=False, indent=1))
        raise click.exceptions.Exit(0)
    rows = required_fields(pack, kind[1], chosen, sender_role, debtor_type)
    name = "/".join(kind)
    if not session.as_json:
        session.say("fields-head", kind=name, level=chosen, role=sender_role, type=debtor_type)
        route = Route(kind[1], chosen, sender_role, debtor_type)
        for field, need in rows:
            _print(session, pack, field, need, need_words(field, route))
        session.say("fields-foot")
    session.next("next-fields", kind=name)
    session.finish(
        {
            "kind": name,
            "level": chosen,
            "sender_role": sender_role,
            "debtor_type": debtor_type,
            "fields": [_record(pack, field, need) for field, need in rows],
        }
    )


def chosen_level(session: Session, pack: Pack, kind: str, asked: int | None) -> int:
    """The level asked for, else the kind's first; a usage error where the kind has no such."""
    levels = pack.kinds[kind].levels
    if asked is not None and asked not in levels:
        known = ", ".join(map(str, levels))
        raise click.UsageError(session.words("no-level", kind=kind, level=asked, known=known))
    return asked or levels[0]


def hint_in(texts: Mapping[str, str], lang: str) -> str:
    """The hint in the user's language, else in the first that there is."""
    own = (text for tag, text in texts.items() if tag.split("-")[0] == lang)
    return next(own, next(iter(texts.values()), ""))


def _print(session: Session, pack: Pack, field: Field, need: str, when: str) -> None:
    codes = codes_of(pack, field)
    form = " | ".join(codes) if codes else FIELD_TYPES[field.type].form[session.lang]
    session.print(f"{MARKS[need]} {field.path}  ({field.type}: {form})")
    session.print(f"      {hint_in(field.hint, session.lang)}")
    if need == "sometimes":
        session.print("      " + session.words("needed-when", when=when))
    if field.example:
        session.print("      " + session.words("example", text=field.example))
    session.print(f"      {field.source.kind}: {field.source.citation}")


def _record(pack: Pack, field: Field, need: str) -> dict[str, Any]:
    return {
        "name": field.name,
        "path": field.path,
        "type": field.type,
        "need": need,
        "required_when": [{k: list(v) for k, v in c.items()} for c in field.required],
        "codes": list(codes_of(pack, field)),
        "example": field.example,
        "hint": dict(field.hint),
        "mask": field.mask,
        "from_profile_only": field.trust,
        "class": field.source.kind,
        "source": field.source.citation,
        "status": field.source.status,
    }
