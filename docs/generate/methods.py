"""docs/methods.md: the methods of figures with their parameters."""

from __future__ import annotations

from collections.abc import Iterator

from notices.figures.methods import method_docs

HEAD = """# Methods of figures

Written by `python -m docs.generate`; a test compares it with the code. A rule of rules.yaml
names one of these methods and gives its parameters; “–” may be left out and then does nothing.
"""


def methods_page() -> str:
    """Every method with its parameters, by section of rules.yaml."""
    return HEAD + "\n".join(_methods()) + "\n"


def _methods() -> Iterator[str]:
    for doc in method_docs():
        if doc.parameter:
            default = {"required": "needed", "": "–"}.get(doc.default, f"`{doc.default}`")
            yield f"| `{doc.parameter}` | {default} | {doc.meaning} |"
        else:
            where = f" ({doc.section})" if doc.section else ""
            yield f"\n## {doc.method}{where}\n\n{doc.meaning}\n\n| parameter | default | meaning |"
            yield "|---|---|---|"
