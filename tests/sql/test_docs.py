"""The page about the SQL is taken from the files: capitals, defaults, refusals, columns."""

import pytest

from portal import docs
from portal.trouble import Trouble

PROCEDURE = """\
-- Do a thing to somebody.
--
--   SELECT * FROM fin_doThing('alice', 12.50);
--
CREATE OR REPLACE FUNCTION fin_doThing(
    userName text,
    amount numeric(14, 2) DEFAULT 1.00,
    kinds text[] DEFAULT ARRAY['a', 'b'],
    note text DEFAULT 'one, two'
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN done('thing_done', 'Done.');
END;
$$;

COMMENT ON FUNCTION fin_doThing IS
'Does a person''s thing.
Refuses: no_such_user (nobody of that name), not_allowed.';

GRANT EXECUTE ON FUNCTION fin_doThing TO portal_web,
portal_dba;
"""

VIEW = """\
-- Things by month.
--
--   SELECT * FROM fin_things;
--
CREATE OR REPLACE VIEW fin_things AS
WITH months AS (SELECT 1 AS hidden)
SELECT hidden AS month, count(*) AS things, months.hidden FROM months GROUP BY hidden
UNION ALL
SELECT 1, 2, 3;

COMMENT ON VIEW fin_things IS 'One row a month.';

GRANT SELECT ON fin_things TO portal_dba, portal_report;
"""


@pytest.fixture
def written(tmp_path):
    def write(name: str, text: str):
        path = tmp_path / "finance" / f"{name}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def test_a_procedure_is_read_as_it_is_written(written):
    procedure = docs.Procedure(written("fin_doThing", PROCEDURE))
    assert procedure.domain == "finance"
    assert procedure.sentence == "Do a thing to somebody."
    assert procedure.call == "SELECT * FROM fin_doThing('alice', 12.50);"
    assert procedure.parameters == [
        ("userName", "text", None),
        ("amount", "numeric(14, 2)", "1.00"),
        ("kinds", "text[]", "ARRAY['a', 'b']"),
        ("note", "text", "'one, two'"),
    ]
    assert procedure.about == "Does a person's thing."
    assert procedure.reasons == ["no_such_user", "not_allowed"]
    assert procedure.granted == ["portal_web", "portal_dba"]


def test_a_view_has_the_columns_of_its_outermost_select(written):
    view = docs.View(written("fin_things", VIEW))
    assert view.columns == ["month", "things", "hidden"]
    assert view.granted == ["portal_dba", "portal_report"]


def test_a_file_written_otherwise_is_named(written):
    with pytest.raises(Trouble, match="fin_odd"):
        _ = docs.Procedure(written("fin_odd", "CREATE FUNCTION fin_odd() …")).name


def test_a_table_belongs_to_the_domain_of_its_longest_prefix():
    domains = {table.name: table.domain for table in docs.tables()}
    assert domains["as_users"] == "accounts"
    assert domains["as_trf_tariffLog"] == "tariffs"


def test_a_stale_page_is_told_and_rewritten(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs, "PAGE", tmp_path / "README.md")
    assert not docs.write(check=True)
    assert "run portal docs" in capsys.readouterr().out
    assert not docs.PAGE.exists()
    assert docs.write()
    assert docs.write(check=True)
