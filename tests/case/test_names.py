"""One name, one party: firms in every legal form, couples, people with two surnames."""

from __future__ import annotations

import pytest

from notices.case.names import is_two_people


@pytest.mark.parametrize(
    ("name", "debtor_type", "two"),
    [
        ("王五、赵六", "consumer", True),
        ("王小五和赵小六", "consumer", True),
        ("李和平", "consumer", False),
        ("欧阳和平", "consumer", False),
        ("Ann & Bob Example", "consumer", True),
        ("Ann Example and Bob Example", "consumer", True),
        ("Anna und Peter Muster", "consumer", True),
        ("Anderson Sandberg", "consumer", False),
        ("José Ortega y Gasset", "consumer", False),
        ("Raj a/l Kumar", "consumer", False),
        ("Ann/Bob", "consumer", True),
        ("Smith & Sons Ltd", "business", False),
        ("Marks and Spencer plc", "business", False),
        ("示例和谐科技有限公司", "business", False),
        ("甲测试公司、乙测试公司", "business", True),
        ("Alpha GmbH / Beta GmbH", "business", True),
        ("A/S Eksempel", "business", False),
    ],
)
def test_two_people_in_one_name(name: str, debtor_type: str, two: bool) -> None:
    assert is_two_people(name, debtor_type) is two


@pytest.mark.parametrize("debtor_type", ["business", "consumer", "sole_trader"])
@pytest.mark.parametrize(
    "name",
    [
        "Muster GmbH & Co. KG",
        "Muster GmbH+Co.KG",
        "Muster AG & Co. OHG",
        "Muster GmbH & Cie. KG",
        "Muster mbH & Co. KGaA",
        "Muster UG (haftungsbeschränkt) & Co. KG",
        "Muster GmbH und Co. KG",
        "Example Ltd & Co LLP",
        "Exemple SA/NV",
        "Exemple S.A. / N.V.",
        "Voorbeeld BV/SRL",
        "Müller & Sohn",
        "Müller und Söhne",
        "Dupont et Fils",
        "Jansen en Zonen",
        "García e Hijos, S.L.",
        "Rossi & Figli S.n.c.",
        "Bianchi & C. S.a.s.",
        "Wong, Lee & Partners",
        "Smith & Sons Ltd",
        "Alpha, Inc.",
        "Alpha GmbH, Niederlassung Köln",
        "样例贸易有限公司",
        "示例(上海)有限公司",
        "Müller, Hans",
        "Müller, Hans Peter",
        "van der Berg, Jan",
        "Weber, Dr. Anna",
        "John Smith, Jr.",
        "Hans U. Müller",
        "José Ortega y Gasset",
        "Josep Puig i Cadafalch",
        "Santiago Ramón y Cajal",
        "Leonor Eça e Silva",
        "Enrique Iñiguez",
        "李和平",
        "S. Oliver",
        "Ulla Undset",
    ],
)
def test_one_party(name: str, debtor_type: str) -> None:
    assert not is_two_people(name, debtor_type)


@pytest.mark.parametrize(
    "name",
    [
        "Eheleute Müller",
        "Ehepaar Anna Müller",
        "Familie Müller",
        "Fam. Müller",
        "Erbengemeinschaft Müller",
        "Echtpaar de Vries",
        "Anna und Peter Müller",
        "Anna u. Peter Müller",
        "Anna u.Peter Müller",
        "ANNA UND PETER MÜLLER",
        "Mario e Luisa Rossi",
        "Juan y María García",
        "Juan García y María López",
        "Jean et Marie Dupont",
        "M. et Mme Dupont",
        "Mr & Mrs Smith",
        "Jan en Piet de Vries",
        "Josep i Maria Puig",
        "Müller/Schmidt",
        "Müller / Schmidt",
        "Anna Müller, Peter Müller",
        "Anna Müller; Peter Müller",
        "王五，赵六",
        "王五、赵六",
        "王五夫妇",
        "Anna + Peter Müller",
    ],
)
@pytest.mark.parametrize("debtor_type", ["consumer", "sole_trader"])
def test_two_people_are_two(name: str, debtor_type: str) -> None:
    assert is_two_people(name, debtor_type)


@pytest.mark.parametrize(
    "name", ["Alpha GmbH und Beta AG", "Alpha GmbH & Co. KG, Beta SA", "Alpha SA/NV / Beta NV"]
)
def test_two_firms_are_two(name: str) -> None:
    assert is_two_people(name, "business")
