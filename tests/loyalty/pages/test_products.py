"""Products that tills need not describe: found, added, changed, brought in by a file and taken out again."""

import csv
import io
import zipfile

import openpyxl
import pytest

from tests.visits import events, reasons

HOME = "/loyalty/products"
BOOTS = {
    "sku": "BOOT-1",
    "name": "Ski boots",
    "attribute-brand": "Columbia",
    "attribute-category": "ski/boots",
    "attribute-size": "42",
    "floor": "1 099,50",
    "others": "material: wool\n",
    "isSpecial": "true",
}


@pytest.fixture
def admin(visit, db):
    db.execute("DELETE FROM loy_products")
    return visit("root")


@pytest.fixture
def send(admin):
    """Upload a file: `send(b"sku;name\\nA1;Skis\\n")`."""

    def post(data, name="products.csv", htmx=False, key=None):
        return admin.post(f"{HOME}/upload", htmx, key, file=(io.BytesIO(data), name))

    return post


def kept(db):
    return {row.sku: row for row in db.read("SELECT * FROM loy_productList")}


def book(*rows) -> bytes:
    file, workbook = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("path", [HOME, f"{HOME}/new", f"{HOME}/upload"])
def test_every_page_opens_while_nothing_is_there(admin, path, htmx):
    response = admin.get(path, htmx)
    assert response.status_code == 200
    assert ("<html" in response.text) != htmx


# One product


def test_a_product_is_added_and_changed_by_plain_forms(admin, db):
    response = admin.post(f"{HOME}/new", **BOOTS)
    assert (response.status_code, response.location) == (303, HOME)
    row = kept(db)["BOOT-1"]
    assert (row.name, str(row.floor), row.is_special, row.is_service) == ("Ski boots", "1099.50", True, False)
    assert row.attributes == {"brand": "Columbia", "category": "ski/boots", "size": "42", "material": "wool"}
    shown = admin.get(f"{HOME}/product?sku=BOOT-1").text
    assert 'value="Columbia"' in shown and "material: wool" in shown and 'value="1099.50"' in shown

    changed = BOOTS | {"name": "Boots", "attribute-size": "", "isSpecial": "", "isService": "true"}
    assert admin.post(f"{HOME}/product?sku=BOOT-1", **changed).status_code == 303
    row = kept(db)["BOOT-1"]
    assert (row.name, row.is_special, row.is_service, "size" in row.attributes) == (
        "Boots",
        False,
        True,
        False,
    )
    assert "Boots service BOOT-1 Columbia ski/boots material wool €1,099.50" in admin.get(HOME).words


def test_a_dialog_is_closed_and_the_list_read_again(admin):
    response = admin.post(f"{HOME}/new", True, **BOOTS)
    assert response.status_code == 204
    assert {"modal-close", "products-changed", "toast"} <= set(events(response))


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"sku": ""}, "wrong_sku", "sku"),
        ({"sku": "x" * 65}, "wrong_sku", "sku"),
        ({"name": " "}, "name_missing", "name"),
        ({"name": "x" * 201}, "too_long", "name"),
        ({"floor": "-1"}, "wrong_floor", "floor"),
        ({"floor": "1.005"}, "wrong_floor", "floor"),
        ({"floor": "much"}, "invalid_value", "floor"),
        ({"attribute-brand": "x" * 101}, "wrong_attribute", "attribute-brand"),
        ({"attribute-category": "ski/"}, "wrong_category", "attribute-category"),
        ({"others": "two words: wool"}, "wrong_attribute", "others"),
        ({"others": "material"}, "wrong_attribute", "others"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(admin, untouched, changes, reason, field):
    with untouched():
        answer = admin.post(f"{HOME}/new", **BOOTS | changes)
    assert answer.status_code == 422 and reasons(answer) == [reason]
    assert f'id="field-{field}-error"' in answer.text


def test_a_number_that_is_there_is_not_added_again(admin, untouched):
    admin.post(f"{HOME}/new", **BOOTS)
    with untouched():
        answer = admin.post(f"{HOME}/new", **BOOTS | {"name": "Others"})
    assert answer.status_code == 422 and reasons(answer)[0] == "product_exists"
    assert "BOOT-1 is in the list already: Ski boots." in answer.words


def test_nobody_overwrites_what_another_has_just_changed(admin, untouched):
    admin.post(f"{HOME}/new", **BOOTS)
    with untouched():
        stale = BOOTS | {"expectedUpdatedAt": "2026-01-01 00:00:00+00"}
        answer = admin.post(f"{HOME}/product?sku=BOOT-1", **stale)
        assert answer.status_code == 422 and reasons(answer)[0] == "product_changed"


@pytest.mark.parametrize("sku", ["", "NONE", "boot-1", "\0"])
def test_a_product_that_is_not_there_is_not_found(admin, untouched, sku):
    admin.post(f"{HOME}/new", **BOOTS)
    with untouched():
        assert admin.client.get(f"{HOME}/product", query_string={"sku": sku}).status_code == 404
        assert admin.post(f"{HOME}/product?sku=NONE", **BOOTS).status_code == 404


@pytest.mark.parametrize("sku", ["a/b?c=d&e", "100%", "..", "č 1"])
def test_a_number_may_be_whatever_a_shop_writes(admin, db, sku):
    admin.post(f"{HOME}/new", **BOOTS | {"sku": sku})
    address = admin.get(HOME).text.split('<th scope="row"')[1].split('href="')[1].split('"')[0]
    assert "Ski boots" in admin.get(address.replace("&amp;", "&")).words
    assert list(kept(db)) == [sku]


# The list


def test_products_are_found_by_number_name_brand_and_category(admin, send):
    send(
        b"sku,name,brand,category,special,isService,floor\nA1,Skis,Atomic,ski/alpine,,,10\nA2,Ski boots,Columbia,ski/boots,yes,,\nB1,Sharpening,,,,1,\n"
    )

    def found(query):
        words = admin.get(f"{HOME}?{query}").words
        return [sku for sku in ("A1", "A2", "B1") if f" {sku} " in words]

    assert found("") == ["A1", "A2", "B1"]
    assert found("q=a") == ["A1", "A2", "B1"]
    assert found("q=a1") == ["A1"]
    assert found("q=boots+COLUMBIA") == ["A2"]
    assert found("q=100%25") == [] and found("q=_") == []
    assert (found("what=floor"), found("what=special"), found("what=service")) == (["A1"], ["A2"], ["B1"])
    assert "No product is like that." in admin.get(f"{HOME}?q=none").words


def test_pages_of_the_list_follow_one_another(admin, send):
    send(b"sku,name\n" + b"".join(b"S%02d,Socks\n" % n for n in range(25)))
    seen, address = [], f"{HOME}?size=10&q=socks"
    while address:
        text = admin.get(address).text
        seen += [f"S{n:02}" for n in range(25) if f">S{n:02}<" in text]
        more = [part.split('"')[0] for part in text.split('href="')[1:] if "after=" in part.split('"')[0]]
        address = more[-1].replace("&amp;", "&") if "Show more" in text else None
    assert seen == [f"S{n:02}" for n in range(25)]


@pytest.mark.parametrize("after", ["x", "WyJhIiwgImIiXQ==", "WyJcdTAwMDAiXQ=="])
def test_a_mark_that_somebody_made_up_is_no_trouble(admin, after):
    assert admin.get(f"{HOME}?after={after}").status_code in (200, 400)


# A file

FILE = """sku;name;brand;Colour;floor;special terms;is_service;material
A1;Skis;Atomic;red;1 099,50;;;wood
A2;;Atomic;;;;;
A3;Boots;;;ten;;;
;Nothing;;;;;;

A4;Socks;;;;perhaps;;
A1;Skis again;;;;;;
A5;Sharpening;;;;no;YES;
A6;Surplus;;;;;;;more
A7;'-10 % wax;;;;;;
"""


@pytest.mark.parametrize("htmx", [False, True])
def test_the_rows_that_can_be_kept_are_and_the_others_are_named(admin, db, send, htmx):
    response = send(FILE.encode(), htmx=htmx)
    assert response.status_code == 200
    assert ("products-changed" in events(response)) == htmx
    rows = kept(db)
    assert sorted(rows) == ["A1", "A5", "A7"]
    assert rows["A1"].attributes == {"brand": "Atomic", "color": "red", "material": "wood"}
    assert (str(rows["A1"].floor), rows["A5"].is_service, rows["A7"].name) == ("1099.50", True, "-10 % wax")
    for said in (
        "3 A2 Give it a name.",
        "4 A3 The lowest price is zero or more, with at most two decimals.",
        "5 — An article has a number of 1 to 64 characters.",
        "7 A4 special is yes or no.",
        "8 A1 A1 is in the file twice; the first row counts.",
        "10 A6 The row has more cells than the first row has names.",
    ):
        assert said in response.words


def test_what_a_file_has_no_column_for_stays_and_an_empty_cell_clears(admin, db, send):
    send(b"sku,name,brand,material,floor,special\nA1,Skis,Atomic,wood,10,yes\n")
    response = send(b"sku,brand,material\nA1,Fischer,\nA2,Fischer,\n")
    row = kept(db)["A1"]
    assert (row.name, str(row.floor), row.is_special, row.attributes) == (
        "Skis",
        "10.00",
        True,
        {"brand": "Fischer"},
    )
    assert "3 A2 Give it a name." in response.words and "Changed 1" in response.words
    assert "The same as before 1" in send(b"sku,brand\nA1,Fischer\n").words


def test_a_workbook_is_read_like_a_file_of_text(admin, db, send):
    data = book(
        ["SKU", "Name", "Size", "Floor", "Special", "Service"],
        [4005900, "Skis", 42, 99.9, True, None],
        ["0012", "Socks", "L", "5,50", None, False],
    )
    assert "Every row of the file is in." in send(data, "products.xlsx").words
    rows = kept(db)
    assert (str(rows["4005900"].floor), rows["4005900"].attributes, rows["4005900"].is_special) == (
        "99.90",
        {"size": "42"},
        True,
    )
    assert str(rows["0012"].floor) == "5.50"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_downloaded_can_be_brought_in_again(admin, db, send, kind):
    send(FILE.encode())
    before = kept(db)
    data = admin.client.get(f"{HOME}.{kind}").data
    assert "The same as before 3" in send(data, f"products.{kind}").words
    assert kept(db) == before


def test_the_download_is_of_what_is_shown(admin, send):
    send(FILE.encode())
    text = admin.client.get(f"{HOME}.csv?what=service").data.decode("utf-8-sig")
    assert [row["sku"] for row in csv.DictReader(io.StringIO(text))] == ["A5"]


def test_columns_are_read_in_the_persons_language(admin, db, send):
    db.execute("UPDATE as_users SET locale = 'sk' WHERE username = 'root'")
    send("Artikel;Názov tovaru;Značka;Farba\nA1;Lyže;Atomic;červená\n".encode())
    assert kept(db)["A1"].attributes == {"brand": "Atomic", "color": "červená"}


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * 30_000_000)
    return file.getvalue()


def broken() -> bytes:
    data = book(["sku", "name"], ["A1", "Skis"])
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no_sku_column"),
        (b"name\nSkis\n", "no_sku_column"),
        (b"sku;name\n", "file_empty"),
        (b"sku;name;SKU\nA1;Skis;A2\n", "column_twice"),
        (b"sku;my column\nA1;1\n", "column_unknown"),
        (b"sku;;name\nA1;;1\n", "column_unknown"),
        ("sku;name\nA1;Lyže\n".encode("cp1250"), "file_not_utf8"),
        (b"sku;name\nA1;\0\n", "file_not_read"),
        (b"sku\n" + b"x" * 200_000 + b"\n", "file_not_read"),
        (b"PK\x03\x04 no workbook", "file_not_read"),
        (broken(), "file_not_read"),
        (bomb(), "file_too_large"),
        (b"sku\n" + b"A\n" * 10_001, "file_too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_file_that_cannot_be_read_is_refused_whole(send, untouched, data, reason, htmx):
    with untouched():
        answer = send(data, htmx=htmx)
    assert answer.status_code == 422 and reasons(answer) == [reason]
    assert 'id="field-file-error"' in answer.text and ("<html" in answer.text) != htmx


def test_without_a_file_one_is_asked_for(admin, untouched):
    with untouched():
        assert reasons(admin.post(f"{HOME}/upload")) == ["file_missing"]
        assert reasons(admin.post(f"{HOME}/upload", file="words")) == ["file_missing"]


def test_a_file_sent_twice_is_read_once(db, send):
    first = send(FILE.encode(), key="one")
    assert send(FILE.encode(), key="one").words == first.words
    other = send(FILE.replace("Skis", "Snowboard").encode(), key="one")
    assert other.status_code == 422 and reasons(other) == ["request_key_reused"]
    assert kept(db)["A1"].name == "Skis"


def test_of_very_many_refused_rows_the_first_are_listed(send):
    response = send(b"sku\n" + b"".join(b"A%d\n" % n for n in range(502)))
    assert "502 A500 Give it a name." not in response.words and "501 A499 Give it a name." in response.words
    assert "2 more are not shown." in response.words
