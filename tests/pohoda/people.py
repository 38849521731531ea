"""Invented people of four languages, the same every time."""

import itertools
from collections.abc import Iterator

NAMES = {
    "SK": (
        ("Ján", "Zuzana", "Ľubomír", "Kvetoslava", "Štefan", "Žofia", "Ďurko"),
        ("Kováč", "Vajnerová", "Ďurčanský", "Hôrka", "Ťažký", "Kŕč", "Šľahorová"),
        ("Žilina", "Košice", "Ľubotice", "Nová Baňa"),
    ),
    "CZ": (
        ("Jiří", "Růžena", "Ondřej", "Běla", "Vojtěch", "Šárka"),
        ("Dvořák", "Řezníčková", "Příhoda", "Kučerová", "Žďárský", "Šťastný"),
        ("Ústí nad Labem", "Třebíč", "Plzeň", "Žďár nad Sázavou"),
    ),
    "PL": (
        ("Łucja", "Grzegorz", "Małgorzata", "Świętosław", "Józef"),
        ("Żółkiewska", "Wiśniewski", "Gęś", "Dąbrowska", "Kończak"),
        ("Łódź", "Kraków", "Świnoujście"),
    ),
    "UA": (
        ("Олександр", "Юлія", "Ґалина", "Їжакевич", "Євген"),
        ("Щербак", "Шевченко", "Кривоніс", "Цюпа", "Яценюк"),
        ("Київ", "Львів", "Хмельницький"),
    ),
    "RU": (
        ("Юлия", "Фёдор", "Наталья", "Эдуард", "Игорь"),
        ("Щукина", "Чехов", "Подъячев", "Жуковская", "Ёлкин"),
        ("Москва", "Тверь", "Нижний Новгород"),
    ),
}


def people(count: int) -> Iterator[tuple[str, dict]]:
    """(username, contact)"""
    countries = [[(country, *name) for name in itertools.product(*lists)] for country, lists in NAMES.items()]
    for n in range(count):
        names = countries[n % len(countries)]
        country, first, last, city = names[n // len(countries) % len(names)]
        contact = {
            "name": f"{first} {last}",
            "company": f"{last} & synovia {n}" if n % 3 == 0 else "",
            "street": f"Dlhá {n}",
            "city": city,
            "zip": f"{n % 100_000:05d}",
            "country": country,
            "ico": f"{n:08d}" if n % 2 else "",
            "email": f"user{n}@example.com",
            "mobile": f"0905 {n % 1000:03d} {n // 1000:03d}",
            "note": f"„{first}“ – poznámka\ndruhý riadok" if n % 5 == 0 else "",
            "isCustomer": n % 4 != 0,
        }
        yield f"user{n}", contact
