"""Whatever is asked of the studio: the asker's mistakes are told as such, and are never its own."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from notices.cli.main import main
from notices.errors import NoticesError
from notices.letter.workspace import read_workspace
from notices.studio.answers import Studio, open_studio
from notices.studio.app import HERE, READ, WRITE
from notices.studio.guard import Rules
from notices.studio.question import AskError, text_of_question, texts_of, whole_of
from tests.studio.conftest import ANN, ORIGIN, PORT, TEXT, client_of

ADDRESSES = [*(("GET", name) for name in READ), *(("POST", name) for name in WRITE)]
# A question that every address takes, and that draws and makes nothing.
GOOD: dict[str, Any] = {
    "pack": "CN",
    "kind": "formal_demand",
    "editor": ANN,
    "page": "1",
    "scalar": TEXT,
    "text": "words",
    "seen": "x",
    "by": "Ann Example",
    "texts": [{"scalar": TEXT, "text": "words", "seen": "x"}],
    "index": 0,
    "to": "working",
    "from": "working",
    "action": "move",
    "example": "no-such-example",
    "draw": False,
    "edits": {},
    "languages": ["en"],
    "room": "clause",
    "name": "capped",
    "names": [],
    "not_names": [],
    "part": {"names": []},
    "clause": {"names": [], "id": "new-one", "source": "§ 1", "class": "law", "texts": {"en": "x"}},
    "number": 1,
    "piece": "clauses/capped",
    "how": "before",
    "shown": {"clauses/demand-opening/en": "x"},
    "pairs": [["old", "new"]],
    "rows": ["total_due"],
    "sums": {"total_due": ["principal"]},
    "settled": False,
    "coming": False,
    "facts": ["x"],
    "read": ["text"],
    "note": "why",
    "data": "AAAA",
    "file": "clauses/help.yaml",
    "path": "hardship.en",
    "since": "0",
    "stamp": "",
    "clause_conditions": {"names": [], "not_names": [], "seen": "x"},
    "digest": "x",
}
Door = tuple[TestClient, Rules, Studio]
HALF = "\ud83d"  # of a surrogate pair
WRONG: list[Any] = [
    *(None, True, -1, 10**30, 1.5, "x" * 9000, HALF, "a\0b", "--output=x"),
    *([None], [[]], [HALF], [1, "x"], ["x"] * 300, [{"text": HALF}]),
    *({"a": None}, {TEXT: HALF}, {HALF: "x"}, {"names": 1}, [[[[[[[[["x"]]]]]]]]]),
]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    place = tmp_path_factory.mktemp("asked") / "ws"
    assert main(["init", str(place)]) == 0
    studio, rules = open_studio(read_workspace(place, place)), Rules(PORT)
    yield client_of(studio, rules), rules, studio
    studio.close()


class Watched(dict[str, Any]):
    """A question that knows which of its values were looked at."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__(asked)
        self.seen: set[str] = set()

    def get(self, key: str, usual: Any = None) -> Any:
        self.seen.add(key)
        return super().get(key, usual)


def read_by(studio: Studio, way: str, name: str, good: Mapping[str, Any]) -> list[str]:
    asked = Watched(good)
    with suppress(NoticesError):
        (READ if way == "GET" else WRITE)[name](studio, asked)
    return sorted(asked.seen)


def answered(door: Door, way: str, name: str, asked: Any) -> tuple[int, Any]:
    """What an address answers; a body is sent as it is where it is bytes."""
    client, rules, _ = door
    if way == "GET":
        # what an address can't carry reaches nobody
        plain = {key: str(value).encode("utf-8", "surrogatepass") for key, value in asked.items()}
        answer = client.get(f"/api/{name}", params=plain)
    else:
        body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        kind = {"Content-Type": "application/json"}
        headers = {"X-CSRF": rules.csrf, "Origin": ORIGIN, **kind}
        answer = client.post(f"/api/{name}", content=body, headers=headers)
    return answer.status_code, answer.json()


@pytest.fixture
def faults(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Where the studio itself went wrong."""
    found: list[str] = []
    yield found
    found += [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
    assert not found


@pytest.mark.heavy
@pytest.mark.parametrize(("way", "name"), ADDRESSES)
def test_a_value_of_a_wrong_kind_is_the_asker_s_mistake(
    door: Door, faults: list[str], way: str, name: str
) -> None:
    good = {**GOOD, "digest": "y"} if name == "approve" else GOOD
    for key in read_by(door[2], way, name, good):
        for wrong in WRONG:
            status, answer = answered(door, way, name, {**good, key: wrong})
            assert status < 500, (key, wrong, answer)
            if way == "POST" and "\\ud83d" in json.dumps(wrong):
                assert status == 422, (key, wrong, answer)


def _questions() -> st.SearchStrategy[Any]:
    text = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
        ["CN", TEXT]
    )
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | text
    value = st.recursive(
        leaf, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=8
    )
    return st.dictionaries(st.sampled_from(sorted(GOOD)) | text, value, max_size=6)


@pytest.mark.heavy
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(ADDRESSES), _questions())
@example(("POST", "preview"), {"pack": "CN", "edits": {"clauses/x/\ud800": "y"}})
def test_no_question_breaks_the_studio(
    door: Door, faults: list[str], address: tuple[str, str], asked: Any
) -> None:
    status, answer = answered(door, *address, {**GOOD, **asked} if len(asked) > 3 else asked)
    assert status < 500, answer


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"index": NaN}', 400),
        (b'{"index": -Infinity}', 400),
        (b'{"index": ' + b"9" * 5000 + b"}", 400),
        (b'{"a":' * 900 + b"1" + b"}" * 900, 422),
        (b'{"a":' * 20000 + b"1" + b"}" * 20000, 400),
        (b'{"by": "\xed\xa0\x80"}', 422),  # half a pair as bytes
        (b'{"by": "\\ud83d"}', 422),
        (b'{"\\udc00": 1}', 422),
        (b'{"by": "\\u0000"}', 422),
        (b"\xff\xfe", 400),
        ('{"by": "x"}'.encode("utf-16"), 422),
        (b"null", 400),
        (b'"x"', 400),
    ],
)
@pytest.mark.parametrize("name", WRITE)
def test_what_can_t_be_read_is_refused_at_every_address(
    door: Door, faults: list[str], name: str, body: bytes, status: int
) -> None:
    found, answer = answered(door, "POST", name, body)
    assert 400 <= found < 500, answer
    if not body.startswith('{"by": "x"}'.encode("utf-16")):
        assert found == status, answer


@pytest.mark.heavy
@pytest.mark.parametrize(
    "address",
    [
        "/api/page/x/99999999999999999999.png",
        "/api/page/%ED%A0%80/1.png",
        "/api/page/%00/1.png",
        "/api/redline.html?pack=%ED%A0%80",
        "/api/redline.html?pack=CN&from=a%00b",
        "/api/%ED%A0%80",
        "/static/%ED%A0%80",
        "/static/%00",
        "/static/" + "x" * 300,
        "/%FF",
    ],
)
def test_an_address_of_nothing_is_not_found(door: Door, faults: list[str], address: str) -> None:
    assert door[0].get(address).status_code in (404, 422)


def test_a_question_is_read_in_one_place() -> None:
    """So that no answer takes a value for what it is not."""
    for file in HERE.glob("*.py"):
        if file.name != "question.py":
            raw = re.findall(r"\basked(?:\.get\(|\.pop\(|\[)", file.read_text(encoding="utf-8"))
            assert not raw, file.name


@given(st.none() | st.booleans() | st.floats() | st.lists(st.text()) | st.text(min_size=301))
def test_a_reader_takes_its_own_kind_alone(value: object) -> None:
    for read in (text_of_question, whole_of):
        with pytest.raises(AskError):
            read({"key": value}, "key")
    if value is not None and not isinstance(value, list):
        with pytest.raises(AskError):
            texts_of({"key": value}, "key")
