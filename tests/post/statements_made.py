"""Bank statements for tests, in the formats of banks; what they hold is made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ACCOUNT = "DE02120300000000202051"


@dataclass(frozen=True)
class Move:
    """One movement as a statement writes it."""

    amount: str
    text: str = ""
    reference: str = ""
    payer: str = ""
    credit: bool = True
    reversal: bool = False
    booked: bool = True
    day: date = date(2026, 3, 31)

    @property
    def signed(self) -> Decimal:
        return Decimal(self.amount) if self.credit else -Decimal(self.amount)


def camt(
    moves: Sequence[Move] = (),
    first: str = "2026-03-27",
    last: str = "2026-03-31",
    number: int | None = 7,
    opening: str = "1000.00",
    closing: str = "",
    currency: str = "CNY",
    account: str = ACCOUNT,
) -> bytes:
    """A message camt.053.001.08 with one statement."""
    end = closing or str(Decimal(opening) + sum(m.signed for m in moves if m.booked))
    numbered = "" if number is None else f"<ElctrncSeqNb>{number}</ElctrncSeqNb>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>MADE-UP</MsgId><CreDtTm>2026-04-01T05:00:00</CreDtTm></GrpHdr>
<Stmt><Id>MADE-UP-{number}</Id>{numbered}
<FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>
<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>{currency}</Ccy></Acct>
{_balance("OPBD", opening, first, currency)}
{_balance("CLBD", end, last, currency)}
{"".join(_entry(move, currency) for move in moves)}
</Stmt></BkToCstmrStmt></Document>
""".encode()


def _balance(code: str, amount: str, day: str, currency: str) -> str:
    mark = "DBIT" if Decimal(amount) < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{abs(Decimal(amount))}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(move: Move, currency: str) -> str:
    party = "Dbtr" if move.credit else "Cdtr"
    payer = f"<RltdPties><{party}><Pty><Nm>{move.payer}</Nm></Pty></{party}></RltdPties>"
    reference = f"<Refs><EndToEndId>{move.reference or 'NOTPROVIDED'}</EndToEndId></Refs>"
    return (
        f'<Ntry><Amt Ccy="{currency}">{move.amount}</Amt>'
        f"<CdtDbtInd>{'CRDT' if move.credit else 'DBIT'}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if move.reversal else ''}"
        f"<Sts><Cd>{'BOOK' if move.booked else 'PDNG'}</Cd></Sts>"
        f"<BookgDt><Dt>{move.day}</Dt></BookgDt>"
        f"<NtryDtls><TxDtls>{reference}{payer if move.payer else ''}"
        f"<RmtInf><Ustrd>{move.text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def mt940(
    moves: Sequence[Move] = (),
    opened: date = date(2026, 3, 30),
    closed: date = date(2026, 3, 31),
    number: str = "00007/001",
    opening: str = "1000.00",
    currency: str = "CNY",
    account: str = "12030000/0000202051",
) -> str:
    """One statement MT940 with structured fields 86."""
    lines = [":20:MADEUP", f":25:{account}", f":28C:{number}"]
    lines.append(f":60F:{_sum(Decimal(opening), opened, currency)}")
    for move in moves:
        mark = {(True, False): "C", (False, False): "D", (False, True): "RC", (True, True): "RD"}
        lines.append(
            f":61:{move.day:%y%m%d}{move.day:%m%d}{mark[move.credit, move.reversal]}"
            f"{move.amount.replace('.', ',')}NTRF{move.reference[:16] or 'NONREF'}"
        )
        lines.append(f":86:166?00GUTSCHRIFT?20SVWZ+{move.text}?32{move.payer}")
    end = Decimal(opening) + sum(move.signed for move in moves)
    return "\r\n".join([*lines, f":62F:{_sum(end, closed, currency)}", "-", ""])


def _sum(amount: Decimal, day: date, currency: str) -> str:
    mark = "D" if amount < 0 else "C"
    return f"{mark}{day:%y%m%d}{currency}{str(abs(amount)).replace('.', ',')}"
