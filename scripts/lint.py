"""Read the code without running it, and see whether what is generated from it is current."""

import sys

from parts import ROOT, Parts

parts = Parts()
parts.run("ruff", "ruff", "check", ".")
parts.run("ruff format", "ruff", "format", "--check", ".")
parts.run("sqlfluff", "sqlfluff", "lint", "--disable-progress-bar", "--processes", "2", "sql", "migrations")
parts.run("squawk", "squawk", "--reporter", "gcc", *sorted((ROOT / "migrations" / "versions").glob("*.sql")))
parts.run("djlint", "djlint", "--lint", "--quiet", "templates")
parts.run("sql/README.md", "portal", "docs", "--check")
sys.exit(parts.report())
