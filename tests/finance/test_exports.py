"""Exports: CSV and XLSX that no spreadsheet runs (T21)."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

DANGEROUS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=HYPERLINK(\"http://x\",\"y\")", "＝1+1",
    "=cmd|' /C calc'!A0", "-2+3", "@x",
]  # fmt: skip
HARMLESS = [
    "Installation",
    "a=1",
    "1+1",
    " leading",
    '"quoted", with a comma',
    "two\nlines",
    "Ďábelské ódy",
    "हिन्दी 🎉",
    "'=1",
]


def rows_of(answer) -> list[dict]:
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def sheet_of(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.data)).active


@pytest.fixture
def operations(db, alice):
    for purpose in DANGEROUS + HARMLESS:
        assert db.call("fin_charge", username=alice, amount="1.00", purpose=purpose).ok
    return ["cash at the desk", *DANGEROUS, *HARMLESS]


def expected(purposes):
    return [f"'{text}" if text in DANGEROUS else text for text in purposes]


def test_csv_has_every_operation_and_no_formula(browser_of, alice, operations):
    answer = browser_of(alice).get("/finance.csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "attachment; filename=operations.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    rows = rows_of(answer)
    assert [row["Operation"] for row in rows] == expected(operations)
    assert [row["Amount"] for row in rows][:2] == ["1000.00", "-1.00"]


def test_xlsx_has_every_operation_and_no_formula(browser_of, alice, operations):
    answer = browser_of(alice).get("/finance.xlsx")
    assert answer.status_code == 200
    sheet = sheet_of(answer)
    head = [cell.value for cell in sheet[1]]
    column = head.index("Operation") + 1
    cells = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    assert {cell.data_type for cell in cells} == {"s"}
    # A spreadsheet's own files say a carriage return otherwise.
    assert [cell.value.replace("_x000D_", "\r") for cell in cells] == [
        text.replace("\r", "\r") for text in expected(operations)
    ]
    amounts = [sheet.cell(row, head.index("Amount") + 1).value for row in range(2, sheet.max_row + 1)]
    assert [Decimal(str(amount)) for amount in amounts][:2] == [1000, -1]


def test_the_filter_of_the_page_is_the_filter_of_the_file(browser_of, alice, operations):
    browser = browser_of(alice)
    assert len(rows_of(browser.get("/finance.csv?direction=in"))) == 1
    assert [row["Operation"] for row in rows_of(browser.get("/finance.csv?q=instal"))] == ["Installation"]
    assert rows_of(browser.get("/finance.csv?counterparty=income:tariff")) == []
    assert rows_of(browser.get("/finance.csv?until=2000-01-01")) == []


def test_a_file_without_rows_has_its_head(browser_of, bob):
    browser = browser_of(bob)
    assert rows_of(browser.get("/finance.csv")) == []
    assert sheet_of(browser.get("/finance.xlsx")).max_row == 1


def test_nobody_else_is_in_it(browser_of, alice, bob, operations):
    assert rows_of(browser_of(bob).get("/finance.csv?username=alice")) == []


def test_names_are_as_harmless_at_the_desk(db, browser_of, alice, mona):
    db.execute("UPDATE as_users SET name = '=1+1' WHERE username = 'alice'")
    browser = browser_of(mona)
    (row,) = rows_of(browser.get("/finance/admin/export.csv"))
    assert (row["Name"], row["Customer"], row["Amount"]) == ("'=1+1", "alice", "1000.00")
    sheet = sheet_of(browser.get("/finance/admin/export.xlsx"))
    assert "'=1+1" in [cell.value for cell in sheet[2]]
    assert browser_of(alice).get("/finance/admin/export.csv").status_code == 403
