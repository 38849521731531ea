"""The administrator's pages of imports: sources set up, tried out, run and looked into; plainly, by htmx, and refused."""

import csv
import io
import re
import zipfile

import pytest

from tests.coupons.test_pages import events, reasons, signed_in  # noqa: F401
from tests.imports.conftest import COUPONS, coupon
from tests.mariadb import PASSWORD


@pytest.fixture
def admin(signed_in):  # noqa: F811
    return signed_in("root")


@pytest.fixture
def source_id(office) -> int:
    return office.save()


@pytest.fixture
def form(buffer):
    """What a person types for the buffer."""
    given = buffer.source()
    return {
        **{name: given[name] for name in ("name", "holds", "host", "port", "databaseName", "userName", "password")},
        "tls": "off", "tableName": "coupons", "keyColumn": "id", "timeZone": "UTC", "categoryID": "",
        "map-code": "code", "map-value": "percent", "map-validFrom": "since",
    }  # fmt: skip


def ask(admin, office, source_id, kind):
    """Ask for a trial on the page, let a worker answer it; the page of its answer."""
    response = admin.post(f"/imports/coupons/{source_id}/trials", kind=kind)
    assert response.status_code == 303
    waiting = admin.get(response.location)
    assert "every 1s" in waiting.text and '<noscript><meta http-equiv="refresh"' in waiting.text
    office.work(
        office.connection.value(
            "SELECT id FROM job_runList WHERE code = 'coupons.trials' AND state = 'waiting'"
        )
    )
    answer = admin.get(response.location)
    assert "every 1s" not in answer.text and "http-equiv" not in answer.text
    return answer


def counts(response) -> dict:
    """The first row of counts on a page."""
    found = re.search(r'<ul class="counts">(.*?)</ul>', response.text, re.DOTALL)[1]
    return {words: int(number) for words, number in re.findall(r">([^<>]+) <b>(\d+)</b></li>", found)}


# Who, and what is there at first


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/edit", "/1/imports/1/skipped.csv"])
@pytest.mark.parametrize("username", ["alice", "mona"])
def test_only_administrators_see_imports(signed_in, username, path):  # noqa: F811
    assert signed_in(username).get(f"/imports/coupons{path}").status_code == 403


@pytest.mark.parametrize("htmx", [False, True])
def test_the_first_day_says_what_to_do(admin, htmx):
    response = admin.get("/imports/coupons", htmx)
    assert response.status_code == 200
    assert "Add the first source" in response.words
    assert ("<html" in response.text) != htmx


@pytest.mark.parametrize(
    "path", ["", "/edit", "/schedule", "/delete", "/trials/1", "/imports/1", "/imports/1/skipped.csv"]
)
def test_a_source_that_is_not_there_is_not_found(admin, path):
    assert admin.get(f"/imports/coupons/999999999{path}").status_code == 404


# The form


@pytest.mark.parametrize(
    ("preset", "table", "fields"),
    [
        ("coupons", "coupons", {"code": "code", "value": "percent"}),
        ("otpay", "otpay_coupons", {"validFrom": "createtime", "lifetime": "lifetime", "useType": "type"}),
        ("discounts", "discounts", {"identity": "email", "value": "percent", "note": "reason"}),
        ("nothing-like-it", "coupons", {"code": "code"}),
    ],
)
def test_a_new_source_begins_with_a_preset(admin, preset, table, fields):
    text = admin.get(f"/imports/coupons/new?preset={preset}").text
    assert 'name="tableName"\n           type="text"\n' in text and f'value="{table}"' in text
    for field, column in fields.items():
        assert re.search(rf'name="map-{field}"[^>]*value="{column}"', text, re.DOTALL), field


def test_every_preset_can_be_saved(admin, form, db):
    for preset in ("coupons", "otpay", "discounts"):
        text = admin.get(f"/imports/coupons/new?preset={preset}").text
        mapping = {
            name: value for name, value in re.findall(r'name="(map-\w+)"\s[^>]*?value="([^"]*)"', text)
        }
        holds = "discounts" if preset == "discounts" else "coupons"
        kept = {name: value for name, value in form.items() if not name.startswith("map-")}
        sent = kept | mapping | {"name": preset, "holds": holds, "identityKind": "email"}
        assert admin.post(f"/imports/coupons/new?preset={preset}", **sent).status_code == 303
    assert db.value("SELECT count(*) FROM cpn_sourceList") == 3


def test_a_source_is_added_and_its_connection_tested_at_once(admin, office, db, form):
    response = admin.post("/imports/coupons/new", test="true", **form)
    assert response.status_code == 303
    page = admin.get(response.location)
    assert "Training centre is added. Its schedule is still switched off." in page.words
    assert "The connection is being tested" in page.words
    assert db.value("SELECT kind FROM cpn_trialList") == "connection"
    row = db.row("SELECT * FROM cpn_sourceList")
    assert row.has_password and not row.is_enabled
    assert row.mapping == {"code": "code", "value": "percent", "validFrom": "since"}


def test_a_secret_is_never_on_a_page(admin, office, buffer, form, db):
    secret = "a secret that nobody may see"
    refused = admin.post("/imports/coupons/new", **form | {"password": secret, "name": ""})
    assert refused.status_code == 422
    assert secret not in refused.text
    assert "Enter the password again" in refused.words
    key = "-----BEGIN PRIVATE KEY-----\nshould not have been pasted"
    refused = admin.post("/imports/coupons/new", **form | {"certificate": key, "tls": "verified"})
    assert refused.status_code == 422
    assert "should not have been pasted" not in refused.text

    source_id = office.save(password=secret)
    for path in ("", f"/{source_id}", f"/{source_id}/edit", f"/{source_id}/schedule", f"/{source_id}/delete"):
        assert secret not in admin.get(f"/imports/coupons{path}").text
    assert secret not in admin.get("/audit").text


def test_an_empty_password_keeps_the_stored_one(admin, office, source_id, form, db):
    del form["password"]
    assert admin.post(f"/imports/coupons/{source_id}/edit", **form | {"name": "Centre"}).status_code == 303
    assert db.value("SELECT password FROM cpn_sources WHERE id = %s", [source_id]) == PASSWORD
    admin.post(f"/imports/coupons/{source_id}/edit", **form | {"remove-password": "true"})
    assert db.value("SELECT password FROM cpn_sources WHERE id = %s", [source_id]) == ""


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        ({"name": ""}, "name", "name_missing"),
        ({"host": "/var/run/mysqld.sock"}, "host", "invalid_value"),
        ({"port": "99999999999"}, "port", "invalid_value"),
        ({"port": "the usual one"}, "port", "invalid_value"),
        ({"databaseName": ""}, "databaseName", "invalid_value"),
        ({"userName": ""}, "userName", "invalid_value"),
        ({"tls": "perhaps"}, "tls", "invalid_value"),
        ({"tls": "verified", "certificate": "no PEM"}, "certificate", "invalid_value"),
        ({"keyColumn": ""}, "keyColumn", "invalid_value"),
        ({"timeZone": "Europe/Nowhere"}, "timeZone", "no_such_time_zone"),
        ({"categoryID": "999999999"}, "categoryID", "no_such_category"),
        ({"map-code": ""}, "map-code", "mapping_field_missing"),
        ({"map-code": "=SUMMER"}, "map-code", "mapping_column_invalid"),
        ({"map-value": "=much"}, "map-value", "mapping_constant_invalid"),
        ({"map-value": "=", "fixed-value": "a lot"}, "map-value", "mapping_constant_invalid"),
        ({"map-validUntil": "until", "map-lifetime": "life"}, "map-lifetime", "mapping_two_ends"),
    ],
)
def test_each_refusal_stands_beside_its_field(admin, form, db, changed, field, reason):
    response = admin.post("/imports/coupons/new", **form | changed)
    assert response.status_code == 422
    assert re.search(rf'id="field-{field}-error" role="alert" data-result="{reason}"', response.text)
    assert "%(" not in response.text
    assert not db.read("SELECT * FROM cpn_sourceList")


def test_a_refused_form_keeps_what_was_typed(admin, form):
    response = admin.post("/imports/coupons/new?preset=otpay", **form | {"name": "", "map-note": "remarks"})
    assert 'value="remarks"' in response.text and 'value="127.0.0.1"' in response.text


def test_a_name_that_is_taken_is_said_of_sources_too(admin, source_id, form):
    response = admin.post("/imports/coupons/new", **form)
    assert reasons(response) == ["name_taken"]
    assert "Training centre" in response.words and "tariff named" not in response.words


def test_another_server_needs_the_password_again(admin, source_id, form):
    form = form | {"host": "db.example.org", "password": ""}
    assert reasons(admin.post(f"/imports/coupons/{source_id}/edit", **form)) == ["password_needed"]


# Trials


def test_the_columns_that_were_found_are_offered(admin, office, source_id, form, db):
    assert "The connection test found" not in admin.get(f"/imports/coupons/{source_id}/edit").words
    answer = ask(admin, office, source_id, "connection")
    assert "The connection works." in answer.words
    assert "11 columns" in answer.words

    text = admin.get(f"/imports/coupons/{source_id}/edit").text
    assert re.search(r'<option value="percent" selected>percent \(varchar\)</option>', text)
    assert '<option value="=percentage">always a percentage</option>' in text
    chosen = {"map-discountType": "=percentage", "map-value": "=", "fixed-value": "15", "map-maxUses": ""}
    assert admin.post(f"/imports/coupons/{source_id}/edit", **form | chosen).status_code == 303
    mapping = db.value("SELECT mapping FROM cpn_sourceList")
    assert mapping == {"code": "code", "validFrom": "since", "discountType": "=percentage", "value": "=15"}
    text = admin.get(f"/imports/coupons/{source_id}/edit").text
    assert '<option value="=" selected>' in text and 'value="15"' in text

    # Of another table nothing is known yet.
    admin.post(f"/imports/coupons/{source_id}/edit", **form | {"tableName": "others"})
    assert "The connection test found" not in admin.get(f"/imports/coupons/{source_id}/edit").words


def test_a_column_that_is_not_there_is_named_and_the_real_ones_are_offered(admin, office):
    source_id = office.save(mapping={"code": "coupon_code"})
    answer = ask(admin, office, source_id, "connection")
    assert reasons(answer) == []
    assert "The table coupons has no column coupon_code." in answer.words
    text = admin.get(f"/imports/coupons/{source_id}/edit").text
    assert '<option value="coupon_code" selected>coupon_code: not in the table</option>' in text
    assert '<option value="code">code (varchar)</option>' in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"port": 1}, "Nothing listens at 127.0.0.1:1."),
        ({"host": "nowhere.invalid"}, "There is no host nowhere.invalid."),
        ({"password": "wrong"}, "refuses the user reader with this password"),
        ({"databaseName": "elsewhere"}, "may not use the database elsewhere"),
        ({"tableName": "missing"}, "There is no table missing in buffer."),
        ({"keyColumn": "code"}, "The key column code may be empty."),
    ],
)
def test_the_connection_test_says_precisely_what_is_wrong(admin, office, given, words):
    answer = ask(admin, office, office.save(**given), "connection")
    assert words in answer.words
    assert "Edit the source" in answer.words


def test_the_first_rows_are_shown_through_the_mapping(admin, office, buffer, source_id):
    buffer.fill(
        "coupons", [coupon(1, "AUTUMN", "12.5"), coupon(2, "=cmd|' /C calc'!A0", "150"), coupon(3, None)]
    )
    answer = ask(admin, office, source_id, "preview")
    assert "AUTUMN" in answer.words and "12.5 %" in answer.words
    assert "A percentage is more than 0 and at most 100." in answer.words
    assert "The row has no code." in answer.words
    assert not office.coupons()


def test_a_dry_run_counts_and_changes_nothing(admin, office, buffer, source_id):
    buffer.fill("coupons", [coupon(1, "ONE"), coupon(2, "one"), coupon(3, " "), coupon(4, "TWO", "101")])
    answer = ask(admin, office, source_id, "trial")
    assert counts(answer) == {"rows": 4, "added": 1, "duplicates": 1, "without a code": 1, "rejected": 1}
    assert not office.coupons()
    path = re.search(rf'href="(/imports/coupons/{source_id}/imports/\d+)"', answer.text)[1]
    assert "Nothing was changed." in admin.get(path).words


def test_a_trial_that_is_asked_for_twice_is_shown(admin, source_id, db):
    first = admin.post(f"/imports/coupons/{source_id}/trials", kind="connection")
    second = admin.post(f"/imports/coupons/{source_id}/trials", kind="connection")
    assert first.location == second.location
    assert db.value("SELECT count(*) FROM cpn_trialList") == 1
    part = admin.post(f"/imports/coupons/{source_id}/trials", htmx=True, kind="connection")
    assert part.status_code == 200 and 'data-state="waiting"' in part.text and "<html" not in part.text


def test_only_the_three_trials_can_be_asked_for(admin, source_id, db):
    assert admin.post(f"/imports/coupons/{source_id}/trials", kind="everything").status_code == 422
    assert not db.read("SELECT * FROM cpn_trialList")


# The schedule


def test_the_schedule_is_set_in_words_and_says_when_it_comes_next(admin, source_id, db):
    form = {"often": "0 3 * * *", "cron": "1 1 * * *", "timeZone": "Europe/Bratislava", "isEnabled": "true"}
    assert admin.post(f"/imports/coupons/{source_id}/schedule", **form).status_code == 303
    row = db.row("SELECT cron, schedule_time_zone, is_enabled FROM cpn_sourceList")
    assert row == ("0 3 * * *", "Europe/Bratislava", True)
    page = admin.get(f"/imports/coupons/{source_id}")
    assert "Every day at" in page.words and page.text.count("<li><time") == 3
    assert "on schedule" in admin.get("/imports/coupons").words

    form |= {"often": "", "cron": "7 7 31 2 *"}
    refused = admin.post(f"/imports/coupons/{source_id}/schedule", htmx=True, **form)
    assert refused.status_code == 422 and reasons(refused) == ["never_due"]


def test_the_schedule_is_switched_on_and_off_where_it_stands(admin, source_id, db):
    for wanted in ("true", "false"):
        response = admin.post(f"/imports/coupons/{source_id}/switch", htmx=True, isEnabled=wanted)
        assert response.status_code == 200 and 'id="source"' in response.text
        assert str(db.value("SELECT is_enabled FROM cpn_sourceList")).lower() == wanted
    assert admin.post(f"/imports/coupons/{source_id}/switch", isEnabled="perhaps").status_code == 422


# Runs


def test_run_now_waits_runs_and_shows_its_counts(admin, office, buffer, source_id):
    buffer.fill("coupons", [coupon(1, "ONE"), coupon(2, "TWO"), coupon(3, None)])
    assert admin.post(f"/imports/coupons/{source_id}/run").status_code == 303
    for path in ("/imports/coupons", f"/imports/coupons/{source_id}"):
        page = admin.get(path)
        assert "aits for a worker" in page.words and "every 2s" in page.text
        assert f'content="3; url={path}"' in page.text
    again = admin.post(f"/imports/coupons/{source_id}/run", htmx=True, list="true")
    assert again.status_code == 422 and reasons(again) == ["already_waiting"]
    assert 'id="sources"' in again.text

    office.work(office.connection.value("SELECT waiting_id FROM cpn_sourceList"))
    for path in ("/imports/coupons", f"/imports/coupons/{source_id}"):
        page = admin.get(path)
        assert counts(page) == {"rows": 3, "added": 2, "duplicates": 0, "without a code": 1, "rejected": 0}
        assert "every 2s" not in page.text


def test_a_running_import_shows_how_far_it_is(admin, office, source_id, db):
    run_id = db.call("job_runNow", code=f"coupons.import:{source_id}").details["runID"]
    assert db.call("job_claimRun", id=run_id, worker="here:1").ok
    assert db.call("job_reportRun", id=run_id, worker="here:1", done=500, total=2000).ok
    import_id = db.call("cpn_startImport", sourceID=source_id, runID=run_id).details["importID"]
    for path in ("", f"/{source_id}", f"/{source_id}/imports/{import_id}"):
        page = admin.get(f"/imports/coupons{path}")
        assert "500 of about 2,000 rows" in page.words and '<progress value="500" max="2000"' in page.text
        assert "every 2s" in page.text and '<noscript><meta http-equiv="refresh"' in page.text
        part = admin.get(f"/imports/coupons{path}", htmx=True)
        assert "every 2s" in part.text and "<html" not in part.text
    assert reasons(admin.post(f"/imports/coupons/{source_id}/delete")) == ["source_is_read"]


def test_a_failure_is_said_with_the_next_attempt(admin, office):
    source_id = office.save(port=1)
    office.run(source_id)
    page = admin.get("/imports/coupons")
    assert "The source could not be read. Nothing listens at 127.0.0.1:1." in page.words
    assert "1 failure in a row" in page.words and "The next attempt is at" in page.words


def test_an_import_that_would_end_too_many_waits_for_a_word(admin, office, buffer, db):
    source_id = office.save(holds="discounts", tableName="people", identityKind="login")
    buffer.fill("people", [(number, f"person{number}", "10", None) for number in range(10)])
    office.run(source_id)
    buffer.run("DELETE FROM people WHERE id >= 4")
    office.run(source_id)
    for path in ("/imports/coupons", f"/imports/coupons/{source_id}"):
        page = admin.get(path)
        assert "The last import would end 6 of 10 personal discounts." in page.words
        assert "End 6 discounts and import now" in page.words
    response = admin.post(f"/imports/coupons/{source_id}/allow", htmx=True)
    assert response.status_code == 200 and "toast" in events(response)
    office.work(db.value("SELECT waiting_id FROM cpn_sourceList"))
    assert db.value("SELECT count(*) FROM cpn_discountList WHERE state <> 'ended'") == 4
    assert reasons(admin.post(f"/imports/coupons/{source_id}/allow")) == ["nothing_held"]


# Rows that were left out


@pytest.fixture
def skipped(admin, office, buffer, source_id) -> str:
    """The address of an import that left 40 rows out."""
    rows = [coupon(number, f"=1+{number}", "150") for number in range(1, 31)]
    rows += [coupon(number, None) for number in range(31, 41)] + [coupon(41, "GOOD")]
    buffer.fill("coupons", rows)
    office.run(source_id)
    return f"/imports/coupons/{source_id}/imports/{office.last(source_id).import_id}"


def test_rows_are_paged_by_their_position_and_narrowed_to_a_reason(admin, skipped):
    page = admin.get(skipped)
    assert page.words.count("A percentage is more than 0 and at most 100.") == 25 + 1
    more = re.search(r'href="([^"]+after=[^"]+)"', page.text)[1].replace("&amp;", "&")
    rest = admin.get(more)
    assert rest.words.count("The row has no code.") == 10 + 1
    assert "after=" not in re.sub(re.escape(more), "", rest.text) or "From the start" in rest.words
    few = admin.get(f"{skipped}?reason=no_code")
    assert few.words.count("The row has no code.") == 10 + 1
    assert "=1+1 " not in few.words
    assert admin.get(f"{skipped}?reason=made-up").words == page.words.replace("", "")


def test_rows_are_downloaded_and_no_spreadsheet_runs_them(admin, skipped):
    response = admin.get(f"{skipped}/skipped.csv")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert len(rows) == 40
    assert rows[0]["Code or person"] == "'=1+1"
    assert rows[0]["Explanation"] == "A percentage is more than 0 and at most 100."
    assert len(admin.get(f"{skipped}/skipped.csv?reason=no_code").text.splitlines()) == 11

    book = zipfile.ZipFile(io.BytesIO(admin.get(f"{skipped}/skipped.xlsx").data))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "&apos;=1+1" in sheet.replace("'", "&apos;")


# Removing


def test_a_source_that_nothing_came_from_is_removed(admin, source_id, db):
    assert "removed for good" in admin.get(f"/imports/coupons/{source_id}/delete", htmx=True).words
    assert admin.post(f"/imports/coupons/{source_id}/delete").status_code == 303
    assert not db.read("SELECT * FROM cpn_sourceList")


def test_a_source_that_coupons_came_from_stays(admin, skipped, source_id, db):
    refused = admin.post(f"/imports/coupons/{source_id}/delete", htmx=True)
    assert refused.status_code == 422 and reasons(refused) == ["source_in_use"]
    assert "Coupons or discounts came from it, so it stays." in refused.words
    assert db.read("SELECT * FROM cpn_sourceList")


def test_a_table_with_hostile_names_is_shown_as_it_is(admin, office, buffer):
    buffer.run(COUPONS.replace("coupons", "`<b>x</b>`").replace("note mediumtext", "`<i>note</i>` text"))
    source_id = office.save(tableName="<b>x</b>", mapping={"code": "code", "note": "<i>note</i>"})
    answer = ask(admin, office, source_id, "connection")
    assert "<i>note</i>" in answer.words and "<b>x</b>" in answer.words
