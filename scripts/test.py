"""Run every folder of tests by itself, two at a time, so that each part's time is seen; the SQL's also on PostgreSQL 15."""

import sys
from pathlib import Path
from xml.etree import ElementTree

from parts import ROOT, Part, Parts

TESTS = ROOT / "tests"
RESULTS = ROOT / "var" / "test" / "results"
# Measured by `make bench`, not judged here.
ELSEWHERE = {"bench"}
# Each waits for its servers and for its browser about as long as it computes.
LANES = 2
# These go first, so that no lane ends long before the other.
LONGEST = {"access", "browser", "loyalty", "notifications"}
# What the SQL answers may not depend on the server's version.
SQL = {
    "accounts",
    "campaigns",
    "catalogue",
    "contacts",
    "coupons",
    "finance",
    "imports",
    "jobs",
    "loyalty",
    "notifications",
    "sql",
    "tariffs",
}
# Storms and kills, which reach no other statement.
LONG = (
    "campaigns/test_storm.py",
    "imports/test_faults.py",
    "contacts/test_kills.py",
    "contacts/test_round_trip_of_many.py",
    "loyalty/migration/test_kills.py",
    "loyalty/retail/test_baskets.py",
    "loyalty/rules/test_pages.py",
    "loyalty/till/test_openapi.py",
    "loyalty/till/test_storm.py",
    "notifications/test_providers_storm.py",
    "notifications/test_storm.py",
)


def main() -> int:
    RESULTS.mkdir(parents=True, exist_ok=True)
    for old in RESULTS.glob("*.xml"):
        old.unlink()
    parts = Parts()
    folders = [
        path.name for path in sorted(TESTS.iterdir()) if has_tests(path) and path.name not in ELSEWHERE
    ]
    folders.sort(key=lambda folder: folder not in LONGEST)
    parts.run_in_lanes(
        LANES,
        [
            *([on_postgres_15(folders)] if has_postgres_15() else []),
            *(Part(folder, "pytest", arguments(folder, [folder])) for folder in folders),
        ],
    )
    status = parts.report()
    print(total())
    return status


def has_tests(path: Path) -> bool:
    return path.is_dir() and any(path.rglob("test_*.py"))


def has_postgres_15() -> bool:
    sys.path.insert(0, str(ROOT))
    from tests import servers

    return servers.has_debian()


def on_postgres_15(folders: list[str]) -> Part:
    """The SQL on the oldest server; its plpgsql_check counts which statements the tests reach."""
    return Part(
        "PostgreSQL 15",
        "pytest",
        [
            *("-p", "tests.coverage", *(f"--ignore={TESTS / path}" for path in LONG)),
            *arguments("PostgreSQL_15", sorted(SQL & set(folders))),
        ],
        {"TEST_POSTGRES": "15"},
    )


def arguments(name: str, folders: list[str]) -> list:
    return ["-q", f"--junit-xml={RESULTS / name}.xml", *(TESTS / folder for folder in folders)]


def total() -> str:
    """One line for all parts: a part that ended without results counts as a failure."""
    counts = {"tests": 0, "failed": 0, "skipped": 0}
    for path in RESULTS.glob("*.xml"):
        for suite in ElementTree.parse(path).iter("testsuite"):
            counts["tests"] += int(suite.get("tests"))
            counts["failed"] += int(suite.get("failures")) + int(suite.get("errors"))
            counts["skipped"] += int(suite.get("skipped"))
    passed = counts["tests"] - counts["failed"] - counts["skipped"]
    return f"{passed} passed, {counts['failed']} failed, {counts['skipped']} skipped"


if __name__ == "__main__":
    sys.exit(main())
