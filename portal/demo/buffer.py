"""Two tables of somebody else's, as imports find them: a retailer's coupons, and who is to pay less.

Both are filled once and then stay as they are, so that whoever changes a row sees what an import makes of it.
"""

from contextlib import closing
from datetime import date

from portal.demo import journey

DATABASE = "buffer"

COUPONS = """
    CREATE TABLE {table} (
        id bigint AUTO_INCREMENT PRIMARY KEY,
        code varbinary(1000) COMMENT 'Bytes: those who wrote them did not agree on an encoding.',
        percent varchar(40),
        campaign varchar(100),
        product bigint COMMENT 'A coupon has a row for each product that it is for.',
        starts datetime,
        ends datetime,
        note mediumtext
    ) COMMENT 'Coupons of The Complete Journey. They carry no value of their own: percent is the median, over all purchases
of their products with a coupon in the same data, of what coupons took off in per cent of the price before; where there is no
such purchase, the median of all purchases with a coupon. The first rows are no retailer\\'s: they are made to be difficult.'
"""
PEOPLE = """
    CREATE TABLE {table} (
        id bigint AUTO_INCREMENT PRIMARY KEY,
        email varchar(300),
        percent varchar(40),
        reason varchar(300),
        until date
    ) COMMENT 'Who pays less, and why.'
"""

STUDENT = ("30", "studied this year")
PARTNER = ("20", "partner from Novosibirsk")

#: Rows that something is the matter with: a code, its per cent, start, end and note, and what an import makes of each.
DIFFICULT = [
    ("ЗИМА-2027", "10", None, None, None, "new"),
    ("🎄🎁", "10", None, None, "One that few keyboards have", "new"),
    ("  WELCOME-2027\t", "15", None, None, "Spaces around a code are none of it", "new"),
    ("Twin-Code", "5", None, None, None, "new"),
    ("TWIN-CODE", "50", None, None, None, "twice_in_buffer"),
    ("twin-code ", "95", None, None, None, "twice_in_buffer"),
    ("ＴＷＩＮ－code", "99", None, None, None, "twice_in_buffer"),
    ("'; DROP TABLE cpn_coupons; --", "5", None, None, "SQL", "new"),
    ("<script>alert(1)</script>", "5", None, None, "<b>markup</b>", "new"),
    ('=HYPERLINK("http://example.com")', "5", None, None, "A formula, once it is in a spreadsheet", "new"),
    ("\\N", "5", None, None, "To COPY this would be NULL", "new"),
    (None, "10", None, None, None, "no_code"),
    ("", "10", None, None, None, "no_code"),
    (" \t\u00a0\u200b ", "10", None, None, None, "no_code"),
    (b"\xff\xfe broken", "10", None, None, None, "broken_bytes"),
    (b"NUL\0BYTE", "10", None, None, None, "broken_bytes"),
    ("TWO\nLINES", "10", None, None, None, "code_unreadable"),
    ("LONG-" * 60, "10", None, None, None, "code_too_long"),
    ("LONG-NOTE", "10", None, None, "64 kB of this. " * 4400, "note_too_long"),
    ("NO-VALUE", None, None, None, None, "value_missing"),
    ("TEN", "ten", None, None, None, "value_not_a_number"),
    ("TOO-MUCH", "130", None, None, None, "percentage_out_of_range"),
    ("NEGATIVE", "-5", None, None, None, "percentage_out_of_range"),
    ("TOO-PRECISE", "12.345", None, None, None, "value_too_precise"),
    ("ENDS-NEVER", "10", None, "0000-00-00", None, "broken_date"),
    ("ENDS-FIRST", "10", "2027-06-01", "2027-05-01", None, "ends_before_start"),
    ("LAST-YEAR", "10", "2020-01-01", "2020-12-31 23:59:59", "Over long ago, but a coupon", "new"),
]
#: The same of people: an address, the per cent, what an import makes of it.
DIFFICULT_PEOPLE = [
    ("alice@example.com", "5", "person_twice"),
    (" ALICE@example.com ", "1", "person_twice"),
    ("not an address", "10", "identity_unreadable"),
    (None, "10", "nobody_named"),
    ("too.much@example.com", "130", "percentage_out_of_range"),
    ("nothing@example.com", "0", "nothing"),
]
#: They are no customers; their discounts wait until they are.
STRANGERS = ("new.student@example.com", "new.partner@example.org", "somebody@example.net")


def fill(server, customers: list[tuple[str, tuple[str, str]]], until: date, echo) -> None:
    """Make the tables that are not there; customers are addresses with what they get and why."""
    with closing(server.connect(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        there = {name for (name,) in cursor.fetchall()}
        # Else it would refuse 0000-00-00 and whatever else is wrong here on purpose.
        cursor.execute("SET sql_mode = ''")
        if "coupons" not in there:
            journey.install(echo)
            echo("Filling a table of MariaDB with a retailer's coupons.")
            rows = [
                (code, percent, None, None, starts, ends, note)
                for code, percent, starts, ends, note, _ in DIFFICULT
            ]
            rows += [
                (code, percent, campaign, product, None, None, None)
                for code, percent, campaign, product in journey.coupons()
            ]
            make(cursor, "coupons", COUPONS, "code, percent, campaign, product, starts, ends, note", rows)
        if "people" not in there:
            rows = [(address, *discount, until) for address, discount in customers]
            rows += [(address, *STUDENT, until) for address in STRANGERS]
            rows += [(address, percent, "a mistake", until) for address, percent, _ in DIFFICULT_PEOPLE]
            make(cursor, "people", PEOPLE, "email, percent, reason, until", rows)


def make(cursor, name: str, definition: str, columns: str, rows: list[tuple]) -> None:
    """A table with its rows; whoever is interrupted has made none."""
    unfinished = f"{name}_unfinished"
    cursor.execute(f"DROP TABLE IF EXISTS {unfinished}")
    cursor.execute(definition.format(table=unfinished))
    places = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {unfinished} ({columns}) VALUES ({places})", rows)
    cursor.execute(f"RENAME TABLE {unfinished} TO {name}")
