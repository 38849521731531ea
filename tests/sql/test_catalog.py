"""What every file under sql/ promises, kept: one function or view a file, described, pinned and granted by rule."""

import re
from collections import defaultdict

import pytest
from pglast import ast, parse_sql
from pglast.visitors import Visitor

from portal import docs

PROCEDURES = {procedure.path.stem: procedure for procedure in docs.procedures()}
VIEWS = {view.path.stem: view for view in docs.views()}
FOLDED = {name.lower(): procedure for name, procedure in PROCEDURES.items()}
PREFIX = {"accounts": "as", "tariffs": "trf", "finance": "fin", "coupons": "cpn", "contacts": "ctr"}
PREFIX |= {"loyalty": "loy", "promotions": "loy", "notifications": "ntf", "campaigns": "ntf", "jobs": "job"}
# The two answers belong to every domain.
PLAIN = {"done", "refuse"}

FUNCTIONS = """
    SELECT
        proname AS name,
        proargnames AS arguments,
        prosecdef AS definer,
        coalesce(array_to_string(proconfig, ' '), '') AS settings,
        obj_description(pg_proc.oid, 'pg_proc') AS comment,
        lanname AS language,
        provolatile AS volatile,
        provariadic <> 0 AS variadic,
        pg_get_userbyid(proowner) AS owner,
        (SELECT count(*) FROM aclexplode(proacl) AS entry WHERE entry.grantee <> proowner) AS grants
    FROM pg_proc
    INNER JOIN pg_language ON pg_language.oid = prolang
    WHERE pronamespace = 'portal'::regnamespace
"""


@pytest.fixture
def functions(db):
    return db.execute(FUNCTIONS).fetchall()


def each(things):
    return pytest.mark.parametrize("name", sorted(things))


def without_comments(code: str) -> str:
    return re.sub(r"--[^\n]*", "", code)


# The files and the catalog


def test_every_function_has_its_file_and_every_file_its_function(functions):
    assert sorted(f.name for f in functions) == sorted(FOLDED)


def test_no_function_is_overloaded(functions):
    names = [f.name for f in functions]
    assert sorted(set(names)) == sorted(names)


def test_every_view_has_its_file_and_every_file_its_view(db):
    found = db.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'portal'::regnamespace"
    )
    assert sorted(row.relname for row in found) == sorted(name.lower() for name in VIEWS)


def test_everything_belongs_to_the_owner_role(db, functions):
    strangers = {f.name: f.owner for f in functions if f.owner != "portal_owner"}
    strangers |= {
        row.relname: row.owner
        for row in db.execute(
            "SELECT relname, pg_get_userbyid(relowner) AS owner FROM pg_class"
            " WHERE relnamespace = 'portal'::regnamespace AND pg_get_userbyid(relowner) <> 'portal_owner'"
        )
    }
    assert strangers == {}


def test_the_database_shows_the_comments_of_the_files(db, functions):
    assert {f.name: f.comment for f in functions} == {
        name: procedure.comment for name, procedure in FOLDED.items()
    }
    shown = db.execute(
        "SELECT relname AS name, obj_description(oid, 'pg_class') AS comment FROM pg_class"
        " WHERE relkind = 'v' AND relnamespace = 'portal'::regnamespace"
    )
    assert {v.name: v.comment for v in shown} == {name.lower(): view.comment for name, view in VIEWS.items()}


def test_every_table_has_a_comment(db):
    bare = db.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'portal'::regnamespace"
        " AND relname <> 'alembic_version' AND obj_description(oid, 'pg_class') IS NULL"
    )
    assert [row.relname for row in bare] == []


def test_the_page_in_sql_is_what_the_files_say():
    assert docs.write(check=True), "run portal docs"


# One file


@each(PROCEDURES | VIEWS)
def test_a_file_begins_with_one_sentence_and_one_call(name, db):
    source = (PROCEDURES | VIEWS)[name]
    assert source.sentence.endswith("."), "the first lines are one sentence"
    assert source.head[-1] == "", "an empty comment line closes the head"
    assert name in source.call, "the call is one of this very function or view"
    if source.granted:
        # PostgreSQL reads it and finds every name in it; it does not run.
        db.execute(f"PREPARE pasted AS {source.call}")
    else:
        # A helper may need rows that only its callers have.
        parse_sql(source.call)


@each(PROCEDURES | VIEWS)
def test_a_file_is_named_as_what_it_makes(name):
    source = (PROCEDURES | VIEWS)[name]
    assert source.name == name
    if name not in PLAIN:
        assert re.fullmatch(rf"{PREFIX[source.domain]}_[a-z]+([A-Z][a-z0-9]*)*(_preview|_violations)?", name)


@each(PROCEDURES)
def test_parameters_are_camel_case_and_the_request_comes_last(name):
    names = [parameter for parameter, _, _ in PROCEDURES[name].parameters]
    assert [n for n in names if not re.fullmatch(r"[a-z]+([A-Z]+[a-z0-9]*)*[0-9]*", n)] == []
    if PROCEDURES[name].granted:
        last = [n for n in names if n in ("requestKey", "actor")]
        assert names[len(names) - len(last) :] == [n for n in ("requestKey", "actor") if n in last]


@each(VIEWS)
def test_the_columns_of_a_view_are_snake_case(name):
    columns = VIEWS[name].columns
    # PostgreSQL folds what the file writes, so capitals would be lost on the way to a template.
    assert [c for c in columns if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", c)] == []
    assert len(set(columns)) == len(columns)


# Rights and paths


@each(PROCEDURES)
def test_a_function_is_granted_exactly_when_it_works_with_its_owners_rights(name, functions):
    function = next(f for f in functions if f.name == name.lower())
    granted = bool(PROCEDURES[name].granted)
    assert granted == (function.grants > 0)
    # What only computes from its arguments needs nobody's rights; views call it with those of their readers.
    computes = function.language == "sql" and function.volatile == "i"
    assert function.definer == granted or (computes and not function.definer)


@each(PROCEDURES)
def test_a_functions_search_path_is_pinned_unless_it_is_to_be_inlined(name, functions):
    function = next(f for f in functions if f.name == name.lower())
    pinned = function.definer or function.language != "sql"
    # How a function that joins lists is planned may stand beside it.
    planned = re.sub(r" (enable_\w+=off|plan_cache_mode=force_generic_plan)\b", "", function.settings)
    assert planned == ("search_path=portal, pg_temp" if pinned else "")


@each(PROCEDURES)
def test_a_granted_function_may_be_called_by_the_dba(name):
    assert not PROCEDURES[name].granted or "portal_dba" in PROCEDURES[name].granted


@each(VIEWS)
def test_a_view_is_described_and_granted_to_dba_and_report(name):
    assert VIEWS[name].comment
    assert {"portal_dba", "portal_report"} <= set(VIEWS[name].granted)


@each(VIEWS)
def test_a_view_can_be_read_by_everybody_it_is_granted_to(name, db):
    """A view reads tables with its owner's rights, but calls functions with those of whoever asks."""
    for role in VIEWS[name].granted:
        with db.as_role(role):
            db.execute(f"SELECT * FROM {name} LIMIT 0")


def test_no_function_takes_a_list_of_arguments(functions):
    assert [f.name for f in functions if f.variadic] == []


# Reasons


def direct_reasons(code: str) -> set[str]:
    return set(re.findall(r"\brefuse\(\s*'(\w+)'", code))


def passed_on(procedure) -> list[tuple[str, str]]:
    """The functions whose answers may become this one's: (name, arguments) of each call that is returned."""
    if procedure.returns != "outcome":
        return []
    code = without_comments(procedure.body)
    calls = []
    for call in re.finditer(r"(?:(\w+)\s*:=\s*|\bINTO\s+(\w+)\s+FROM\s+|\b(RETURN)\s+)?\b(\w+)\(", code):
        variable = call[1] or call[2]
        called = FOLDED.get(call[4].lower())
        if called is None or called.returns != "outcome" or called.name in PLAIN | {"as_record"}:
            continue
        if variable is None or re.search(rf"\bRETURN\s+{variable}\s*;", code):
            calls.append((called.name, code[call.end() : matching(code, call.end())]))
    return calls


def matching(code: str, start: int) -> int:
    """Where the bracket opened before start is closed."""
    depth = 1
    for at in range(start, len(code)):
        depth += (code[at] == "(") - (code[at] == ")")
        if depth == 0:
            return at
    raise AssertionError("a bracket is not closed")


def reasons(name: str, seen: frozenset = frozenset()) -> tuple[set[str], set[str]]:
    """What a function certainly can refuse with, and what its calls could at most add."""
    procedure = PROCEDURES[name]
    certain = direct_reasons(without_comments(procedure.body))
    possible = set(certain)
    for called, arguments in passed_on(procedure):
        if called in seen:
            continue
        theirs, theirs_possible = reasons(called, seen | {name})
        possible |= theirs | theirs_possible
        if called == "as_checkActor" and (
            "'manager'" not in arguments or re.search(r",\s*NULL\s*,", arguments)
        ):
            theirs = theirs - {"own_account"}
        certain |= theirs
    return certain, possible


@each(PROCEDURES)
def test_the_comment_names_every_refusal_that_the_code_can_give(name):
    listed = PROCEDURES[name].reasons
    certain, possible = reasons(name)
    assert sorted(certain - set(listed)) == [], "missing in the COMMENT"
    assert sorted(set(listed) - possible) == [], "in the COMMENT, but nothing refuses with it"
    assert len(set(listed)) == len(listed)


@each(PROCEDURES)
def test_a_reason_is_a_word_in_the_code(name):
    code = without_comments(PROCEDURES[name].body)
    computed = re.findall(r"\b(?:refuse|done)\(\s*(?!'[a-z][a-z0-9_]*'|earlier\.reason)[^\s][^,]*", code)
    # A CASE between words is still words.
    assert [c for c in computed if not re.search(r"\(\s*CASE\b", c)] == []


# Bodies


class Names(Visitor):
    """The columns a body names without their table, and the relations it reads."""

    def __init__(self):
        super().__init__()
        self.bare = set()
        self.relations = set()
        self.aliases = set()

    def visit_ColumnRef(self, ancestors, node):
        if len(node.fields) == 1 and isinstance(node.fields[0], ast.String):
            self.bare.add(node.fields[0].sval)

    def visit_RangeVar(self, ancestors, node):
        self.relations.add(node.relname)

    def visit_ResTarget(self, ancestors, node):
        # The columns of a subquery or a CTE are names too; those of the outermost SELECT are not.
        if node.name and any(
            type(a.node).__name__ in ("RangeSubselect", "CommonTableExpr") for a in up(ancestors)
        ):
            self.aliases.add(node.name)


def up(ancestor):
    while ancestor is not None and ancestor.node is not None:
        yield ancestor
        ancestor = ancestor.parent


def hidden_parameters(parameters: set[str], body: str, columns: dict[str, set[str]]) -> set[str]:
    """The parameters that an SQL-language body hides: PostgreSQL reads a column of that name instead, silently."""
    names = Names()
    for statement in parse_sql(body):
        names(statement)
    taken = set(names.aliases).union(*(columns.get(relation, set()) for relation in names.relations))
    return parameters & names.bare & taken


@pytest.fixture
def columns(db):
    found = defaultdict(set)
    for row in db.execute(
        "SELECT relname, attname FROM pg_attribute INNER JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE relnamespace = 'portal'::regnamespace AND attnum > 0"
    ):
        found[row.relname].add(row.attname)
    return found


@each(p.name for p in PROCEDURES.values() if p.language == "sql")
def test_no_sql_body_hides_its_parameter_behind_a_column(name, columns):
    parameters = {parameter.lower() for parameter, _, _ in PROCEDURES[name].parameters}
    assert hidden_parameters(parameters, PROCEDURES[name].body, columns) == set()


def test_a_hidden_parameter_is_found(columns):
    hidden = "SELECT value FROM as_settings WHERE code = code"
    qualified = "SELECT value FROM as_settings WHERE as_settings.code = f.code"
    assert hidden_parameters({"code"}, hidden, columns) == {"code"}
    assert hidden_parameters({"code"}, qualified, columns) == set()


def unquoted(code: str) -> list[str]:
    """Statements put together at run time in which a value could become a part of the statement."""
    code = without_comments(code)
    found = re.findall(r"\bEXECUTE\s+(?!FUNCTION\b)(.*?);", code, re.DOTALL)
    return [
        statement
        for statement in found
        if "||" in statement
        or re.search(r"%(?:\d+\$)?s", statement)
        or not re.match(r"(?:format\(\s*)?'", statement)
    ]


@each(PROCEDURES)
def test_a_statement_made_at_run_time_quotes_what_it_is_given(name):
    assert unquoted(PROCEDURES[name].body) == []


def test_an_unquoted_statement_is_found():
    assert unquoted("EXECUTE 'SELECT ' || name;") and unquoted("EXECUTE format('SELECT %s', name);")
    assert unquoted("EXECUTE format('SELECT %I FROM t WHERE x = $1', name) USING value;") == []


# Tests


def test_every_reason_has_a_test():
    """A refusal that no test meets may never happen, or do something."""
    tests = "\n".join(path.read_text() for path in docs.ROOT.glob("tests/**/test_*.py"))
    met = set(re.findall(r"\b[a-z][a-z_]+\b", tests))
    unmet = {
        f"{name}: {reason}"
        for name, procedure in PROCEDURES.items()
        for reason in direct_reasons(without_comments(procedure.body))
        if reason not in met
    }
    assert sorted(unmet) == []
