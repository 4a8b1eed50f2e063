"""The head of a letter: who writes, to whom, and where an undelivered one goes back to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from notices.pack.vocabulary import CONTACTS
from notices.page.document import Address, Cell, Image, Letterhead, Run, Side
from notices.words.context import Context
from notices.words.scripts import HAN_LANGUAGES, tongue


def build_letterhead(contexts: tuple[Context, ...], images: tuple[Image, ...]) -> Letterhead:
    """Who writes: the names beside the logo, the lines of contacts."""
    logo = next((image.name for image in images if image.name == "logo"), "")
    return _sender_head(tuple([c.sender or c for c in contexts]), logo)


@lru_cache(maxsize=64)
def _sender_head(contexts: tuple[Context, ...], logo: str) -> Letterhead:
    def named(c: Context) -> Side:
        words = c.values["sender_name"]
        return Side(c.lang, (Cell("text", (Run(words.text, "sender_name", lang=words.lang),)),))

    first = contexts[0]
    names = {side.text: side for side in map(named, reversed(contexts))}  # once where alike
    lines = tuple(
        Side(first.lang, (Cell("text", tuple(runs)),))
        for names in CONTACTS
        if (runs := list(_contact_runs(names, contexts)))
    )
    return Letterhead(tuple(reversed(names.values())), lines, logo)


def _contact_runs(names: tuple[str, ...], contexts: tuple[Context, ...]) -> Iterator[Run]:
    """One line of the letterhead: each value under its label in every language, and once where all
    languages write it alike."""
    first = True
    for name in names:
        having = [context for context in contexts if name in context.values]
        alike = len({context.values[name].text for context in having}) == 1
        for group in [having] if alike else [[context] for context in having]:
            if not group:
                continue
            yield from [] if first else [Run(" · ")]
            first = False
            called = {context.labels[name]: context for context in reversed(group)}
            for label, context in reversed(called.items()):  # once where alike
                slash = " / " if context is not group[0] else ""
                yield Run(slash + label, lang=context.lang)
            last = group[-1]
            yield Run("：" if last.lang.startswith(HAN_LANGUAGES) else ": ", lang=last.lang)
            words = group[0].values[name]
            yield Run(words.text, name, nowrap=words.nowrap, lang=words.lang or group[0].lang)


def build_address(lines: tuple[str, ...], contexts: tuple[Context, ...]) -> Address:
    """Lines in the letter's language whose script they are in, else the first one's."""
    languages = tuple(c.lang for c in contexts)
    return Address(lines, tongue(" ".join(lines), languages[0], languages) or languages[0])


def return_address(context: Context) -> tuple[str, ...]:
    """The sender's name and where an undelivered letter goes back to."""
    name = context.values["sender_name"].text
    address = context.values.get("sender_return_address") or context.values.get("sender_address")
    return (name, address.text) if address else (name,)
