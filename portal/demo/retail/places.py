"""Invented shops for a retailer's store numbers: the same number is always the same shop."""

#: City, country, time zone, streets in its own language.
CITIES = (
    ("Bratislava", "sk", "Europe/Bratislava", ("Dunajská", "Mlynská", "Krížna")),
    ("Košice", "sk", "Europe/Bratislava", ("Hlavná", "Alžbetina", "Štúrova")),
    ("Žilina", "sk", "Europe/Bratislava", ("Národná", "Hviezdoslavova", "Kálov")),
    ("Praha", "cz", "Europe/Prague", ("Dlouhá", "Vinohradská", "Korunní")),
    ("Brno", "cz", "Europe/Prague", ("Masarykova", "Údolní", "Lidická")),
    ("Ostrava", "cz", "Europe/Prague", ("Stodolní", "Nádražní", "Poštovní")),
    ("London", "gb", "Europe/London", ("Mill Lane", "Station Road", "High Street")),
    ("Leeds", "gb", "Europe/London", ("Park Row", "Bridge Street", "Market Place")),
    ("Алматы", "kz", "Asia/Almaty", ("Садовая", "Набережная", "Горная")),
    ("Астана", "kz", "Asia/Almaty", ("Степная", "Парковая", "Мирная")),
    ("Pune", "in", "Asia/Kolkata", ("Lake Road", "Garden Road", "Temple Street")),
    ("Jaipur", "in", "Asia/Kolkata", ("Station Road", "Palace Road", "Fort Street")),
)


def store(number: int) -> dict:
    """
    >>> store(330)["storeID"], store(330)["city"]
    ('r330', 'Praha')
    """
    # Spread, so that neighbours are not in one city.
    mixed = number * 2654435761 % 2**32
    city, country, zone, streets = CITIES[(mixed >> 8) % len(CITIES)]
    channel = "online" if number > 30_000 else "discount" if mixed % 8 == 0 else "store"
    return {
        "storeID": f"r{number}",
        "name": f"{streets[(mixed >> 16) % len(streets)]} {number % 97 + 1}",
        "city": city,
        "country": country,
        "timeZone": zone,
        "channel": channel,
    }
