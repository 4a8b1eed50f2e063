"""What the code knows: the words a pack may use, and the type behind each of them.

Field types with their JSON Schema fragments and converters stand in `fieldtypes`; here are the
names of figures, blocks, styles, flags, masks, core paths and rule sections.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

# Placeholders that the figures and the letter itself fill, with the type of their value.
FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "total_due": "money",
        "total_due_words": "words",
        "principal_due": "money",
        "interest_due": "money",
        "costs_due": "money",
        "costs_total": "money",
        "payments_total": "money",
        "daily_amount": "money",
        "daily_through": "date",
        "reserved_after": "date",
        "days_off_known_through": "date",
        "announced_fee": "money",
        "announced_total": "money",
        "issue_date": "date",
        "as_of": "date",
        "pay_by": "date",
        "dispatch_by": "date",
        "due_date": "date",
        "interest_from": "date",
        "interest_to": "date",
        "days_overdue": "count",
        "days_to_pay": "count",
        "our_reference": "reference",
        "recipient_name": "printed_name",
        "salutation": "text",
        "creditor_name": "text_by_language",
        "sender_name": "text_by_language",
        "applied_rate": "percent",
        "agreed_rate": "percent",
        "rate_cap": "percent",
        "limitation_ends": "date",
        "instalment_count": "count",
        "instalment_amount": "money",
        "instalment_last": "money",
        "instalment_first_due": "date",
        "instalment_total": "money",
        "account_holder": "printed_text",
        "account_bank": "printed_text",
        "account_number": "reference",
        "account_iban": "iban",
        "account_bic": "text",
    }
)

# The layout's blocks, and the placeholders that each of them prints by itself.
BLOCKS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "values": frozenset(),
        "items": frozenset({"total_due"}),
        "open_items": frozenset(),
        "working": frozenset({"applied_rate", "interest_from", "interest_to", "interest_due"}),
        "payments": frozenset({"payments_total"}),
        "apart": frozenset(),
        "pay_to": frozenset({"account_holder", "account_bank", "account_number"}),
        "signature": frozenset({"sender_name"}),
        "enclosures": frozenset({"enclosures"}),
        "reply_slip": frozenset(),
        "itemization": frozenset({"total_due"}),
        "paragraphs": frozenset(),
        "tear_off": frozenset({"sender_address"}),
        "pay_slip": frozenset(),
    }
)
# Blocks whose rows name the placeholders that they print; pay_to without rows prints its own.
NAMING_BLOCKS = ("values", "pay_to", "paragraphs")
# What the rows of a block name (placeholder, clause or label); ROWS_NEEDED can't be without.
BLOCK_ROWS: Mapping[str, str] = MappingProxyType(
    {
        "values": "placeholder",
        "pay_to": "placeholder",
        "paragraphs": "placeholder",
        "itemization": "clause",
        "tear_off": "clause",
        "reply_slip": "label",
    }
)
ROWS_NEEDED = ("values", "paragraphs", "itemization", "tear_off")
# What the letterhead and the address window print on every letter.
ALWAYS_PRINTED = frozenset({"sender_name", "recipient_name"})

# Labels of terms.yaml that every letter prints, and those that each block adds.
LETTER_LABELS = (
    "page_of",
    "draft_mark",
    "language_head",
    "language_head_prevails",
    "language_head_translation",
    "attachment",
    "logo_alt",
    "signature_alt",
    "seal_alt",
)
BLOCK_LABELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "items": (
            "column_amount",
            "period",
            "subtotal",
            "total_due",
            "debt_line",
            "debt_line_plain",
        ),
        "open_items": (
            "column_number",
            "column_invoice_date",
            "column_open",
            "column_period",
            "column_working",
            "column_set_off",
            "listed_principal",
            "set_off_elsewhere",
            "first_asked",
            "first_asked_note",
            "list_total",
            "more_listed",
            "numbers_listed",
            "due_date",
            "days_overdue",
            "period",
            "working_line",
            "payment_line",
        ),
        "working": ("working_period", "working_basis", "working_line", "capped_note"),
        "apart": ("working_period", "working_basis", "working_line", "capped_note"),
        "payments": ("payment_line",),
        "pay_to": (
            "account_holder",
            "account_bank",
            "account_number",
            "our_reference",
            "code_caption",
            "code_alt",
        ),
        "signature": ("seal_place", "signature_place"),
        "reply_slip": ("reply_to", "reply_sign", "our_reference"),
        "tear_off": ("mail_to", "our_reference"),
    }
)
# The letterhead's lines: what the sender profile has of each, under its label.
CONTACTS = (
    ("sender_address",),
    ("sender_licence",),
    ("sender_phone",),
    ("sender_hours",),
    ("sender_email", "sender_web"),
)
# Currency words that each method of amounts in words cannot do without (labels CNY-major …).
WORDS_UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "zh-financial": ("prefix", "major", "whole"),
        "zh-Hant-financial": ("prefix", "major", "whole"),
        "en-amount": ("major", "minor"),
        "nl-amount": ("major", "minor"),
    }
)

CLAUSE_STYLES = ("small", "box", "plain", "bullets", "lead")
BLOCK_STYLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "values": ("reference", "glance", "plain", "head"),
        "signature": ("seal", "hand"),
        "paragraphs": ("reverse",),
    }
)

DERIVED_FLAGS = (
    "time_barred",
    "limitation_unknown",
    "limitation_running",
    "interest_runs",
    "daily_amount_ends",
    "interest_reserved",
    "days_off_assumed",
    "interest_shown",
    "interest_compounded",
    "payments_made",
    "several_debts",
    "several_rates",
    "capped",
    "shown_apart",
    "fee_announced",
    "costs_charged",
    "schedule_offered",
)

# What a pack's refusals may ask of them: what is known of each debt before its figures are.
REFUSAL_FLAGS = (
    "time_barred",
    "limitation_unknown",
    "limitation_running",
    "payments_made",
    "several_debts",
)

LETTER_KEYS = ("kind", "level", "sender_role", "debtor_type", "layout", "debt_kind")

# How a declared date may be bound to others, and the letter's dates that it may be bound to.
DATE_BOUNDS = ("before", "not_after", "after", "not_before")
LETTER_DATES = (
    "issue_date",
    "as_of",
    "dispatch_by",
    "pay_by",
    "due_date",
    "contract_date",
    "limitation_ends",
)

MASKS = ("last4", "phone")

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "interest": "interest",
        "fees": "fee",
        "allocation": "allocation",
        "appropriation": "appropriation",
        "pay_by": "pay_by",
        "dates": "date",
        "earlier_terms": "earlier_term",
        "limitation": "limitation",
        "schedule": "schedule",
        "total": "total",
    }
)
SELECTED_ON = ("contract_date", "due_date", "as_of", "issue_date", "dispatch_by")

LAYOUTS = ("parallel", "stacked", "sequential")
SENDER_ROLES = ("creditor", "agency", "lawyer", "debt_buyer")
DEBTOR_TYPES = ("consumer", "sole_trader", "business")
PARTY_ROLES = ("debtor", "co_debtor", "guarantor", "estate", "guardian")

# The typed core: where it stands in a record, and as what a pack must declare it.
CORE_PATHS: Mapping[str, str] = MappingProxyType(
    {
        "id": "reference",
        "pack": "code",
        "kind": "code",
        "level": "count",
        "cycle": "count",
        "languages": "language_list",
        "currency": "code",
        "issue_date": "date",
        "as_of": "date",
        "dispatch_by": "date",
        "pay_by": "date",
        "stated_total": "amount",
        "recipient.role": "code",
        "recipient.type": "code",
        "recipient.name": "printed_name",
        "recipient.surname": "printed_name",
        "recipient.address": "address",
        "recipient.salutation": "code",
        "recipient.street": "name",
        "recipient.building": "name",
        "recipient.postcode": "reference",
        "recipient.town": "name",
        "recipient.country": "reference",
        "slip_reference": "reference",
        "debts[].debt_kind": "code",
        "debts[].due_date": "date",
        "debts[].contract_date": "date",
        "debts[].agreed_rate": "percent",
        "debts[].items[].kind": "code",
        "debts[].items[].amount": "amount",
        "debts[].items[].date": "date",
        "debts[].items[].note": "printed_text",
        "debts[].payments[].date": "date",
        "debts[].payments[].amount": "amount",
        "debts[].payments[].reference": "reference",
        "payments[].date": "date",
        "payments[].amount": "amount",
        "payments[].reference": "reference",
        "payments[].debt_number": "reference",
        "credits[].date": "date",
        "credits[].amount": "amount",
        "credits[].reference": "reference",
        "credits[].debt_number": "reference",
        "sender.role": "code",
        "sender.name": "text_by_language",
        "sender.street": "name",
        "sender.building": "name",
        "sender.postcode": "reference",
        "sender.town": "name",
        "sender.country": "reference",
        "sender.minimum_balance": "amount_by_currency",
        "sender.logo": "file",
        "sender.signature": "file",
        "sender.seal": "file",
        "sender.seal_authorisation": "text",
        "sender.accounts[].holder": "text",
        "sender.accounts[].bank": "printed_text",
        "sender.accounts[].number": "text",
        "sender.accounts[].iban": "iban",
        "sender.accounts[].bic": "bic",
        "sender.accounts[].payload": "text",
    }
)
# The parts of an address as a pay_slip needs them, of recipient and sender; and what else it needs.
SLIP_FIELDS = ("street", "building", "postcode", "town", "country")
SLIP_PATHS = (
    *(f"{head}.{part}" for head in ("recipient", "sender") for part in SLIP_FIELDS),
    "slip_reference",
    "sender.accounts[].iban",
    "sender.accounts[].holder",
)
# The fields by which a debt is called, in that order: a record has one of them.
DEBT_NUMBERS = ("invoice_number", "contract_number", "account_reference")
# Without these no case can be built, so every pack declares them.
NEEDED_PATHS = (
    "id",
    "pack",
    "kind",
    "recipient.type",
    "recipient.name",
    "recipient.address",
    "debts[].debt_kind",
    "debts[].due_date",
    "debts[].items[].kind",
    "debts[].items[].amount",
    "sender.role",
    "sender.name",
)
PATH_HEADS = ("recipient", "debts[]", "payments[]", "credits[]", "sender")
# Lists of a record that may be empty.
EMPTY_LISTS = ("payments", "credits", "accounts")


def near_miss(word: str, known: Iterable[str]) -> str:
    """The known word that `word` most likely means; "" where none is near."""
    import difflib  # only faults need it

    candidates = sorted(set(known))
    folded = {candidate.casefold().replace("-", "_"): candidate for candidate in candidates}
    found = difflib.get_close_matches(
        word[:80].casefold().replace("-", "_"), list(folded), n=1, cutoff=0.6
    )
    return folded[found[0]] if found else ""


def in_both(texts: Mapping[str, str], key: str) -> dict[str, str]:
    """`texts` (by language) for the zh and the en sentence; the nearest one where it lacks."""
    some = next(iter(texts.values()), "–")
    english = texts.get("en", some)
    other = next((text for tag, text in texts.items() if tag.startswith("zh")), english)
    chinese = texts.get("zh-Hans", other)
    return {f"{key}_en": english, f"{key}_zh": chinese}


def mask_value(mask: str, text: str) -> str:
    """`text` as a letter may show it: its last four characters, or `138****0000` of a phone."""
    if mask == "last4":
        seen = [c for c in text if c.isalnum()]
        return "****" + "".join(seen[-4:]) if len(seen) > 4 else "****"
    if mask == "phone":
        digits = [c for c in text if c.isdigit()]
        if len(digits) < 8:
            return "****"
        return "".join(digits[:3]) + "****" + "".join(digits[-4:])
    return text
