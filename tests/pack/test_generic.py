"""The pack for every place: any two of eight languages, each number the sender's, no law."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from notices.catalogue import line_of
from notices.finding import errors_in
from notices.letter.make import Checked, LetterMaker
from notices.pack.bans import Place, check_wording
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.words.context import build_contexts
from tests.letter import letters

GENERIC = load_pack(PACKS / "generic")
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "nl", "fr", "de", "es", "it")
DEMAND = "generic/demand-consumer-de-it-ceiling"
REMINDER = "generic/reminder-consumer-en-fr"


def told(maker: LetterMaker, name: str, profile: dict[str, Any], **changes: Any) -> set[str]:
    record, sender = letters.case(name, **changes), letters.sender(name, **profile)
    (checked,) = letters.check(maker, record, sender)
    return letters.rules(errors_in(checked.findings))


def in_all(value: Any) -> Any:
    """A text by language, said in all eight."""
    if isinstance(value, dict) and set(value) <= set(LANGUAGES):
        return dict.fromkeys(LANGUAGES, next(iter(value.values())))
    if isinstance(value, dict):
        return {key: in_all(inner) for key, inner in value.items()}
    return [in_all(inner) for inner in value] if isinstance(value, list) else value


def checked_in(maker: LetterMaker, name: str, languages: tuple[str, ...]) -> Checked:
    record, sender = letters.case(name), letters.sender(name)
    record.data.update(in_all(dict(record.data)) | {"languages": list(languages)})  # type: ignore[attr-defined]
    sender.data.update(in_all(dict(sender.data)))  # type: ignore[attr-defined]
    (checked,) = letters.check(maker, record, sender)
    return checked


@pytest.mark.parametrize("name", [REMINDER, DEMAND])
def test_any_two_of_the_shipped_languages_make_a_letter(maker: LetterMaker, name: str) -> None:
    assert tuple(GENERIC.formats) == LANGUAGES
    for pair in (*permutations(LANGUAGES, 2), *((one,) for one in LANGUAGES)):
        checked = checked_in(maker, name, pair)
        assert checked.document is not None, [line_of(f) for f in checked.findings]


def test_no_law_is_claimed_and_no_number_invented() -> None:
    assert {source.kind for source in GENERIC.sources} <= {"product", "practice"}
    assert not GENERIC.rates and not GENERIC.holidays
    for rule in GENERIC.rules:
        told = {"warn_above"}  # only warns, and enters no letter
        figured = (value for name, value in rule.params.items() if name not in told)
        assert [v for v in figured if str(v).replace(".", "").isdigit()] == [], rule.id


def test_every_limit_is_the_senders(maker: LetterMaker) -> None:
    assert told(maker, REMINDER, {}) == set()
    assert told(maker, REMINDER, {"term_days": None}) == {"required-field"}  # pay_by
    assert told(maker, REMINDER, {"term_days": None}, pay_by="2026-02-20") == set()
    assert told(maker, REMINDER, {}, pay_by="2026-02-20") == {"pay-by-too-soon"}
    assert told(maker, DEMAND, {}, debts__0__rate_ground=None) == {"required-field"}
    assert told(maker, DEMAND, {}, debts__0__within_limitation="false") == {"pack-refusal"}
    (free,) = letters.check(maker, letters.case(DEMAND), letters.sender(DEMAND, rate_limit=None))
    (kept,) = letters.check(maker, letters.case(DEMAND), letters.sender(DEMAND))
    assert free.figures is not None and kept.figures is not None
    assert [line.rate for line in free.figures.debts[0].interest] == [15]
    assert [line.rate for line in kept.figures.debts[0].interest] == [12]


@pytest.mark.parametrize("currency", GENERIC.currencies)
def test_amounts_have_the_decimals_of_their_currency(maker: LetterMaker, currency: str) -> None:
    (checked,) = letters.check(
        maker, letters.case(REMINDER, currency=currency), letters.sender(REMINDER)
    )
    assert checked.case is not None and checked.figures is not None
    english, _ = build_contexts(checked.case, checked.figures, GENERIC, "X")
    decimals = GENERIC.currencies[currency]
    tail = f".{'0' * decimals}" if decimals else ""
    assert english.values["total_due"].text == f"{currency} 1,250{tail}"


THREATS = {
    "threat-of-arrest": "逮捕 逮捕 arrest politie prison verhaftet cárcel carcere",
    "shame": "老赖 老賴 blacklist wanbetaler malhonnête schwarze_Liste moroso vergogna",
    "seizure-without-judgment": "查封 查封 seize loonbeslag saisie Pfändung embargo pignoramento",
    "posing-as-authority": "传票 傳票 bailiff deurwaarder huissier Gerichtsvollzieher alguacil "
    "ufficiale_giudiziario",
    "posing-as-lawyer": "律师函 律師函 lawyer's_letter advocaat avocat Anwaltskanzlei abogado "
    "avvocato",
    "third-party": "联系您的家人 聯絡您的家人 tell_your_family uw_werkgever "
    "informer_votre_famille Ihren_Arbeitgeber su_empleador suo_datore_di_lavoro",
    "credit-register-threat": "征信 信貸報告 credit_record kredietregistratie fichage Schufa "
    "historial_de_crédito merito_creditizio",
    "false-certainty": "起诉 起訴 go_to_court dagvaarden poursuites_judiciaires "
    "rechtliche_Schritte acciones_legales vie_legali",
    "new-debt": "套现 套現 take_out_a_loan sluit_een_lening contracter_un_prêt "
    "Kredit_aufnehmen obtener_un_préstamo prendere_a_prestito",
    "euphemism-and-urgency": "紧急通知 緊急通知 urgent dringend urgent dringend urgente urgente",
    "fees-not-itemised": "一切费用 一切費用 all_related_costs alle_kosten tous_les_frais "
    "alle_Kosten gastos_adicionales tutte_le_spese",
}


@pytest.mark.parametrize("ban", THREATS)
def test_what_may_never_be_said_is_heard_in_all_languages(ban: str) -> None:
    said = [word.replace("_", " ") for word in THREATS[ban].split()]
    for language, word in zip(LANGUAGES, said, strict=True):
        found = check_wording([(language, word, Place())], GENERIC, {})
        assert ban in {f.params["ban"] for f in found}, (language, word)
