"""Rows of fictional accounts as a source system exports them, with its own Chinese headers.

Everything hangs on the Random that is handed in: the same seed gives the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

ISSUE_DATE, DISPATCH_BY = date(2026, 4, 15), date(2026, 4, 17)
HOME = Path(__file__).parent
HEADERS = (
    *(
        "案件编号",
        "发函主体",
        "客户类型",
        "客户名称",
        "性别",
        "手机号码",
        "省市区",
        "详细地址",
        "邮编",
    ),
    *("业务类型", "产品名称", "产品英文名", "合同编号", "签订日期", "到期日", "逾期天数"),
    *(
        "计息起始日",
        "约定年利率",
        "币种",
        "本金",
        "货款",
        "税额",
        "利息",
        "违约金",
        "手续费",
        "减免",
    ),
    *("备注", "已还金额", "还款日期", "还款流水号", "账面余额", "应还总额", "上次通知日期"),
    *("停催原因", "停催至", "分期期数", "首期日期", "拟采取措施", "最早起诉日", "附件"),
    *("经办人", "工号", "客户经理"),
)
Cell = str | Decimal | date  # as the source system types it
Row = dict[str, Cell]


@cache
def words() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((HOME / "words.yaml").read_text(encoding="utf-8"))
    return data


def draw_products(chance: Random, count: int) -> list[str]:
    products = words()["products"]
    return chance.choices(list(products), [p["weight"] for p in products.values()], k=count)


def draw_ages(chance: Random, count: int) -> list[int]:
    spans = words()["ages"]
    drawn = chance.choices(spans, [weight for _, _, weight in spans], k=count)
    return [chance.randint(first, last) for first, last, _ in drawn]


def good_row(chance: Random, number: int, product: str, age: int) -> Row:
    about = words()["products"][product]
    row: Row = dict.fromkeys(HEADERS, "")
    due = ISSUE_DATE - timedelta(days=age)
    row |= {"案件编号": f"AJ-2026-{number:06}", "发函主体": about["owner"]}
    row |= _party(chance, about) | _place(chance)
    row |= _debt(chance, about, number, due, age)
    row |= _amounts(chance, about, row, due)
    row |= _letter(chance, about, due, age)
    handler, staff = chance.choice(words()["handlers"])
    return row | {
        "经办人": handler,
        "工号": staff,
        "客户经理": chance.choice(["甲组", "乙组", "丙组"]),
    }


def _party(chance: Random, about: Mapping[str, Any]) -> Row:
    who = chance.choices(list(about["who"]), list(about["who"].values()))[0]
    phone = f"138-0000-{chance.randint(0, 9999):04}"
    if who == "企业":
        return {"客户类型": who, "客户名称": _company(chance), "手机号码": phone}
    name = chance.choice(words()["surnames"])
    name += "".join(
        chance.choices(words()["given"], k=1 if len(name) > 1 else chance.randint(1, 2))
    )
    if chance.random() < 0.01:
        name = chance.choice(words()["far_names"])
    shop = f"样本{chance.choice(words()['given'])}{chance.choice(words()['shops'])}"
    if who == "个体工商户" and chance.random() < 0.5:
        return {"客户类型": who, "客户名称": shop, "手机号码": phone}
    sex = chance.choice(["男", "男", "男", "女", "女", "女", "未知"])
    return {"客户类型": who, "客户名称": name, "性别": sex, "手机号码": phone}


def _company(chance: Random) -> str:
    parts = words()["companies"]
    return "".join(
        chance.choice(parts[key]) for key in ("first", "second", "third", "trade", "end")
    )


def _place(chance: Random) -> Row:
    road = f"{chance.choice(words()['roads'])}{chance.randint(1, 399)}号"
    room = f"{chance.randint(1, 24)}{chance.randint(1, 8):02}室"
    house = f"{chance.randint(1, 28)}栋{chance.randint(1, 4)}单元{room}"
    return {
        "省市区": chance.choice(words()["regions"]),
        "详细地址": f"{road}{chance.choice(words()['estates'])}{house}",
        "邮编": f"0000{chance.randint(1, 60):02}",
    }


def _debt(chance: Random, about: Mapping[str, Any], number: int, due: date, age: int) -> Row:
    signed = due - timedelta(days=chance.randint(60, 700))
    signed = max(signed, date(2020, 9, 1))  # from then on one ceiling holds for private loans
    return {
        "业务类型": about["kind"],
        "产品名称": about["cause"][0],
        "产品英文名": about["cause"][1],
        "合同编号": f"{about['number']}-{signed.year}-{number:06}{chance.randint(0, 99):02}",
        "签订日期": signed,
        "到期日": due,
        "逾期天数": str(age),
        "币种": "人民币",
    }


def _amounts(chance: Random, about: Mapping[str, Any], row: Row, due: date) -> Row:
    low, high = about["principal"]
    sum_ = _money(Decimal(low) * (Decimal(high) / Decimal(low)) ** Decimal(str(chance.random())))
    made: dict[str, Cell] = {"本金": sum_}
    if "vat" in about:
        made = {"货款": sum_, "税额": _money(sum_ * about["vat"] / 100)}
    if "yearly" in about:  # the bank has worked out its interest
        since = due - timedelta(days=chance.choice([31, 62, 92]))
        days = (ISSUE_DATE - since).days
        yearly = Decimal(str(about["yearly"]))
        made |= {"计息起始日": since, "利息": _money(sum_ * yearly * days / 36500)}
        if about.get("fee") and sum_ > 4000:
            made |= {"手续费": Decimal("10.00"), "备注": "工本费"}
    if "rate" in about:
        made["约定年利率"] = chance.choice(about["rate"])
    if chance.random() < 0.15:
        paid = _money(sum_ * chance.randint(5, 40) / 100)
        day = due + timedelta(days=chance.randint(0, (ISSUE_DATE - due).days - 1))
        made |= {
            "已还金额": paid,
            "还款日期": day,
            "还款流水号": f"LS{chance.randint(0, 999999):06}",
        }
    if made.get("利息") and chance.random() < 0.04:
        made["减免"] = _money(Decimal(str(made["利息"])) / 2)
    made["账面余额"] = balance(made)
    if "rate" not in about:
        made["应还总额"] = made["账面余额"]
    return made


def balance(row: Mapping[str, Cell]) -> Decimal:
    """What the items come to, less what was paid and waived."""
    owed = sum(
        (_amount(row.get(h)) for h in ("本金", "货款", "税额", "利息", "违约金", "手续费")),
        Decimal(0),
    )
    return owed - _amount(row.get("减免")) - _amount(row.get("已还金额"))


def balance_of(row: Row) -> Decimal:
    """What the row adds to the total that the source system states."""
    return _amount(row["账面余额"])


def _amount(cell: Cell | None) -> Decimal:
    return cell if isinstance(cell, Decimal) else Decimal(0)


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _letter(chance: Random, about: Mapping[str, Any], due: date, age: int) -> Row:
    """What only later letters need: the day of the one before, what is meant to follow."""
    made: Row = {}
    if age > 30 and chance.random() < 0.85:
        made["上次通知日期"] = ISSUE_DATE - timedelta(days=chance.randint(22, min(age - 1, 60)))
    if age > 90:
        made["附件"] = "合同复印件 / copy of the contract"
    if age > 90 and about["owner"] == "示例商贸":
        made |= {"拟采取措施": "起诉", "最早起诉日": date(2026, 5, 25)}
    return made
