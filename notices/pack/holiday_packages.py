"""Days off as well-kept Python packages know them: a secondary source, never checked here.

The one room of `holidays` and `chinese_calendar` (PyPI: chinesecalendar), which are optional. A
table's head names what a package calls it:

    package: chinese_calendar
    package: holidays HK public+optional        country, and the categories of days where not public
    package: holidays DE-BY public+catholic     country and subdivision; * = all of them together
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from importlib.metadata import version
from typing import Any

from notices.errors import WorkspaceError
from notices.pack.table_files import Row

_DISTRIBUTION = {"holidays": "holidays", "chinese_calendar": "chinesecalendar"}
_SPEC = re.compile(r"holidays ([A-Z]{2})(?:-([A-Z]{2,3}|\*))?(?: ([a-z+]+))?")


def distribution_of(spec: str) -> str:
    """What `pip install` calls the package that a table's head names."""
    return _DISTRIBUTION[spec.partition(" ")[0]]


def package_rows(spec: str, years: range) -> tuple[Row, ...]:
    """The days of those of `years` that the package knows, each row with package and version as its
    source. Raises WorkspaceError where it is not installed, or `spec` names none."""
    name = spec.partition(" ")[0]
    if name not in _DISTRIBUTION:
        raise WorkspaceError(f"no package's calendar is called {spec}")
    read = _chinese_days if name == "chinese_calendar" else _holidays_days
    distribution = distribution_of(spec)
    try:
        package = import_module(name)
    except ImportError as error:
        raise WorkspaceError(
            f"{distribution} is not installed: `pip install {distribution}`"
        ) from error
    source = (
        f"PyPI {distribution} {version(distribution)} ({spec}); a secondary source, not checked"
    )
    return tuple(
        Row(
            {
                "date": str(day),
                "kind": kind,
                "name": called,
                "status": "unverified",
                "source": source,
            },
            "",
            0,
        )
        for day, kind, called in sorted(read(package, spec, years))
    )


def _chinese_days(package: Any, _spec: str, years: range) -> Iterator[tuple[date, str, str]]:
    known = package.constants
    for day, name in known.holidays.items():
        if day.year in years:
            yield day, "rest" if day in known.in_lieu_days else "holiday", name
    for day, name in known.workdays.items():
        if day.year in years:
            yield day, "worked", name


def _holidays_days(package: Any, spec: str, years: range) -> Iterator[tuple[date, str, str]]:
    found = _SPEC.fullmatch(spec)
    if found is None:
        raise WorkspaceError(f"no package's calendar is called {spec}")
    country, part, named = found[1], found[2], (found[3] or "public").split("+")
    whole = package.country_holidays(country)
    parts = [part]
    if part == "*":  # beside Länder and cantons the package knows towns, by longer names
        parts = [each for each in whole.subdivisions if len(each) == 2]
    kept: dict[tuple[date, str], list[str]] = {}
    for each in parts:
        calendar = package.country_holidays(
            country,
            subdiv=each,
            years=years,
            categories=tuple(name for name in named if name in whole.supported_categories),
            language=whole.default_language,
        )
        for day, name in calendar.items():
            kept.setdefault((day, name), []).append(str(each))
    for (day, name), where in kept.items():
        some = len(where) < len(parts)
        yield day, "holiday", f"{name} ({', '.join(sorted(where))})" if some else name
