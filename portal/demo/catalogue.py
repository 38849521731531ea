"""The demo's tariffs and options, as catalogue.toml has them, put into the database by the procedures of the catalogue."""

import tomllib
from decimal import Decimal
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")


def read() -> dict:
    return tomllib.loads(FILE.read_text(), parse_float=Decimal)


def prices(tariff: dict) -> dict[str, Decimal]:
    """The published prices, and by rule those that are not offered; none where the tariff is free.

    >>> prices({"price": Decimal("4.99"), "price12": Decimal("47.88")})["price6"]
    Decimal('23.94')
    """
    if "price" not in tariff:
        return {}
    monthly, annual = tariff["price"], tariff["price12"]
    saving = 12 * monthly - annual
    return {
        "price": monthly,
        "price6": (6 * monthly - saving / 2).quantize(Decimal("0.01")),
        "price12": annual,
        "price36": 3 * annual,
    }


def description(tariff: dict) -> str:
    if "price" not in tariff:
        return tariff["about"]
    return (
        f"{tariff['about']} Prices for 1 and 12 months as published by Proton in August 2024; it does not offer"
        " 6 and 36 months: here 6 are six months less half of what a year saves, and 36 are three years."
    )


def load(call) -> dict[str, int]:
    """Save everything, and make the free tariff the default; the tariffs' ids by name.

    call(procedure, **arguments) gives the answer or raises. Loaded again, everything finds its first answer and stays as it
    is by now.
    """
    catalogue = read()
    options = {}
    for place, option in enumerate(catalogue["options"], 1):
        options[option["code"]] = call(
            "trf_saveOption",
            code=option["code"],
            name=option["name"],
            description=option["description"],
            type=option["type"],
            unit=option.get("unit", ""),
            choices=option.get("choices", []),
            defaultValue=option.get("default"),
            sortOrder=10 * place,
            requestKey=f"demo:option:{option['code']}",
        ).details["optionID"]
    tariffs = {}
    for place, tariff in enumerate(catalogue["tariffs"], 1):
        tariffs[tariff["name"]] = call(
            "trf_saveTariff",
            name=tariff["name"],
            description=description(tariff),
            sortOrder=10 * place,
            requestKey=f"demo:tariff:{tariff['name']}",
            **prices(tariff),
        ).details["tariffID"]
        for code, value in tariff["values"].items():
            call(
                "trf_setTariffOptionValue",
                tariffID=tariffs[tariff["name"]],
                optionID=options[code],
                value=value,
                requestKey=f"demo:value:{tariff['name']}:{code}",
            )
    call(
        "as_setSetting",
        code="tariffDefault",
        value=str(tariffs[catalogue["default"]]),
        requestKey="demo:default",
    )
    return tariffs
