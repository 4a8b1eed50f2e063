"""Which page of docs/ is written by which function."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from docs.generate.commands import commands_page
from docs.generate.law import law_page
from docs.generate.methods import methods_page
from docs.generate.packs import pack_page
from docs.generate.rules import rules_page
from notices.places import PACKS

DOCS = Path(__file__).parent.parent
PAGES = {"commands.md": commands_page, "rules.md": rules_page, "methods.md": methods_page}
PAGES["law.md"] = partial(law_page, DOCS / "law.md", PACKS)
PAGES |= {
    f"packs/{file.parent.name}.md": partial(pack_page, file.parent, DOCS / "pictures" / "packs")
    for file in sorted(PACKS.glob("*/pack.yaml"))
}
