"""Hostile text the whole way: a clear finding, or exactly that text in an unchanged letter."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from notices import make_letter
from notices.catalogue import hint, line_of
from notices.finding import Finding, errors_in
from notices.letter.make import Checked, LetterMaker
from notices.page.document import Document
from notices.proof.regions import squash
from notices.words.scripts import HAN
from tests.letter import letters
from tests.letter.letters import DEMAND, EN, ZH
from tests.page.conformance import faults

Place = tuple[bool, str]  # whether of the profile; the path, as `letters.case` takes it
# Every free text and name of the record and of the sender profile; {} stands for a language.
RECORD = (
    *("recipient__name", "recipient__address__0", "recipient__address__1", "handler_name"),
    *("handler_role__{}", "delivery_method__{}", "enclosures__0", "enclosures__1"),
    *("debts__0__cause__{}", "debts__0__items__0__note"),
)
PROFILE = (
    *("name__{}", "address__0", "return_address__0", "hours__{}", "dispute_channel__{}"),
    *("hardship_contact__{}", "genuineness_channel__{}", "accounts__0__holder"),
    *("accounts__0__bank", "accounts__0__number"),
)
BASE_RECORD = {"handler_name": "张样例", "handler_role": {ZH: "客服部", EN: "Service"}}
BASE_PROFILE: dict[str, Any] = {
    "return_address": ["示例省样本市邮政信箱100号"],
    "hours": {ZH: "工作日", EN: "working days"},
}
MARKUP = [
    "<b>x</b><!--",
    "</td></tr></table><h1>x",
    "<img src=file:///etc/passwd>",
    "<style>*{display:none}</style>",
    "</title><link rel=attachment href=file:///etc/passwd>",
    "<svg><image href='file:///etc/passwd'/></svg>",
    "\" onload='x' style=\"color:white",
    "} * { color: white } /*",
    "url(http://127.0.0.1/x)",
    "\\0041 \\26 \\a @import 'x';",
    "&lt;&amp;&#65;&nbsp;",
    "{{ 7*7 }} {{ total_due }}",
    "{% for x in y %}{% include 'x' %}",
    "{# x #} {{ config.__class__ }}",
    "{amount} {page} {0.__class__} %s %(x)s $x",
    "**x** _x_ `x` [x](y)",
    "../../../etc/passwd",
    "C:\\Windows\\x.pdf",
    "@SUM(A1) +1 -2+3",
    "notices:draft notices:code",
    "javascript:alert(1)",
]
WRITTEN = [
    "𠮷田䶮㛃",
    "Łódź Ñandú Þórr",
    "e\u0301 A\u030a n\u0303",
    "Ⅳ ① ㈱ ﬁ ½",
    "1,234.56 ¥9,999.00",
    "2030年1月1日 1 January 2030",
    "O’Brien-D'Arc “x”",
    "葛\U000e0100城",
    "x" * 30,
]
# As if people were called so: else such texts are refused as what a merge left behind.
BASE_PROFILE |= {"real_names": [*MARKUP, *WRITTEN, "🦊"]}
REFUSED: dict[str, set[str]] = {
    "a\u202eb": {"unsafe-characters"},
    "a\u2066b\u2069": {"unsafe-characters"},
    "a\u200fb": {"unsafe-characters"},
    "a\x00b": {"unsafe-characters"},
    "a\nb": {"unsafe-characters"},
    "\U0001d173\U0001d17a": {"unsafe-characters"},
    "a\u034fb": {"unsafe-characters"},
    "\ufe0f": {"unsafe-characters"},
    "Mu\ufe00ster": {"unsafe-characters"},
    "葛\U000e0100\U000e0101": {"unsafe-characters"},
    "\U0001bca0": {"unsafe-characters"},
    "\u3164": {"unsafe-characters"},
    "\u2800": {"unsafe-characters"},
    "a\ud800b": {"unsafe-characters"},
    "x\ue000": {"no-font"},
    "🦊": {"no-font"},
    "שלום": {"script-unset"},
    "محمد": {"script-unset"},
    "ราคา": {"script-unset"},
    "देव": {"script-unset"},
    "Հայ": {"no-font"},
    "x" * 10_000: {"too-long"},
    "=1+1 @SUM(A1) -2+3": {"formula-text"},
}
# What a record may be refused for, where the text happens to be that.
MAY_BE = {"two-people-in-one-name", "banned-wording", "wrong-form"}
# The line above the address holds the sender's name and address on one line of 76 mm.
RETURN_LINE = ("return_address__0", f"name__{ZH}")
LINE = 28  # characters of each that fit there


def all_fields() -> list[Place]:
    """Each field that takes free text, language by language."""
    return [
        (own, path.format(lang) if "{}" in path else path)
        for own, paths in ((False, RECORD), (True, PROFILE))
        for path in paths
        for lang in ((ZH, EN) if "{}" in path else ("",))
    ]


def check_with(maker: LetterMaker, texts: Mapping[Place, str]) -> Checked:
    """The example's letter, with a text of the test in each of these places."""
    record = letters.case(DEMAND, **BASE_RECORD)
    profile = letters.sender(DEMAND, **BASE_PROFILE)
    for (own, path), text in texts.items():
        steps = tuple(int(s) if s.isdigit() else s for s in path.split("__"))
        letters.put((profile if own else record).data, steps, text)
    (checked,) = letters.check(maker, record, profile)
    return checked


def take(maker: LetterMaker, texts: Mapping[Place, str]) -> tuple[dict[Place, str], Checked]:
    """The texts that are not refused where they stand, and the letter with them."""
    taken = {
        place: text
        for place, text in texts.items()
        if len(text) <= LINE or place[1] not in RETURN_LINE
    }
    checked = check_with(maker, taken)
    while found := errors_in(checked.findings):
        assert letters.rules(found) <= MAY_BE
        left = {p: text for p, text in taken.items() if not is_told(written(p[1]), paths(found))}
        assert len(left) < len(taken), "each finding says where"
        taken, checked = left, check_with(maker, left)
    return taken, checked


def same_but(document: Document, other: Document, text: str) -> None:
    """The documents say the same, but for runs that hold `text`."""
    assert [b.id for b in document.blocks] == [b.id for b in other.blocks]
    for one, two in zip(document.texts(), other.texts(), strict=True):
        assert one[:2] == two[:2]
        assert squash(text) in squash(two[2]) or one[2] == two[2]
    assert document.furniture.page_of == other.furniture.page_of
    assert document.title == other.title


def written(path: str) -> str:
    """A place's path as findings write it: `debts[0].cause.en`."""
    return re.sub(r"__(\d+)", r"[\1]", path).replace("__", ".")


def is_told(path: str, told: set[str]) -> bool:
    """Whether a finding speaks of the place, or of the field that it is a language of."""
    return any(path == one or path.startswith(f"{one}.") for one in told)


def paths(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.path.removeprefix("sender.") for finding in findings}


@pytest.mark.parametrize("text", [*MARKUP, *WRITTEN], ids=range(len(MARKUP) + len(WRITTEN)))
def test_text_changes_nothing_but_its_own_place(maker: LetterMaker, text: str) -> None:
    plain = check_with(maker, {})
    taken, hostile = take(maker, dict.fromkeys(all_fields(), text))
    assert len(taken) > 0.6 * len(all_fields())
    assert plain.document is not None and hostile.document is not None
    same_but(plain.document, hostile.document, text)


@pytest.mark.heavy
@pytest.mark.parametrize("first", range(0, len(MARKUP) + len(WRITTEN), 4))
def test_text_is_printed_exactly_as_it_is(maker: LetterMaker, first: int) -> None:
    """Four texts by turns over all places: each stands in the finished file where it belongs."""
    texts = [*MARKUP, *WRITTEN][first : first + 4]
    turns = dict(zip(all_fields(), texts * len(all_fields()), strict=False))
    taken, hostile = take(maker, turns)
    letter, findings = maker.make(hostile, letters.Request(letters.TODAY))
    assert letter is not None, [line_of(finding) for finding in findings]
    assert faults(letter.data) == []
    for (_, path), text in taken.items():
        lang = next((tag for tag in (ZH, EN) if path.endswith(f"__{tag}")), "")
        if HAN.search(text):  # it is marked as Chinese, wherever it stands
            lang = ""
        if path != f"hours__{EN}":  # contacts stand there in the first language
            assert letters.says(letter, text, lang), path


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_printed_is_told_with_a_remedy(maker: LetterMaker, text: str) -> None:
    checked = check_with(maker, dict.fromkeys(all_fields(), text))
    found = errors_in(checked.findings)
    assert checked.document is None
    assert REFUSED[text] <= letters.rules(found) <= {*REFUSED[text], "wrong-form"}
    if not REFUSED[text] & {"no-font", "script-unset"}:
        assert all(is_told(written(path), paths(found)) for _, path in all_fields())
    for finding in found:
        told = line_of(finding) + line_of(finding, "zh") + hint(finding) + hint(finding, "zh")
        assert len(told) < 2000
        assert not re.search("[\x00-\x08\u202e\u2066\u200f\ud800-\udfff]", told)


def test_a_character_without_a_font_is_told_wherever_it_would_be_printed(
    maker: LetterMaker,
) -> None:
    for place in all_fields():
        checked = check_with(maker, {place: "🦊"})
        if checked.document is None:
            (found,) = errors_in(checked.findings)
            assert found.rule == "no-font" and found.params["code"] == "U+1F98A"
        else:
            assert "🦊" not in str(checked.document), place


@pytest.mark.heavy
def test_a_return_line_that_does_not_fit_is_a_finding(maker: LetterMaker) -> None:
    long = {(True, path): "字" * 60 for path in RETURN_LINE}
    assert "return-line-too-long" in letters.rules(check_with(maker, long).findings)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["W" * 120, "国" * 120, "Ann " * 30, "i" * 120])
def test_a_name_of_120_characters_fits_or_is_told(maker: LetterMaker, name: str) -> None:
    checked = check_with(maker, {(False, "recipient__name"): name.strip()})
    if checked.document is None:
        (told,) = errors_in(checked.findings)
        assert (told.rule, told.path) == ("address-too-long", "recipient.name")
        return
    letter, findings = maker.make(checked, letters.Request(letters.TODAY))
    if letter is None:
        assert {rule[:5] for rule in letters.rules(errors_in(findings))} == {"proof"}
        assert not any(name.strip() in line_of(finding) for finding in findings)
    else:
        assert letters.says(letter, name, ZH) and letters.says(letter, name, EN)


@pytest.fixture
def asked_for() -> Iterator[tuple[str, list[str]]]:
    """A real server: its address, and every path that somebody asked of it."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.heavy
def test_nothing_is_fetched_and_only_the_letter_is_written(
    tmp_path: Path, asked_for: tuple[str, list[str]]
) -> None:
    address, paths = asked_for
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-6222", encoding="utf-8")
    payloads = [f"<img src={address}/a>", f"url({address}/b)", f"<img src='file://{secret}'>"]
    record = letters.case(DEMAND, **BASE_RECORD, pack="CN", id="A-0042")
    record.data["enclosures"][0] = " ".join(payloads)[:190]
    record.data["recipient"]["address"][0] = payloads[0]
    record.data["debts"][0]["cause"] = {ZH: payloads[1], EN: payloads[2][:190]}
    desk = tmp_path / "desk"
    (desk / "senders").mkdir(parents=True)
    (desk / "notices.toml").write_text('[defaults]\nsender = "ours"\n', encoding="utf-8")
    names = [text[:190] for text in (*payloads, " ".join(payloads))]
    profile = json.dumps({**letters.sender(DEMAND).data, "real_names": names}, ensure_ascii=False)
    (desk / "senders" / "ours.json").write_text(profile, encoding="utf-8")
    case = desk / "case.json"
    case.write_text(json.dumps(record.data, ensure_ascii=False), encoding="utf-8")
    before = {file for file in tmp_path.rglob("*") if file.is_file()}
    written = make_letter(case, tmp_path / "out", today=letters.TODAY, issue_date=date(2026, 3, 31))
    assert not errors_in(written.findings)
    (file,) = written.files
    assert {f for f in tmp_path.rglob("*") if f.is_file()} - before == {file}
    assert file.parent == tmp_path / "out"
    assert paths == []
    text = squash("".join(run.text for run in letters.read(file.read_bytes()).runs))
    assert squash(payloads[0]) in text and "the-secret" not in text
    assert b"the-secret" not in b"".join(letters.read(file.read_bytes()).attachments.values())


def test_file_names_tell_nothing(maker: LetterMaker) -> None:
    for name in letters.EXAMPLES:
        (checked,) = letters.check(maker, letters.case(name), letters.sender(name))
        assert checked.case is not None
        case_id = re.escape(checked.case.id)
        assert re.fullmatch(rf"{case_id}-[A-Z2-7]{{6}}", checked.letter_id)
    telling = {"id": "Overdue-debt-1"}, {"id": "Wang"}, {"id": "../../x"}, {"id": "a/b"}, {"id": ""}
    for change in telling:
        record = letters.case(DEMAND, recipient__name="Wang Example", **change)
        (checked,) = letters.check(maker, record, letters.sender(DEMAND))
        assert checked.document is None
        assert {"unsafe-id", "required-field"} & letters.rules(checked.findings)


@pytest.mark.heavy
def test_a_payment_code_holds_the_profile_s_address_and_never_the_record_s_text(
    maker: LetterMaker,
) -> None:
    """Slots are filled with amount, currency and reference, each safe inside an address."""
    payload = "https://pay.example/?a={amount}&c={currency}&r={reference}&n={recipient_name}{{x}}"
    name = "a&b=c {amount}"
    record = letters.case(DEMAND, recipient__name=name)
    profile = letters.sender(DEMAND, accounts__0__payload=payload, real_names=[name])
    letter = letters.made(maker, record, profile)
    assert letter.checked.document is not None
    (code,) = letter.checked.document.codes
    assert code.payload == (
        f"https://pay.example/?a=8180.16&c=CNY&r={letter.letter_id}&n={{recipient_name}}{{{{x}}}}"
    )
