"""A letter of the layout's form, small enough to break by hand: a Document and its HTML."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from html import escape
from pathlib import Path

from notices.page.codes import qr_svg
from notices.page.document import (
    Address,
    Block,
    Cell,
    CellRole,
    Code,
    Document,
    Envelope,
    Expected,
    Frame,
    Furniture,
    Image,
    Letterhead,
    Row,
    RowRole,
    Run,
    Side,
)
from notices.page.fonts import read_font_set
from notices.page.pdf import Attachment, HtmlPage, PdfRenderer
from notices.places import FONTS

ZH, EN = "zh-Hans", "en"
WINDOW = Frame(20, 45, 90, 45)
PAYLOAD = "https://pay.example/10086?ref=A-00123"
CSS = """
@page { size: A4; margin: 25mm 20mm 25mm 20mm;
  @bottom-right { content: counter(page) "/" counter(pages); font-size: 8pt } }
@page :first { margin-top: 97mm }
html { font-family: "Noto Sans", "Noto Sans SC"; font-size: 10pt; line-height: 1.4 }
:lang(zh) { font-family: "Noto Sans SC" }
body { margin: 0 }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
td, th { vertical-align: top; padding: 1mm 2mm; text-align: start; font-weight: normal }
tbody { break-inside: avoid }
.nowrap { white-space: nowrap }
#letterhead { position: absolute; top: -82mm; left: 0 }
#return-address { position: absolute; top: -48mm; left: 5mm; font-size: 8pt }
#recipient { position: absolute; top: -42mm; left: 5mm; width: 75mm }
h1 { font-size: 12pt }
img { display: block; width: 30mm; height: 30mm }
"""


def cell(*texts: str | Run, role: CellRole = "text") -> Cell:
    return Cell(role, tuple(t if isinstance(t, Run) else Run(t) for t in texts))


def row(zh: Cell | tuple[Cell, ...], en: Cell | tuple[Cell, ...], role: RowRole = "text") -> Row:
    sides = (zh if isinstance(zh, tuple) else (zh,), en if isinstance(en, tuple) else (en,))
    return Row(role, (Side(ZH, sides[0]), Side(EN, sides[1])))


def value(text: str, name: str) -> Run:
    return Run(text, name, strong=True, nowrap=True)


OPENING = Block(
    "clause-opening",
    "clause",
    (
        row(
            cell("尊敬的", value("𠀋戶伟先生", "debtor"), ":"),
            cell("Dear ", Run("戶伟", "debtor", lang=ZH), ","),
        ),
        row(
            cell(
                "请于 ",
                value("2026年8月31日", "pay_by"),
                " 前支付 ",
                value("3,156.25 元", "total_due"),
                "。",
            ),
            cell(
                "Please pay ",
                value("CNY 3,156.25", "total_due"),
                " by ",
                value("31 August 2026", "pay_by"),
                "; the office filed an affidavit in full: “difficult efflux”.",
            ),
        ),
    ),
)
ITEMS = Block(
    "items",
    "items",
    (
        row(
            (cell("本金", role="label"), cell("3,000.00", role="amount")),
            (cell("Principal", role="label"), cell("3,000.00", role="amount")),
            "item",
        ),
        row(
            (cell("利息", role="label"), cell("156.25", role="amount")),
            (cell("Interest", role="label"), cell("156.25", role="amount")),
            "item",
        ),
    ),
)
CLOSE = Block("clause-close", "clause", (row(cell("此致"), cell("Yours faithfully")),))
SLIP = Block(
    "pay-slip",
    "pay_slip",
    (row(cell("付款单 参考号 A-00123"), cell("Payment slip, reference A-00123")),),
    images=("code",),
)


def filler(count: int) -> tuple[Block, ...]:
    zh = "依据合同第八条,逾期款项按约定利率计息,直至实际清偿之日为止。如有异议,请书面告知。"
    en = "Under clause 8 of the contract the overdue sum bears interest at the agreed rate."
    return tuple(
        Block(f"clause-{n}", "clause", (row(cell(f"{n}、{zh}"), cell(f"({n}) {en}")),))
        for n in range(count)
    )


def document(
    blocks: tuple[Block, ...] = (OPENING, ITEMS, CLOSE, SLIP),
    page_limit: int = 2,
    code: str = PAYLOAD,
    window: Frame | None = WINDOW,
    watermark: str = "",
) -> Document:
    codes = (Code("code", code),) if code else ()
    image = Image(
        "code",
        "image/svg+xml",
        qr_svg(code or PAYLOAD, 30),
        {ZH: "付款二维码", EN: "Payment code"},
    )
    return Document(
        letter_id="A-00123-1",
        title="付款提醒 / Payment reminder",
        subject=(Side(ZH, (cell("付款提醒"),)), Side(EN, (cell("Payment reminder"),))),
        languages=(ZH, EN),
        arrangement="parallel",
        large_print=False,
        envelope=Envelope("dl", "A4", Frame(25, 55, 75, 30), None, window, (99.0, 198.0), 40, 97),
        letterhead=Letterhead((Side(EN, (cell("Example Credit Ltd"),)),), ()),
        recipient=Address(("戶伟 先生", "上海市 静安区 南京西路 1266 号", "200040 上海"), ZH),
        return_address=Address(("Example Credit, PO Box 7, 200001 Shanghai",), EN),
        blocks=blocks,
        furniture=Furniture(
            {EN: "{page}/{pages}"},
            {},
            watermark,
            {ZH: "中文(以此为准)", EN: "English (translation)"},
            {ZH: "付款二维码", EN: "Payment code"},
            "figures",
        ),
        images=(image,) if codes else (),
        codes=codes,
        accent="#003366",
        issue_date=date(2026, 8, 1),
        page_limit=page_limit,
        page_aim=page_limit,
        attached={"letter_id": "A-00123-1", "total_due": "3156.25"},
    )


EXPECTED = (
    Expected("total_due", ZH, "3,156.25 元"),
    Expected("total_due", EN, "CNY 3,156.25"),
    Expected("interest", ZH, "156.25"),
    Expected("interest", EN, "156.25"),
    Expected("pay_by", EN, "31 August 2026"),
)


def html_page(doc: Document, css: str = "", body: str = "", drop: str = "") -> HtmlPage:
    """The document as the layout would write it; `body` is put before the body table."""
    heads = "".join(
        f'<th scope="col" lang="{lang}">{escape(doc.furniture.language_heads[lang])}</th>'
        for lang in doc.languages
    )
    subject = " ".join(
        f'<span lang="{side.lang}">{escape(side.text)}</span>' for side in doc.subject
    )
    recipient = "".join(f"<div>{escape(line)}</div>" for line in doc.recipient.lines)
    markup = f"""<!DOCTYPE html><html lang="{doc.languages[0]}"><head><title>t</title></head><body>
<div id="letterhead-name-en" lang="en">Example Credit Ltd</div>
<div id="return-address" lang="en">{escape(doc.return_address.lines[0])}</div>
<div id="recipient" lang="{doc.recipient.lang}">{recipient}</div>
<h1>{subject}</h1>{body}
<table><thead><tr>{heads}</tr></thead>
{"".join(map(_block, doc.blocks))}
</table></body></html>"""
    attached = Attachment("letter.json", "application/json", doc.attachment, "figures", "Data")
    return HtmlPage(
        html=markup.replace(drop, "") if drop else markup,
        stylesheet=CSS + css,
        title=doc.title,
        lang=doc.languages[0],
        created=doc.issue_date,
        author="Example Credit Ltd",
        images={image.name: (image.media_type, image.data) for image in doc.images},
        attachments=(attached,),
    )


def _block(block: Block) -> str:
    rows = []
    for number, line in enumerate(block.rows):
        cells = "".join(
            f'<td id="{block.id}-{number}-{side.lang}" lang="{side.lang}">'
            + " ".join(f"<span>{''.join(map(_run, c.runs))}</span>" for c in side.cells)
            + "".join(f'<img src="notices:{i}" alt="code">' for i in block.images if number == 0)
            * (side.lang == ZH)
            + "</td>"
            for side in line.sides
        )
        rows.append(f"<tr>{cells}</tr>")
    return f'<tbody id="{block.id}">{"".join(rows)}</tbody>'


def _run(run: Run) -> str:
    text = escape(run.text)
    if run.nowrap or run.lang:
        lang = f' lang="{run.lang}"' if run.lang else ""
        text = f'<span class="nowrap"{lang}>{text}</span>'
    return f"<strong>{text}</strong>" if run.strong else text


@cache
def renderer() -> PdfRenderer:
    """One renderer for all tests of a process, with the shipped fonts."""
    folder = Path(tempfile.gettempdir()) / "notices-test-fonts"
    return PdfRenderer(read_font_set(FONTS), folder)
