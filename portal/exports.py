"""Rows of a view as a CSV or XLSX file that a spreadsheet opens without running anything."""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import flask_babel
import xlsxwriter
from flask import Response, send_file
from psycopg.rows import namedtuple_row

from portal import db

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: A text that begins so is a formula to a spreadsheet, or hides one from it.
DANGEROUS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # full-width ones fold to the plain
BATCH = 2000
LAST_ROW = 1_048_576
IN_MEMORY = 1024 * 1024


def respond(kind: str, name: str, columns: list[tuple[str, str]], rows: Iterable) -> Response:
    """A file to download; `columns` are (heading, attribute of a row).

    >>> respond("csv", "operations", [(_("Date"), "at"), (_("Amount"), "amount")], rows("SELECT …", [username]))
    """
    # The whole file is made before a byte is sent, so that a slow reader keeps no transaction open.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (send_file closes it)
    {"csv": write_csv, "xlsx": write_xlsx}[kind](file, columns, rows)
    file.seek(0)
    response = send_file(file, TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}")
    response.headers["Cache-Control"] = "no-store"
    return response


def rows(query: str, parameters=None) -> Iterator:
    """Rows of a query, fetched in batches and as of one moment."""
    with (
        db.connection() as connection,
        connection.transaction(),
        connection.cursor("export", row_factory=namedtuple_row) as cursor,
    ):
        cursor.itersize = BATCH
        cursor.execute(query, parameters)
        yield from cursor


def write_csv(file, columns, rows) -> None:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(safe(heading) for heading, _ in columns)
    for row in rows:
        writer.writerow(plain(getattr(row, attribute)) for _, attribute in columns)
    text.detach()


def write_xlsx(file, columns, rows) -> None:
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    formats = {
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    head = book.add_format({"bold": True, "bottom": 1})
    sheet, number = None, LAST_ROW
    for row in rows:
        if number == LAST_ROW:
            sheet, number = new_sheet(book, columns, head), 1
        for column, (_, attribute) in enumerate(columns):
            write_cell(sheet, number, column, getattr(row, attribute), formats)
        number += 1
    if sheet is None:
        new_sheet(book, columns, head)
    book.close()


def new_sheet(book, columns, head):
    sheet = book.add_worksheet()
    sheet.set_column(0, len(columns) - 1, 20)
    sheet.freeze_panes(1, 0)
    for column, (heading, _) in enumerate(columns):
        sheet.write_string(0, column, safe(heading), head)
    return sheet


def write_cell(sheet, row: int, column: int, value: Any, formats: dict) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, value, formats[Decimal])
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, local(value).replace(tzinfo=None), formats[dt.datetime])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, formats[dt.date])
    else:
        sheet.write_string(row, column, safe(str(value)))


def plain(value: Any) -> Any:
    """What stands in a cell of a CSV file: numbers as they are, times in the person's zone, harmless text."""
    if value is None or isinstance(value, bool | int | Decimal):
        return value
    if isinstance(value, dt.datetime):
        return local(value).isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return safe(str(value))


def safe(text: str) -> str:
    """The text, which no spreadsheet takes for a formula.

    >>> safe("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text


def local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(flask_babel.get_timezone())
