"""The house: imports only point down, and each third-party package has one room."""

from __future__ import annotations

import ast
from collections.abc import Collection
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "notices"
# From the ground up; a room may import itself, and whatever stands below it.
FLOORS = [
    {"finding", "errors", "memory", "textfiles", "files", "catalogue", "markup", "money", "places"},
    {"pack"},
    {"wording"},
    {"case"},
    {"tables"},
    {"figures"},
    {"words"},
    {"page"},
    {"proof"},
    {"plan", "ledger"},
    {"letter"},
    {"review"},
    {"batch", "post"},
    {"studio"},
    {"cli", "api"},
]
# package → the only files that import it
ROOMS = {
    "yaml": {"textfiles.py"},
    "jinja2": {"markup.py"},
    "babel": {"words/locales.py"},
    "num2words": {"words/amounts.py"},
    "stdnum": {"pack/fieldtypes.py"},
    "jsonschema_rs": {"case/schema.py"},
    "weasyprint": {"page/pdf.py", "page/archive.py"},
    "pydyf": {"page/archive.py"},
    "pypdfium2": {"proof/readback.py", "post/reread.py"},
    "PIL": {"page/images.py", "proof/readback.py", "page/watermark.py"},
    "pikepdf": {"proof/structure.py", "post/merge.py", "post/font_table.py"},
    "segno": {"page/codes.py"},
    "qrbill": {"page/payslip.py"},
    "zxingcpp": {"proof/decode.py", "post/marks.py"},
    "fontTools": {"page/fonts.py", "post/digits.py"},
    "sqlalchemy": {"ledger"},
    "openpyxl": {"tables/rejects_xlsx.py"},
    "docx": {"review/counsel_docx.py"},
    "mt940": {"post/mt940_statements.py"},
    "starlette": {"studio"},
    "uvicorn": {"studio/server.py"},
    "click": {"cli"},
    "cryptography": {"wording/signatures.py"},
    "holidays": {"pack/holiday_packages.py"},
    "chinese_calendar": {"pack/holiday_packages.py"},
}
FILES = sorted(HOUSE.rglob("*.py"))


def imports(file: Path) -> set[str]:
    """Everything a file imports, at its top, inside functions, or for types only."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def floor(room: str) -> int:
    return next(i for i, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(HOUSE)))
def test_imports_point_down(file: Path) -> None:
    parts = file.relative_to(HOUSE).with_suffix("").parts
    if parts == ("__init__",):
        return
    here = parts[0]
    for name in imports(file):
        if not name.startswith("notices."):
            continue
        there = name.split(".")[1]
        if there != here:
            assert floor(there) < floor(here) or floor(there) == 0 == floor(here), (
                f"{here} imports {name}"
            )


def test_no_import_goes_in_a_circle() -> None:
    """Module by module, imports for types and inside functions included."""
    names = {module_of(file): file for file in FILES}
    arrows = {name: imported_modules(file, names) - {name} for name, file in names.items()}
    while arrows:
        free = {name for name, targets in arrows.items() if not targets & arrows.keys()}
        assert free, f"imports in a circle among {sorted(arrows)}"
        arrows = {name: targets for name, targets in arrows.items() if name not in free}


def module_of(file: Path) -> str:
    parts = ("notices", *file.relative_to(HOUSE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def imported_modules(file: Path, known: Collection[str]) -> set[str]:
    """The modules of the house that a file imports, by full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(known)
            found |= inner or {node.module}
    return found & set(known)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(HOUSE)))
def test_one_room_per_dependency(file: Path) -> None:
    place = file.relative_to(HOUSE).as_posix()
    for name in imports(file):
        rooms = ROOMS.get(name.split(".")[0])
        if rooms is not None:
            assert place in rooms or place.split("/")[0] in rooms, f"{place} imports {name}"


def test_no_file_grows_past_400_lines() -> None:
    long = {f.name: n for f in FILES if (n := len(f.read_text().splitlines())) > 400}
    assert not long


def test_no_clock_or_randomness_below_the_doors() -> None:
    for file in FILES:
        if file.relative_to(HOUSE).parts[0] in ("cli", "studio"):
            continue
        text = file.read_text(encoding="utf-8")
        for word in ("date.today(", "datetime.now(", "time.time(", "import random", "uuid4("):
            assert word not in text, f"{file.name}: {word}"


def test_amounts_are_never_floats() -> None:
    for room in ("figures", "case"):
        for file in (HOUSE / room).glob("*.py"):
            assert "float(" not in file.read_text(encoding="utf-8"), file.name


# Who writes files without notices.files, and why.
WRITES_ITSELF = {
    "review/counsel_docx.py": "an archive in memory",
    "files.py": "the one way of writing",
    "batch/isolation.py": "a table in the run's temporary folder, mapped into memory",
    "batch/journal.py": "stays open and is flushed by groups of lines",
    "batch/worker.py": "a log that every worker adds to",
    "cli/failures.py": "sends what nobody reads to os.devnull",
    "ledger/database.py": "makes an empty file private before SQLite opens it",
    "page/fonts.py": "a folder of links, made aside and renamed whole",
    "tables/disk_rows.py": "an index in the system's temporary folder",
    "tables/rejects.py": "fills the draft that files.replacing gave",
    "tables/rejects_xlsx.py": "fills the draft that files.replacing gave",
    "wording/own_copy.py": "a folder, copied aside and renamed whole",
}
_WRITING = {"write_text", "write_bytes", "NamedTemporaryFile", "mkstemp", "fsync", "rename"}
_FLAGS = {"O_WRONLY", "O_RDWR", "O_CREAT"}


def writing_calls(file: Path) -> set[str]:
    """What a file does to write another itself: by the name of the call or of the flag."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in _FLAGS:
            found.add(node.attr)
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        on_os = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "os"
        if name in _WRITING:
            found.add(name)
        if name == "replace" and (on_os or (len(node.args) == 1 and not node.keywords)):
            found.add(name)  # a path's: a text's takes two arguments, a value's takes names
        if name in ("open", "fdopen", "ZipFile") and any(map(opens_for_writing, values_of(node))):
            found.add(name)
    return found


def values_of(call: ast.Call) -> list[object]:
    """The plain values among a call's arguments."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [argument.value for argument in arguments if isinstance(argument, ast.Constant)]


def opens_for_writing(mode: object) -> bool:
    return isinstance(mode, str) and set(mode) <= set("rwaxbt+") and bool(set(mode) & set("wax+"))


def test_files_are_written_in_one_room() -> None:
    """Beside, flushed, renamed: whoever writes in place leaves half a file when the power goes."""
    places = {file.relative_to(HOUSE).as_posix(): writing_calls(file) for file in FILES}
    writing = {place for place, calls in places.items() if calls}
    assert writing == WRITES_ITSELF.keys(), {place: places[place] for place in writing}
