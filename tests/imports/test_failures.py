"""Why a source could not be read is kept as a code and its details, and said in the language of whoever looks."""

import re

import pytest

from portal.imports import FAILURES, WHYS
from portal.places import ROOT
from tests.coupons.test_pages import signed_in  # noqa: F401
from tests.mariadb import PASSWORD, free_port, make_certificate
from workers.mysql import UNREACHABLE, explain

REFUSED = {
    "en": "Nothing listens at 127.0.0.1:{port}.",
    "ru": "На 127.0.0.1:{port} никто не слушает.",
    "sk": "Na 127.0.0.1:{port} nikto nepočúva.",
    "cs": "Na 127.0.0.1:{port} nikdo nenaslouchá.",
    "hi": "127.0.0.1:{port} पर कोई नहीं सुन रहा।",
}
NAMES = {"host": "10.0.0.1", "port": 3306, "user": "reader", "database": "buffer", "table": "coupons"}


@pytest.fixture
def browser(signed_in):  # noqa: F811
    return signed_in("root")


@pytest.fixture
def speak(db):
    def in_language(language: str) -> None:
        assert db.call("as_setProfile", username="root", locale=language, actor="root").ok

    return in_language


def test_a_failed_run_is_said_in_every_language_and_kept_in_english(db, office, browser, speak):
    port = free_port()
    source = office.save(port=port)
    office.run(source)
    listed, run = db.row("SELECT * FROM cpn_sourceList"), office.last(source)
    assert listed.failure == run.error == REFUSED["en"].format(port=port)
    assert listed.failure_said == run.error_said
    assert listed.failure_said["code"] == "connection_refused"
    assert listed.failure_said["details"]["port"] == str(port) and PASSWORD not in str(listed)
    for language, sentence in REFUSED.items():
        speak(language)
        for path in ("", f"/{source}", f"/{source}/imports/{run.import_id}"):
            assert sentence.format(port=port) in browser.get(f"/imports/coupons{path}").words, (
                language,
                path,
            )


def test_after_a_run_that_succeeds_nothing_is_said(db, office, browser):
    source = office.save()
    failed = db.call("cpn_startImport", sourceID=source).details["importID"]
    db.call("cpn_finishImport", importID=failed, error="Gone.", said='{"code": "key_nullable"}')
    office.run(source)
    listed = db.row("SELECT * FROM cpn_sourceList")
    assert (listed.failure, listed.failure_said) == (None, None)
    done = db.call("cpn_startImport", sourceID=source).details["importID"]
    assert db.call("cpn_finishImport", importID=done, said='{"code": "key_nullable"}').ok
    assert office.last(source).error_said is None


def test_what_was_written_down_without_a_code_stays_in_its_words(db, office, browser, speak):
    source = office.save()
    import_id = db.call("cpn_startImport", sourceID=source).details["importID"]
    db.call("cpn_finishImport", importID=import_id, error="The cable was 100 % cut.")
    speak("sk")
    for path in ("", f"/{source}", f"/{source}/imports/{import_id}"):
        assert "The cable was 100 % cut." in browser.get(f"/imports/coupons{path}").words


def test_an_import_that_was_cut_off_says_so_in_slovak(db, office, browser, speak):
    source = office.save()
    first = db.call("cpn_startImport", sourceID=source).details["importID"]
    db.call("cpn_startImport", sourceID=source)
    row = db.row("SELECT error, error_said FROM cpn_importList WHERE import_id = %s", [first])
    assert row == (FAILURES["import_cut_off"], {"code": "import_cut_off"})
    speak("sk")
    assert (
        "Prerušilo sa a začalo sa ďalšie čítanie."
        in browser.get(f"/imports/coupons/{source}/imports/{first}").words
    )


def test_a_connection_test_says_in_russian_why_a_certificate_is_not_trusted(
    db, office, browser, speak, tmp_path
):
    source = office.save(tls="verified", certificate=make_certificate(tmp_path))
    trial = office.ask(source, "connection")
    assert (trial.result["reason"], trial.result["details"]["why"]) == ("tls_unverified", WHYS[0])
    speak("ru")
    words = browser.get(f"/imports/coupons/{source}").words
    assert f"Сертификату 127.0.0.1:{office.server.port} нельзя доверять: самоподписанный сертификат." in words


@pytest.mark.parametrize("number", sorted(UNREACHABLE))
def test_a_host_that_no_way_leads_to_is_told_as_such(number):
    found = explain(OSError(number, "whatever"), NAMES)
    assert found.said["code"] == "host_unreachable"
    assert FAILURES["host_unreachable"] % found.said["details"] == str(found)


def test_every_reason_for_which_a_source_cannot_be_read_has_a_sentence():
    sources = "".join(
        (ROOT / "workers" / name).read_text() for name in ("mysql.py", "coupons.py", "staging.py")
    )
    raised = set(re.findall(r"Unreadable\(\s*\"(\w+)\"", sources)) | set(
        re.findall(r"^ +\"(\w+_\w+)\",$", sources, re.MULTILINE)
    )
    raised |= set(re.findall(r"\(\"(\w+_\w+)\", f?\"", sources))
    assert len(raised) > 20
    for reason in raised:
        assert FAILURES[reason] % (NAMES | {"column": "id", "why": "", "words": ""}), reason


def test_every_code_that_procedures_write_down_has_their_sentence():
    written = 0
    for path in sorted((ROOT / "sql" / "procedures" / "coupons").glob("*.sql")):
        for code in re.findall(r"\{\"code\": \"(\w+)\"\}", path.read_text()):
            assert f"'{FAILURES[code]}'" in path.read_text(), (path.name, code)
            written += 1
    assert written
