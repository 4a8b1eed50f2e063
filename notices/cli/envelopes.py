"""`notices envelopes`: the envelope profiles that a letter may ask for."""

from __future__ import annotations

from notices.cli.command import command
from notices.cli.session import Session
from notices.page.envelopes import envelope_names, read_envelope


@command("envelopes")
def envelopes(session: Session) -> None:
    """List the envelope profiles."""
    answers = []
    for name in envelope_names(session.workspace.envelopes):
        profile = read_envelope(name, session.workspace.envelopes)
        window = profile.window
        size = f"{window.width:g} × {window.height:g} mm" if window else "–"
        session.say("envelope-line", name=name, page=profile.page, window=size)
        answers.append({"name": name, "page": profile.page, "window": size if window else ""})
    session.next("next-envelopes", name=answers[0]["name"] if answers else "–")
    session.finish({"envelopes": answers})
