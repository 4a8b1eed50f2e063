"""The letterhead and the addresses: who writes, in every language, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from notices.pack.vocabulary import CONTACTS
from notices.page.document import Address, Cell, Envelope, Image, Letterhead, Run, Side
from notices.page.head import SMALL, usual_widths
from notices.page.measure import MM, count_lines
from notices.page.pictures import printed_size
from notices.words.context import Context
from notices.words.scripts import HAN_LANGUAGES, tongue

_HEAD_LINES = 5  # of contacts that the letterhead has room for


def letterhead(
    contexts: tuple[Context, ...], images: tuple[Image, ...], envelope: Envelope
) -> Letterhead:
    """Names and contacts, each value once where all languages write it alike."""
    logo = next((image for image in images if image.name == "logo"), None)
    width = usual_widths(envelope, printed_size(logo)[0] if logo else 0.0)[-1]
    return _sender_head(tuple([c.sender or c for c in contexts]), logo.name if logo else "", width)


@lru_cache(maxsize=64)
def _sender_head(contexts: tuple[Context, ...], logo: str, width: float) -> Letterhead:
    def named(c: Context) -> Side:
        words = c.values["sender_name"]
        return Side(c.lang, (Cell("text", (Run(words.text, "sender_name", lang=words.lang),)),))

    first = contexts[0]
    names = {side.text: side for side in map(named, reversed(contexts))}  # once where alike
    by_language, once = (
        tuple(
            Side(first.lang, (Cell("text", tuple(runs)),))
            for names in CONTACTS
            if (runs := list(_contact_runs(names, contexts, once)))
        )
        for once in ((), ("sender_address",))
    )
    languages, room = tuple(c.lang for c in contexts), width / (SMALL * MM)
    taken = sum(count_lines(line.text, room, languages) for line in by_language)
    lines = by_language if taken <= _HEAD_LINES else once
    return Letterhead(tuple(reversed(names.values())), lines, logo)


def _contact_runs(
    names: tuple[str, ...], contexts: tuple[Context, ...], once: tuple[str, ...]
) -> Iterator[Run]:
    """One line of the letterhead: each value under its label in every language, and once where all
    languages write it alike, or where it is one of `once`: then in the first one's form."""
    first = True
    for name in names:
        having = [context for context in contexts if name in context.values]
        alike = len({context.values[name].text for context in having}) == 1 or name in once
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


def address_in(lines: tuple[str, ...], contexts: tuple[Context, ...]) -> Address:
    """Lines in the letter's language whose script they are in, else the first one's."""
    languages = tuple(c.lang for c in contexts)
    return Address(lines, tongue(" ".join(lines), languages[0], languages) or languages[0])


def return_address(context: Context) -> tuple[str, ...]:
    """What the window shows above the recipient."""
    name = context.values["sender_name"].text
    address = context.values.get("sender_return_address") or context.values.get("sender_address")
    return (name, address.text) if address else (name,)
