"""The rules that keep the way to a sharded database open hold, and each breach of one is found."""

from pathlib import Path

import pytest

LINT = (Path(__file__).parent / "scale_lint.sql").read_text()

CLASS = "INSERT INTO as_tableClasses (name, class, createdAt) VALUES ('planted', '{}', now());"
ACCOUNT = "CREATE TABLE planted (username text NOT NULL, id bigint NOT NULL, other bigint{});" + CLASS.format(
    "account"
)
BODY = (
    "CREATE FUNCTION planted() RETURNS void LANGUAGE plpgsql SET search_path = portal, pg_temp"
    " AS $$ BEGIN {} END; $$"
)

BREACHES = {
    "table without a class": "CREATE TABLE planted (id bigint)",
    "class without a table": CLASS.format("account"),
    "account table without a plain username that is never null": (
        "CREATE TABLE planted (username text, id bigint);" + CLASS.format("account")
    ),
    "username is not text": "CREATE TABLE planted (username varchar(9) NOT NULL);" + CLASS.format("account"),
    "unique key that does not begin with username": (
        ACCOUNT.format(", CONSTRAINT planted_pkey PRIMARY KEY (id, username)")
    ),
    "foreign key across classes": (
        ACCOUNT.format("")
        + "ALTER TABLE planted ADD CONSTRAINT planted_run FOREIGN KEY (other) REFERENCES job_runs (id)"
    ),
    "foreign key from a reference table to what is not one": (
        "CREATE TABLE planted (run bigint, CONSTRAINT planted_run FOREIGN KEY (run) REFERENCES job_runs (id));"
        + CLASS.format("reference")
    ),
    "foreign key between account tables that does not map username to username": (
        ACCOUNT.format(", other_name text")
        + "ALTER TABLE planted ADD CONSTRAINT planted_user FOREIGN KEY (other_name) REFERENCES as_users (username)"
    ),
    "foreign key that would change username by itself": (
        ACCOUNT.format("")
        + "ALTER TABLE planted ADD CONSTRAINT planted_user FOREIGN KEY (username) REFERENCES as_users (username)"
        " ON UPDATE CASCADE"
    ),
    "trigger": (
        "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql SET search_path = portal, pg_temp"
        " AS $$ BEGIN RETURN NEW; END; $$;"
        "CREATE TRIGGER planted BEFORE INSERT ON as_users FOR EACH ROW EXECUTE FUNCTION planted()"
    ),
    "counted column that is not bigint": (
        "CREATE TABLE planted (id integer GENERATED ALWAYS AS IDENTITY);" + CLASS.format("single")
    ),
    "sequence that belongs to no column": "CREATE SEQUENCE planted",
    "rule, inheritance or materialized view": "CREATE MATERIALIZED VIEW planted AS SELECT 1 AS one",
    "constraint without a name of its own": "ALTER TABLE as_users ADD CHECK (name <> 'planted')",
    "statement that means nothing on another server": BODY.format("PERFORM pg_advisory_xact_lock(1);"),
    "volatile call inside UPDATE": BODY.format("UPDATE as_users SET createdAt = clock_timestamp();"),
    "writable CTE": BODY.format("WITH gone AS (DELETE FROM as_users RETURNING 1) SELECT FROM gone;"),
    "function without a pinned search_path": (
        "CREATE FUNCTION planted() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; END; $$"
    ),
    "VARIADIC argument": (
        "CREATE FUNCTION planted(VARIADIC parts text[]) RETURNS text LANGUAGE sql AS $$ SELECT parts[1] $$"
    ),
}


def test_the_schema_breaks_no_rule(db):
    assert db.execute(LINT).fetchall() == []


@pytest.mark.parametrize("rule", BREACHES)
def test_a_planted_breach_is_found(db, rule):
    db.execute(BREACHES[rule])
    assert rule in [found[0] for found in db.execute(LINT)]


def test_every_rule_has_its_planted_breach():
    rules = {line.split("'")[1] for line in LINT.splitlines() if line.startswith("SELECT '")}
    assert rules == set(BREACHES)
