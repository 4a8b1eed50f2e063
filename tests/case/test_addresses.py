"""Addresses: joined as their country writes them; what can't be delivered to is seen."""

from __future__ import annotations

import pytest

from notices.case.addresses import (
    address_forms,
    country_code,
    find_postcode,
    undeliverable,
)


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("DE", ("Hauptstr. 5", "10115 Berlin")),
        ("CH", ("Hauptstr. 5", "10115 Berlin")),
        ("FR", ("5 Hauptstr.", "10115 Berlin")),
        ("US", ("5 Hauptstr.", "Berlin, BE 10115")),
        ("GB", ("5 Hauptstr.", "Berlin", "10115")),
    ],
)
def test_parts_join_as_the_country_writes(country: str, lines: tuple[str, ...]) -> None:
    parts = {
        "street": "Hauptstr.",
        "building": "5",
        "postcode": "10115",
        "town": "Berlin",
        "state": "BE",
    }
    assert address_forms()[country].join(parts) == lines


def test_what_is_empty_takes_its_marks_along() -> None:
    form = address_forms()["US"]
    assert form.join({"street": "1 Main St", "town": "Springfield"}) == ("1 Main St", "Springfield")


@pytest.mark.parametrize(
    ("country", "line", "postcode"),
    [
        ("DE", "10115 Berlin", "10115"),
        ("DE", "D-10115 Berlin", "10115"),
        ("CH", "CH-3000 Bern", "3000"),
        ("NL", "1012 AB Amsterdam", "1012 AB"),
        ("NL", "1012AB Amsterdam", "1012AB"),
        ("BE", "1000 Bruxelles", "1000"),
        ("US", "Springfield, IL 62701-1234", "62701-1234"),
        ("GB", "London SW1A 1AA", "SW1A 1AA"),
        ("CN", "100000 北京市", "100000"),
        ("HK", "九龍示例道1號", ""),
        ("DE", "1012 AB Amsterdam", ""),
    ],
)
def test_postcodes_by_country(country: str, line: str, postcode: str) -> None:
    assert find_postcode((line,), address_forms()[country].postcode) == postcode


def test_countries_are_known_in_the_packs_languages() -> None:
    names = ("Deutschland", "ALLEMAGNE", "Duitsland", "Germany", "德国", "de", "Alemania")
    assert {country_code(name) for name in names} == {"DE"}
    assert country_code("Berlin") == ""


@pytest.mark.parametrize(
    ("home", "lines"),
    [
        ("DE", ("Musterweg 1", "10115 Berlin")),
        ("DE", ("Dorfplatz", "17291 Musterdorf")),
        ("DE", ("Postfach 12 34", "10115 Berlin")),
        ("DE", ("Musterweg 1, 10115 Berlin",)),
        ("DE", ("c/o Beispiel", "Musterweg 1", "10115 Berlin")),
        ("DE", ("1 Rue du Port", "75001 Paris", "Frankreich")),
        ("DE", ("Bahnhofstrasse 1", "8001 Zürich", "Schweiz")),
        ("US", ("12 Sample Road", "Springfield, IL 62701")),
        ("US", ("PO Box 7", "Springfield, IL 62701")),
        ("NL", ("Voorbeeldstraat 1", "1012 AB Amsterdam")),
        ("BE", ("Rue de l'Exemple 1", "1000 Bruxelles")),
        ("CH", ("Musterweg 1", "3000 Bern")),
        ("GB", ("12 Sample Road", "London", "SW1A 1AA")),
        ("CN", ("示例省示例市示例区示例路1号",)),
        ("CN", ("北京市东城区胡同3号", "100000")),
        ("HK", ("香港九龍示例道1號",)),
        ("HK", ("Flat A, 1/F, Sample Building", "Kowloon")),
        ("generic", ("12 Sample Road", "Modelton")),
        ("GB", ("Attenborough House", "Nottingham", "NG1 1AA")),
        ("US", ("12 Unknown Soldier Road", "Springfield, IL 62701")),
    ],
)
def test_whole_addresses_pass(home: str, lines: tuple[str, ...]) -> None:
    assert undeliverable(lines, home) == ()


@pytest.mark.parametrize(
    ("home", "lines", "reason"),
    [
        ("DE", ("10115 Berlin",), "street"),
        ("US", ("Springfield, IL 62701",), "street"),
        ("NL", ("1012 AB Amsterdam",), "street"),
        ("DE", ("10115 Berlin", "Deutschland"), "street"),
        ("CN", ("示例省示例市",), "street"),
        ("DE", ("Musterweg 1", "10115"), "town"),
        ("CN", ("示例路1号",), "town"),
        ("DE", ("Musterweg 1", "1011 Berlin"), "postcode"),
        ("US", ("12 Sample Road", "Springfield, IL 6270"), "postcode"),
        ("NL", ("Voorbeeldstraat 1", "1012 Amsterdam"), "postcode"),
        ("DE", ("Musterweg 1", "75001 Paris", "Niederlande"), "postcode"),
        ("DE", ("anna@example.org", "10115 Berlin"), "email"),
        ("DE", ("unbekannt verzogen",), "gone"),
        ("DE", ("Musterweg 1", "10115 Berlin", "Unbekannt verzogen"), "gone"),
        ("FR", ("Parti sans laisser d’adresse",), "gone"),
        ("US", ("Unknown",), "unknown"),
        ("BE", ("onbekend",), "unknown"),
        ("DE", ("ohne festen Wohnsitz", "10115 Berlin"), "no_abode"),
        ("BE", ("Sans domicile fixe", "1000 Bruxelles"), "no_abode"),
        ("CN", ("地址不详",), "unknown"),
        ("generic", ("no fixed abode",), "no_abode"),
    ],
)
def test_what_can_not_be_delivered_to(home: str, lines: tuple[str, ...], reason: str) -> None:
    assert reason in undeliverable(lines, home)
