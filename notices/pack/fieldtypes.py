"""Field types: for each its JSON Schema fragment, its converter and its form in words.

A record's scalars are all text; `convert` is only called on what the fragment has accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

MAX_ITEMS = 5000
_ISO_DATE = r"^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
# Letters and digits of every script, and the marks that systems put between them.
_MARKS = r" ._/#():+&,*'’°№\-–—·・（）〔〕［］【】《》〈〉\[\]：，、－／．＿＃＋＆"
_REFERENCE = rf"^[{_MARKS}]*[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}{_MARKS}]*$"
_LANGUAGE = r"^([a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?|und)$"


@dataclass(frozen=True)
class FieldType:
    """How a type is written, checked and read. `form` says it to people, in en and zh."""

    name: str
    schema: Mapping[str, Any]
    convert: Callable[[Any], Any]
    form: Mapping[str, str]
    free_text: bool = False  # the owner's own sentences: the wording rules apply
    check: Callable[[str], bool] | None = None  # what no pattern says: check digits


def _text(longest: int, pattern: str = "") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": longest}
    return schema | ({"pattern": pattern} if pattern else {})


def amount_pattern(decimals: int) -> str:
    """A positive number with at most so many decimals; noughts after them say no more."""
    return rf"^[0-9]{{1,15}}(\.[0-9]{{1,{decimals}}}0*)?$" if decimals else r"^[0-9]{1,15}(\.0+)?$"


def _sides(side: Mapping[str, Any], **whole: Any) -> dict[str, Any]:
    """The schema of a mapping language: side, or of what `whole` says."""
    names = {"minProperties": 1, "propertyNames": {"pattern": _LANGUAGE}}
    return {"type": [whole["type"], "object"], **names, "additionalProperties": side} | {
        key: value for key, value in whole.items() if key != "type"
    }


def _by_language(value: Any) -> Mapping[str, str]:
    return {"und": value} if isinstance(value, str) else dict(value)


def _once_or_by_language(value: Any) -> str | Mapping[str, str]:
    return value if isinstance(value, str) else dict(value)


def _lines(value: Any) -> tuple[str, ...] | Mapping[str, tuple[str, ...]]:
    if isinstance(value, Mapping):
        return {lang: tuple(lines) for lang, lines in value.items()}
    return tuple(value)


def _by_currency(value: Any) -> Decimal | Mapping[str, Decimal]:
    if isinstance(value, Mapping):
        return {currency: Decimal(amount) for currency, amount in value.items()}
    return Decimal(value)


def _languages(value: Any) -> tuple[str, ...]:
    return tuple(value.replace(",", " ").split() if isinstance(value, str) else value)


def _flag(value: Any) -> bool:
    return bool(value == "true")


def _compact(value: Any) -> str:
    """A code in capitals, without blanks of any kind."""
    return "".join(str(value).split()).upper()


def _digits(value: Any) -> str:
    return re.sub("[^0-9]", "", str(value))


def is_iban(text: str) -> bool:
    """Whether the check digits and the country's form of an IBAN are right (ISO 13616)."""
    from stdnum import iban  # only a record that has one needs it

    return bool(iban.is_valid(_compact(text)))


def is_bic(text: str) -> bool:
    """Whether it has the form of ISO 9362, as ISO 20022's BICFIDec2014Identifier writes it."""
    form = "[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?"
    return re.fullmatch(form, _compact(text)) is not None


def is_structured_communication(text: str) -> bool:
    """Whether the last two of its twelve digits are the first ten modulo 97, or 97 where that is 0
    (Febelfin, conditions pour proposer des virements: la communication structurée)."""
    form = r"(\+{3}|\*{3}|)[0-9]{3}/?[0-9]{4}/?[0-9]{5}\1"
    digits = _digits(text)
    right = re.fullmatch(form, _compact(text)) is not None
    return right and int(digits[10:]) == (int(digits[:10]) % 97 or 97)


_ADDRESS: dict[str, Any] = {"type": "array", "minItems": 1, "maxItems": 6, "items": _text(120)}
_TYPES = (
    FieldType(
        "text", _text(200), str, {"en": "one line of text", "zh": "一行文字"}, free_text=True
    ),
    FieldType("long_text", _text(1000), str, {"en": "text", "zh": "文字"}, free_text=True),
    FieldType("name", _text(120), str, {"en": "one name", "zh": "一个姓名或名称"}),
    FieldType(
        "printed_name",
        _sides(_text(120), **_text(120)),
        _once_or_by_language,
        {
            "en": "one name, or a mapping language: name",
            "zh": "一个姓名或名称，或“语言: 姓名”的映射",
        },
    ),
    FieldType(
        "address",
        _sides(_ADDRESS, **_ADDRESS),
        _lines,
        {
            "en": "a list of one to six address lines, or a mapping language: list",
            "zh": "一至六行的地址列表，或“语言: 列表”的映射",
        },
    ),
    FieldType(
        "printed_text",
        _sides(_text(200), **_text(200)),
        _once_or_by_language,
        {
            "en": "one line of text, printed as written, or a mapping language: text",
            "zh": "一行文字（原样印出），或“语言: 文字”的映射",
        },
        free_text=True,
    ),
    FieldType(
        "reference",
        _text(64, _REFERENCE),
        str,
        {
            "en": "letters, digits, and marks as in （2026）字第0302号, INV/2026/00017, RE#2026-1",
            "zh": "文字、数字及常用符号，如 （2026）字第0302号、INV/2026/00017、RE#2026-1",
        },
    ),
    FieldType(
        "amount",
        {
            "type": ["string", "number"],
            "pattern": amount_pattern(4),
            "minimum": 0,
        },
        Decimal,
        {"en": "an amount as 1234.50", "zh": "形如 1234.50 的金额"},
    ),
    FieldType(
        "amount_by_currency",
        {
            "type": ["string", "number", "object"],
            "pattern": amount_pattern(4),
            "minimum": 0,
            "additionalProperties": {
                "type": ["string", "number"],
                "pattern": amount_pattern(4),
                "minimum": 0,
            },
        },
        _by_currency,
        {
            "en": "an amount as 5.00, or one under the code of each currency",
            "zh": "形如 5.00 的金额，或在每个货币代码下各写一个金额",
        },
    ),
    FieldType(
        "percent",
        {
            "type": ["string", "number"],
            "pattern": r"^([0-9]{1,3}(\.[0-9]{1,8})?|1000(\.0+)?)$",
            "minimum": 0,
            "maximum": 1000,
        },
        Decimal,
        {"en": "per cent per year, as 13.8 (0 to 1000)", "zh": "年利率百分数，如 13.8(0 至 1000)"},
    ),
    FieldType(
        "date",
        {"type": "string", "pattern": _ISO_DATE, "format": "date"},
        date.fromisoformat,
        {"en": "a date as 2026-04-15", "zh": "形如 2026-04-15 的日期"},
    ),
    FieldType(
        "count",
        {
            "type": ["string", "integer"],
            "pattern": "^([0-9]{1,5}|100000)$",
            "minimum": 0,
            "maximum": 100000,
        },
        int,
        {"en": "a whole number (0 to 100000)", "zh": "整数（0 至 100000）"},
    ),
    FieldType(
        "flag",
        {"enum": ["true", "false", True, False]},
        _flag,
        {"en": "true or false", "zh": "true 或 false"},
    ),
    FieldType("code", _text(64), str, {"en": "one of the listed codes", "zh": "所列代码之一"}),
    FieldType(
        "phone",
        _text(40, r"^\+?[0-9(][0-9 ()./-]{1,38}$"),
        str,
        {"en": "a phone number", "zh": "电话号码"},
    ),
    FieldType(
        "email",
        _text(120, r"^[^@\s<>\"'()\[\],;:\\]+@[^@\s<>\"'()\[\],;:\\]+\.[A-Za-z0-9-]{2,}$"),
        str,
        {"en": "an e-mail address", "zh": "电子邮件地址"},
    ),
    FieldType(
        "url",
        _text(200, r"^https?://[^\s<>\"'`{}|\\^]+$"),
        str,
        {"en": "a web address that begins with https://", "zh": "以 https:// 开头的网址"},
    ),
    FieldType(
        "iban",
        _text(42, r"^[A-Za-z]{2}[0-9]{2}[A-Za-z0-9\s]{11,38}$"),
        _compact,
        {"en": "an IBAN with right check digits", "zh": "校验位正确的 IBAN"},
        check=is_iban,
    ),
    FieldType(
        "bic",
        _text(20, r"^[A-Za-z0-9\s]{8,20}$"),
        _compact,
        {"en": "a BIC as DEUTDEFF or BYLADEM1001", "zh": "形如 DEUTDEFF 或 BYLADEM1001 的 BIC"},
        check=is_bic,
    ),
    FieldType(
        "structured_communication",
        _text(30, r"^[0-9+*/\s]{12,30}$"),
        _digits,
        {
            "en": "+++090/9337/55493+++: twelve digits, the last two check the others (modulo 97)",
            "zh": "+++090/9337/55493+++：十二位数字，末两位校验前十位（模 97）",
        },
        check=is_structured_communication,
    ),
    FieldType(
        "text_by_language",
        {
            "type": ["string", "object"],
            "minLength": 1,
            "maxLength": 200,
            "minProperties": 1,
            "propertyNames": {"pattern": _LANGUAGE},
            "additionalProperties": _text(200),
        },
        _by_language,
        {"en": "text, or a mapping language: text", "zh": "文字，或“语言: 文字”的映射"},
        free_text=True,
    ),
    FieldType(
        "long_text_by_language",
        {
            "type": ["string", "object"],
            "minLength": 1,
            "maxLength": 4000,
            "minProperties": 1,
            "propertyNames": {"pattern": _LANGUAGE},
            "additionalProperties": _text(4000),
        },
        _by_language,
        {
            "en": "paragraphs parted by blank lines, or a mapping language: paragraphs",
            "zh": "以空行分段的文字，或“语言: 文字”的映射",
        },
        free_text=True,
    ),
    FieldType(
        "text_list",
        {"type": "array", "minItems": 1, "maxItems": 40, "items": _text(200)},
        tuple,
        {"en": "a list of texts", "zh": "文字列表"},
        free_text=True,
    ),
    FieldType(
        "printed_texts",
        {"type": "array", "minItems": 1, "maxItems": 40, "items": _sides(_text(200), **_text(200))},
        lambda value: tuple(map(_once_or_by_language, value)),
        {
            "en": "a list of texts, each one text or a mapping language: text",
            "zh": "文字列表，每项为一段文字，或“语言: 文字”的映射",
        },
        free_text=True,
    ),
    FieldType(
        "language_list",
        {"type": ["string", "array"], "minLength": 2, "minItems": 1, "items": _text(20, _LANGUAGE)},
        _languages,
        {"en": "language tags, as [zh-Hans, en]", "zh": "语言标签，如 [zh-Hans, en]"},
    ),
    FieldType(
        "file",
        _text(120, r"^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._ /-]*$"),
        str,
        {"en": "a file beside the profile, as logo.svg", "zh": "与档案同目录的文件，如 logo.svg"},
    ),
)
# Printed as written where the record gives no form for a language.
AS_WRITTEN = ("printed_name", "printed_text", "printed_texts", "address")
FIELD_TYPES: Mapping[str, FieldType] = MappingProxyType({t.name: t for t in _TYPES})


def iban_groups(text: str) -> str:
    """An IBAN as it is printed: groups of four (ISO 13616-1)."""
    return " ".join(re.findall(".{1,4}", text.replace(" ", "")))


def communication_groups(digits: str) -> str:
    """A structured communication as it is printed (Febelfin): +++090/9337/55493+++."""
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def reference_type(text: str) -> str:
    """SCOR for a creditor reference (ISO 11649), QRR for 27 digits whose last one checks the
    others (modulo 10, recursive); "" for neither."""
    from stdnum import iso11649
    from stdnum.ch import esr

    if iso11649.is_valid(text):
        return "SCOR"
    return "QRR" if len(text) == 27 and esr.is_valid(text) else ""
