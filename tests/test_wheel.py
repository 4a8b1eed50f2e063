"""A wheel works on its own: installed into a fresh environment, in an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from notices.catalogue import CATALOGUE
from notices.places import FONTS, PACKS, TEMPLATES
from tests.cli.calls import DATED
from tests.letter import letters
from tests.letter.letters import DEMAND, HOME

pytestmark = pytest.mark.heavy

PYTHON = Path("bin") / "python" if os.name == "posix" else Path("Scripts") / "python.exe"


def run(*command: object, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A command without this checkout on its way: neither as working folder nor on a path."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "FONTCONFIG_FILE", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**env, "LANG": "C.UTF-8", "PYTHONSAFEPATH": "1", **more},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the tree by the running environment's own hatchling: nothing is downloaded."""
    out = tmp_path_factory.mktemp("wheel")
    done = run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, HOME),
        cwd=out,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = out.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment: `notices` from the wheel, the rest from the running one.

    The running environment's packages are found through a .pth file at the end of the path. Its
    own editable `notices` is no package there but a .pth file, which a path entry does not run.
    """
    home = tmp_path_factory.mktemp("fresh")
    assert run(sys.executable, "-m", "venv", home, "--without-pip", cwd=home).returncode == 0
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(home / PYTHON, "-c", asked, cwd=home).stdout.strip())
    done = run(
        *(sys.executable, "-m", "pip", "--python", home / PYTHON, "install", "--no-deps"),
        *("--no-index", "--no-compile", "--disable-pip-version-check", "--quiet", wheel),
        cwd=home,
    )
    assert done.returncode == 0, done.stderr
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / PYTHON.with_name("notices" + PYTHON.suffix)


def test_everything_that_is_shipped_travels_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    for folder, place in ((TEMPLATES, "templates"), (FONTS, "fonts")):
        for file in folder.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"notices/_data/{place}/{file.relative_to(folder).as_posix()}" in inside
    for file in (*CATALOGUE.rglob("*.yaml"), *(HOME / "notices").rglob("*.py")):
        assert file.relative_to(HOME).as_posix() in inside
    assert {"notices/py.typed", "notices/cli/messages.yaml"} <= inside
    tops = {name.partition("/")[0] for name in inside}
    assert tops == {"notices", next(top for top in tops if top.endswith(".dist-info"))}
    assert wheel.stat().st_size < 45_000_000


def test_it_works_in_an_empty_folder(fresh: Path, tmp_path: Path) -> None:
    where = "import notices, notices.places; print(notices.__file__, notices.places.TEMPLATES)"
    said = run(fresh.parent / PYTHON.name, "-c", where, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(str(fresh.parent.parent)) == 2 and str(HOME) not in said.stdout
    packs = run(fresh, "packs", "--names", cwd=tmp_path)
    shipped = sorted(file.parent.name for file in PACKS.glob("*/pack.yaml"))
    assert (packs.returncode, packs.stdout.split()) == (0, shipped), packs.stderr
    assert run(fresh, "init", "desk", cwd=tmp_path).returncode == 0
    desk = tmp_path / "desk"
    profile = {**letters.sender(DEMAND).data, "id": "our-company"}
    for file, data in (
        (desk / "case.json", letters.case(DEMAND).data),
        (desk / "senders" / "our-company.yaml", profile),
    ):
        file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    written = run(fresh, "letter", "case.json", *DATED, "--json", cwd=desk)
    assert written.returncode == 0, written.stdout + written.stderr
    (letter,) = json.loads(written.stdout)["letters"]
    assert Path(letter["file"]).read_bytes().startswith(b"%PDF-1.7")
    assert letter["total_due"] == "8180.16"
    accepted = run(fresh, "pack", "accept", "CN", "--by", "Ann Example", "--all-facts", cwd=desk)
    assert accepted.returncode == 0, accepted.stderr
    live = run(fresh, "letter", "case.json", *DATED, "--live", "--json", cwd=desk)
    assert live.returncode == 0, live.stdout


def test_the_wheel_s_letter_has_the_bytes_of_the_tree_s(fresh: Path, tmp_path: Path) -> None:
    """What travels in the wheel is what the tree has: fonts, layout, pack."""
    case, profile = tmp_path / "case.json", tmp_path / "sample-lender.json"
    case.write_text(json.dumps(letters.case(DEMAND).data, ensure_ascii=False), encoding="utf-8")
    data = letters.sender(DEMAND).data
    profile.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    asked = ("letter", case, *DATED, "--sender", profile, "--out", tmp_path / "out", "--json")
    one = run(fresh, *asked, cwd=tmp_path)
    tree = (sys.executable, "-m", "notices.cli")
    two = run(*tree, *asked, cwd=tmp_path, PYTHONPATH=str(HOME))
    assert one.returncode == two.returncode == 0, one.stderr + two.stderr
    digests = [json.loads(said.stdout)["letters"][0]["sha256"] for said in (one, two)]
    assert digests[0] == digests[1]
