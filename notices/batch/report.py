"""The report of a run: what came of it in counts and sums, with no personal data.

One HTML file that needs nothing else. Its words stand in templates/report/texts.yaml, both
languages; its looks in report.html.j2 and report.css.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from notices.batch.left_out import LeftOut
from notices.batch.manifest import STATES, Outcome, reasons_of
from notices.batch.settings import Frozen
from notices.catalogue import message
from notices.finding import Finding
from notices.letter.live_text import ApprovedText
from notices.markup import Layout
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

FOLDER = TEMPLATES / "report"
LANGUAGES = ("en", "zh")
BANDS = (0, 7, 31, 91, 181, 366, 731)  # days overdue: where each band begins


@dataclass
class Group:
    """The letters of one kind and level, of one currency, or of one band."""

    letters: int = 0
    pages: int = 0
    sheets: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        self._count(outcome, 1)

    def remove(self, outcome: Outcome) -> None:
        """A letter that was added is none after all."""
        self._count(outcome, -1)

    def _count(self, outcome: Outcome, times: int) -> None:
        self.letters += times
        self.pages += times * outcome.pages
        self.sheets += times * outcome.sheets
        if outcome.total:
            sum_so_far = self.totals.get(outcome.currency, Decimal(0))
            self.totals[outcome.currency] = sum_so_far + times * Decimal(outcome.total)

    def plain(self) -> dict[str, Any]:
        totals = {currency: str(total) for currency, total in sorted(self.totals.items())}
        return {
            "letters": self.letters,
            "pages": self.pages,
            "sheets": self.sheets,
            "totals": totals,
        }


@dataclass
class Summary:
    """A run in counts. Groups count letters that are in place; `accepted` is every row whose
    figures could be worked out, whatever became of it."""

    rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)  # state → rule → outcomes
    examples: dict[str, Finding] = field(default_factory=dict)  # rule → for its sentence
    whole: Group = field(default_factory=Group)
    kinds: dict[tuple[str, str, int], Group] = field(default_factory=dict)
    bands: dict[int, Group] = field(default_factory=dict)
    languages: dict[str, Group] = field(default_factory=dict)
    envelopes: dict[str, Group] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)
    left_out: LeftOut = field(default_factory=LeftOut)
    texts: tuple[ApprovedText, ...] = ()  # by which live letters are written

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "rows": self.rows,
            "states": {state: self.states[state] for state in STATES},
            "reasons": {state: dict(sorted(r.items())) for state, r in self.reasons.items()},
            "warnings": dict(sorted(self.warnings.items())),
            "left_out": [
                {name: finding.params[name] for name in ("why", "many", "sum")}
                for finding in self.left_out.findings("")
            ],
            **self.whole.plain(),
            "kinds": [
                {"pack": pack, "kind": kind, "level": level, **group.plain()}
                for (pack, kind, level), group in sorted(self.kinds.items())
            ],
            "days_overdue": [
                {"from": band, **group.plain()} for band, group in sorted(self.bands.items())
            ],
            "languages": {name: group.plain() for name, group in sorted(self.languages.items())},
            "envelopes": {name: group.plain() for name, group in sorted(self.envelopes.items())},
            **({"texts": [text.plain() for text in self.texts]} if self.texts else {}),
        }


def summarise(outcomes: Iterable[Outcome]) -> Summary:
    """One pass over a run's outcomes, in row order."""
    summary = Summary()
    last = 0
    for outcome in outcomes:
        summary.rows += outcome.number != last
        last = outcome.number
        summary.states[outcome.state] += 1
        summary.left_out.add(outcome.findings, outcome.currency)
        for finding in outcome.findings:
            summary.examples.setdefault(finding.rule, finding)
        if outcome.state == "written":
            _add(summary, outcome)
            mild = {f.rule for f in outcome.findings if f.severity == "warning"}
            summary.warnings.update(mild)
        else:
            reasons = summary.reasons.setdefault(outcome.state, Counter())
            reasons.update(reasons_of(outcome))
    return summary


def _add(summary: Summary, outcome: Outcome) -> None:
    band = band_of(outcome)
    groups: list[Group] = [
        summary.whole,
        summary.kinds.setdefault((outcome.pack, outcome.kind, outcome.level), Group()),
        summary.bands.setdefault(band, Group()),
        summary.languages.setdefault(" + ".join(outcome.languages), Group()),
        summary.envelopes.setdefault(outcome.envelope, Group()),
    ]
    for group in groups:
        group.add(outcome)


def band_of(outcome: Outcome) -> int:
    """Where the band of a letter's days overdue begins."""
    return max((start for start in BANDS if start <= outcome.days_overdue), default=0)


def band_name(start: int) -> str:
    """A band as it is read: 7–30."""
    later = [following for following in BANDS if following > start]
    return f"{start}–{later[0] - 1}" if later else f"≥ {start}"


def build_report(
    summary: Summary,
    frozen: Frozen,
    pictures: Mapping[tuple[str, str, int], bytes],
    facts: Mapping[str, str],
) -> str:
    """The report as one HTML text. `pictures` are PNG by pack, kind and level; `facts` are shown as
    they are, under names that texts.yaml has."""
    texts = read_text_file(FOLDER / "texts.yaml").data
    done = summary.states["written"]
    letters = sum(summary.states.values())
    return Layout(FOLDER).render(
        "report.html.j2",
        {
            "languages": LANGUAGES,
            "texts": texts,
            "css": (FOLDER / "report.css").read_text(encoding="utf-8"),
            "frozen": frozen,
            "facts": facts,
            "summary": summary,
            "states": [(state, summary.states[state]) for state in STATES],
            "share": f"{100 * done / letters:.1f}" if letters else "–",
            "left_out": _left_out(summary),
            "totals": _grouped(summary.whole.totals),
            "kinds": [
                (*key, group, _grouped(group.totals), _address(pictures.get(key)))
                for key, group in sorted(summary.kinds.items())
            ],
            "bands": _bars(summary),
            "reasons": _reasons(summary),
            "groups": {"languages": summary.languages, "envelopes": summary.envelopes},
        },
    )


def _grouped(totals: Mapping[str, Decimal]) -> list[str]:
    return [f"{currency} {total:,}" for currency, total in sorted(totals.items())]


def _address(png: bytes | None) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""


def _bars(summary: Summary) -> list[tuple[str, int, str, list[str]]]:
    """Each band: its name, its letters, its bar's width in per cent, its sums."""
    most = max((group.letters for group in summary.bands.values()), default=1)
    return [
        (
            band_name(band),
            group.letters,
            f"{100 * group.letters / most:.0f}",
            _grouped(group.totals),
        )
        for band, group in sorted(summary.bands.items())
    ]


def _reasons(summary: Summary) -> list[tuple[str, str, int, dict[str, str]]]:
    """Each reason for not writing: state, rule, how often, and its sentence without values."""
    found: list[tuple[str, str, int, dict[str, str]]] = []
    for state in STATES:
        for rule, times in sorted(
            summary.reasons.get(state, Counter()).items(), key=lambda pair: (-pair[1], pair[0])
        ):
            found.append((state, rule, times, sentences_of(summary.examples[rule])))
    return found


def _left_out(summary: Summary) -> list[tuple[str, int, str, Mapping[str, str]]]:
    """Rows that are in no letter though nothing is wrong: rule, how many, their sum, why."""
    return [
        (f.params["why"], int(f.params["many"]), f.params["sum"], read_reasons()[f.params["why"]])
        for f in summary.left_out.findings("")
    ]


@cache
def read_reasons() -> Mapping[str, Mapping[str, str]]:
    """By rule the sentence that says of all records what the catalogue says of one."""
    data: Mapping[str, Mapping[str, str]] = read_text_file(FOLDER / "reasons.yaml").data
    return data


def sentences_of(finding: Finding) -> dict[str, str]:
    """The rule's sentence in both languages without values, for they are of one record: as
    reasons.yaml says it of all, else the catalogue's own."""
    if general := read_reasons().get(finding.rule):
        return dict(general)
    blank = Finding(finding.rule, params=dict.fromkeys(finding.params, "…"))
    return {"en": _bare(message(blank, "en")), "zh": _bare(message(blank, "zh"))}


def _bare(sentence: str) -> str:
    """A sentence without brackets that hold open values only: `(column …, sheet …)`."""
    return re.sub(r"\s*[（(][^()（）]*…[^()（）]*[)）]", "", sentence)
