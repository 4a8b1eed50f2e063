"""Generated pages of docs/: the rules with their words, the methods of figures."""

from __future__ import annotations

from collections.abc import Iterator

from notices.catalogue import CATALOGUE, read_catalogue
from notices.figures.methods import method_docs
from notices.textfiles import read_text_file

RULES_HEAD = """# Rules

Written by `python -m notices.cli.reference`; a test compares it with the catalogue. Each finding
carries one of these ids; `notices explain RULE` prints the same. `{…}` stands for the value met.
"""
METHODS_HEAD = """# Methods of figures

Written by `python -m notices.cli.reference`; a test compares it with the code. A rule of rules.yaml
names one of these methods and gives its parameters; “–” may be left out and then does nothing.
"""


def rules_page() -> str:
    """Every rule by the room that finds it: sentence and remedy, in both languages."""
    catalogue = read_catalogue()
    parts = [RULES_HEAD]
    for file in sorted(CATALOGUE.glob("*.yaml")):
        parts.append(f"## {file.stem.capitalize()}\n")
        for rule in read_text_file(file).data:
            text = catalogue[rule]
            parts.append(
                f"### {rule}\n\n{_plain(text.message['en'])}  \n*{_plain(text.hint['en'])}*\n\n"
                f"{_plain(text.message['zh'])}  \n*{_plain(text.hint['zh'])}*\n"
            )
    return "\n".join(parts)


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("*", "\\*").replace("<", "&lt;")


def methods_page() -> str:
    """Every method with its parameters, by section of rules.yaml."""
    return METHODS_HEAD + "\n".join(_methods()) + "\n"


def _methods() -> Iterator[str]:
    for doc in method_docs():
        if doc.parameter:
            default = {"required": "needed", "": "–"}.get(doc.default, f"`{doc.default}`")
            yield f"| `{doc.parameter}` | {default} | {doc.meaning} |"
        else:
            where = f" ({doc.section})" if doc.section else ""
            yield f"\n## {doc.method}{where}\n\n{doc.meaning}\n\n| parameter | default | meaning |"
            yield "|---|---|---|"
