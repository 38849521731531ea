"""plpgsql_check reads every plpgsql body and finds nothing: errors, warnings, security and speed."""

import pytest

#: What may stay, and why: (function, beginning of the message).
SUFFERED: dict[tuple[str, str], str] = {}


@pytest.fixture
def findings(db):
    """A reader of one function; the extension goes with the transaction."""
    if not db.value("SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'"):
        pytest.skip("this PostgreSQL has no plpgsql_check: run with TEST_POSTGRES=15")
    db.execute("CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA extensions")

    def read(signature: str) -> list[str]:
        return [
            f"{signature} line {row.lineno}: {row.level}: {row.message} {row.detail or ''} {row.hint or ''}".strip()
            for row in db.execute(
                "SELECT * FROM extensions.plpgsql_check_function_tb("
                " %s::regprocedure, fatal_errors => false, other_warnings => true,"
                " performance_warnings => true, extra_warnings => true, security_warnings => true,"
                " compatibility_warnings => true)",
                [signature],
            )
            if not any(
                signature.startswith(f"{function}(") and row.message.startswith(message)
                for function, message in SUFFERED
            )
        ]

    return read


def test_nothing_is_found_in_any_body(db, findings):
    bodies = db.execute(
        "SELECT pg_proc.oid::regprocedure::text AS signature FROM pg_proc"
        " INNER JOIN pg_language ON pg_language.oid = prolang"
        " WHERE pronamespace = 'portal'::regnamespace AND lanname = 'plpgsql' ORDER BY 1"
    ).fetchall()
    found = [line for body in bodies for line in findings(body.signature)]
    assert found == [], "\n".join(found)


def test_an_ambiguous_name_and_an_injection_are_found(db, findings):
    db.execute(
        "CREATE FUNCTION planted(username text) RETURNS void LANGUAGE plpgsql SET search_path = portal, pg_temp"
        " AS $$ BEGIN DELETE FROM as_users WHERE username = username;"
        " EXECUTE 'DROP TABLE ' || username; END; $$"
    )
    found = "\n".join(findings("planted(text)"))
    assert "ambiguous" in found and "injection" in found
