"""Exports of known systems as workbooks, shaped as their sources show; the people are made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.tables.tables_made import write_book

# account_financial_report: titles, filters, and its heads again above each partner
_BALANCE = (
    *("Datum", "Buchung", "Journal", "Konto", "Partner", "Ref - Titel", "Fälligkeit", "Restbetrag"),
    *("Ist-Summe", "Alter bis 30 T.", "Alter bis 60 T.", "Alter bis 90 T.", "Älter"),
)
_ITEMS = ("Partner", "Number", "Invoice Date", "Due Date", "Residual Amount", "Salesperson")
_BILLS = (
    *("单据编号", "单据类型", "业务日期", "到期日", "客户", "币别", "价税合计", "已核销金额"),
    *("未核销金额", "单据状态", "作废状态", "项目"),
)
FIRST, SECOND = "Sample Trading Ltd", "Example Retail Ltd"


def aged_balance(file: Path) -> Path:
    """Aged partner balance with move lines and partner details, in German."""

    def move(number: str, partner: str, due: date, open_: float) -> list[Any]:
        dated = [date(2026, 2, 15), number, "INV", "1400", partner, number, due]
        return [*dated, open_, 0, 0, 0, open_, 0]

    rows = [
        ["Offene Salden - Muster AG - EUR"],
        [],
        ["Filter", None, "18/05/2026"],
        [],
        ["1400 - Forderungen"],
        [FIRST],
        _BALANCE,
        move("INV/2026/00017", FIRST, date(2026, 3, 1), 1000.5),
        move("INV/2026/00021", FIRST, date(2026, 3, 11), 500),
        move("RINV/2026/00003", FIRST, date(2026, 3, 5), -120),
        [FIRST, None, None, None, None, "Partner-Endsaldo", None, 1380.5, 0, 0, 0, 1380.5, 0],
        [],
        [SECOND],
        _BALANCE,
        move("INV/2026/00030", SECOND, date(2026, 3, 15), 80),
        [SECOND, None, None, None, None, "Partner-Endsaldo", None, 80, 0, 0, 0, 80, 0],
    ]
    return write_book(file, {"Aged Partner Balance": rows})


def grouped_items(file: Path) -> Path:
    """Journal items as their list exports them, grouped by partner."""
    rows = [
        _ITEMS,
        [f"{FIRST} (2)", None, None, None, 1500.5, None],
        [FIRST, "INV/2026/00017", date(2026, 2, 15), date(2026, 3, 1), 1000.5, "A"],
        [FIRST, "INV/2026/00021", date(2026, 2, 25), date(2026, 3, 11), 500, "A"],
        [f"{SECOND} (1)", None, None, None, 80, None],
        [SECOND, "INV/2026/00030", date(2026, 3, 1), date(2026, 3, 15), 80, "A"],
    ]
    return write_book(file, {"Sheet1": rows})


def receivable_bills(file: Path) -> Path:
    """Receivable bills below a title, with drafts, a credit, a subtotal and a total."""

    def bill(number: str, who: str, billed: int, paid: int, state: str = "已审核") -> list[Any]:
        dates = [date(2026, 2, 15), date(2026, 3, 1)]
        amounts = ["人民币", billed, paid, billed - paid]
        return [number, "标准应收单", *dates, who, *amounts, state, "未作废", "甲"]

    first, second = "样例贸易有限公司", "示例零售有限公司"
    rows = [
        ["应收单列表"],
        _BILLS,
        bill("AR00000017", first, 1190, 190),
        bill("AR00000021", first, 500, 0),
        bill("AR00000022", first, 70, 0, "创建"),
        bill("AR00000023", first, -120, 0),
        [None, None, None, None, f"{first} 小计", None, 1640, 190, 1450],
        bill("AR00000030", second, 80, 0),
        ["合计", None, None, None, None, None, 1720, 190, 1530],
    ]
    return write_book(file, {"应收单": rows})


_ENTRIES = (
    *("Posting Date", "Document Type", "Document No.", "Customer No.", "Customer Name"),
    *("Description", "Currency Code", "Original Amount", "Remaining Amount", "Due Date"),
    *("Document Date", "On Hold", "Last Issued Reminder Level", "Open", "Entry No."),
    "Region",
)


def ledger_entries(file: Path) -> Path:
    """Customer ledger entries as they open in a workbook; one is on hold, one a charge."""

    def entry(
        kind: str | None, number: str, account: str, open_: float, hold: str | None = None
    ) -> list[Any]:
        day = date(2026, 2, 15)
        said = [day, kind, number, account, "", f"Order {number}", None, open_, open_]
        return [*said, date(2026, 3, 1), day, hold, 0, True, 100 + len(number), "North"]

    rows = [
        [*_ENTRIES],
        entry("Invoice", "103017", "10000", 1000.5),
        entry("Invoice", "103018", "20000", 80),
        entry("Credit Memo", "104003", "10000", -120.5),
        entry("Invoice", "103021", "10000", 500),
        entry("Payment", "G02001", "10000", -50),
        entry("Invoice", "103030", "10000", 900, "X"),
        entry("Finance Charge Memo", "106001", "10000", 7.5),
    ]
    return write_book(file, {"Customer Ledger Entries": rows})
