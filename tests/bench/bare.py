"""What the cabinet is measured against: Flask, a pool, one prepared SELECT and a template of 20 rows, nothing else."""

import os

from flask import Flask, render_template
from psycopg.rows import namedtuple_row
from psycopg_pool import ConnectionPool

ROWS = """
SELECT version, at, purpose, amount, balance_after
FROM fin_statements
WHERE username = 'alice' AND version IS NOT NULL
ORDER BY version DESC
LIMIT 20
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><title>Operations</title></head>
<body>
<h1>Operations</h1>
<table>
<tr><th>Number</th><th>Time</th><th>Operation</th><th>Amount</th><th>Balance</th></tr>
{% for row in rows -%}
<tr>
    <td>{{ row.version }}</td><td>{{ row.at }}</td><td>{{ row.purpose }}</td>
    <td>{{ row.amount }}</td><td>{{ row.balance_after }}</td>
</tr>
{% endfor -%}
</table>
</body>
</html>
"""


def create_app() -> Flask:
    app = Flask(__name__)
    page = app.jinja_env.from_string(PAGE)
    pool = ConnectionPool(
        os.environ["BARE_DSN"],
        kwargs={"autocommit": True, "row_factory": namedtuple_row},
        min_size=1,
        max_size=4,
        open=True,
    )

    @app.get("/")
    def operations():
        with pool.connection() as connection:
            return render_template(page, rows=connection.execute(ROWS, prepare=True).fetchall())

    return app
