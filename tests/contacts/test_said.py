"""What goes wrong with the link is kept as a code and its details, and said in the language of whoever looks."""

import re
import socket

import pytest

from portal import db as gateway
from portal.places import ROOT
from portal.pohoda.failures import SENTENCES, WHYS, Failure
from tests.contacts.conftest import WORKER, switch_on, work
from tests.contacts.test_pages import HOME
from tests.coupons.test_pages import signed_in  # noqa: F401
from tests.people import register
from workers import pohoda

SAID = {
    "en": "Nobody answers at 127.0.0.1:{port} (connection refused).",
    "ru": "По адресу 127.0.0.1:{port} никто не отвечает (в соединении отказано).",
    "sk": "Na adrese 127.0.0.1:{port} nikto neodpovedá (spojenie bolo odmietnuté).",
    "cs": "Na adrese 127.0.0.1:{port} nikdo neodpovídá (spojení bylo odmítnuto).",
    "hi": "127.0.0.1:{port} पर कोई उत्तर नहीं देता (कनेक्शन अस्वीकार किया गया)।",
}


@pytest.fixture
def nobody():
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def failed(db, port: int) -> None:
    switch_on(db, f"http://127.0.0.1:{port}")
    with gateway.use(db):
        work(pohoda.receive)


def test_a_failure_is_said_in_every_language_and_kept_in_english(db, signed_in, nobody, linked):  # noqa: F811
    failed(db, nobody)
    info = db.row("SELECT failure, failure_said FROM ctr_linkInfo")
    assert info.failure == SAID["en"].format(port=nobody)
    assert info.failure_said == {
        "code": "nobody_answers",
        "details": {"address": f"127.0.0.1:{nobody}", "why": "connection refused"},
    }
    browser = signed_in("root")
    for language, sentence in SAID.items():
        assert db.call("as_setProfile", username="root", locale=language, actor="root").ok
        assert sentence.format(port=nobody) in browser.get(HOME).words
        assert sentence.format(port=nobody) in browser.get(f"{HOME}/link").words


def test_what_was_written_down_before_stays_in_its_words(db, signed_in, linked, lease):  # noqa: F811
    assert db.call("ctr_releaseLink", worker=WORKER, isAnswered=False, failure="Pohoda fell over.").ok
    assert "Pohoda fell over." in signed_in("root").get(HOME).words


def test_a_pack_that_was_given_up_says_so_in_slovak(db, signed_in, linked, claim, hand_over, finish):  # noqa: F811
    register(db, "bob")
    browser = signed_in("root")
    pack = claim()
    hand_over(pack)
    assert finish(pack, state="unknown", note="No answer yet.").ok
    assert db.call("ctr_cancelPack", packID=pack["packID"], actor="root").ok
    row = db.row("SELECT note, note_said FROM ctr_packList")
    assert row == ("Given up by hand.", {"code": "given_up"})
    assert db.call("as_setProfile", username="root", locale="sk", actor="root").ok
    assert "Zrušený ručne." in browser.get(f"{HOME}/packs").words
    assert "Zrušený ručne." in browser.get(f"{HOME}/packs/{pack['packID']}").words


def test_every_code_that_is_written_down_has_its_sentence():
    written = set()
    for path in sorted((ROOT / "sql" / "procedures" / "contacts").glob("*.sql")):
        # A procedure says the sentence itself, and must not say another one than the pages do.
        body = path.read_text()
        for code in re.findall(r"\"code\": ?\"(\w+)\"", body) + re.findall(r"'code', '(\w+)'", body):
            written.add(code)
            assert code == "too_many_gone" or f"'{SENTENCES[code]}'" in body, (path.name, code)
    assert {"never_left", "cut_off", "given_up", "too_many_gone"} <= written <= set(SENTENCES)


def test_every_failure_that_is_raised_has_a_sentence_with_its_details():
    raised = 0
    for path in [*sorted((ROOT / "portal" / "pohoda").glob("*.py")), ROOT / "workers" / "pohoda.py"]:
        found = re.findall(
            r"(?:Away|Unknown|ListRefused|Failure|Refused|Unreadable)\(\s*((?:\"\w+\",? ?)+)(.*?)\)(?: from|\n|$)",
            path.read_text(),
        )
        for words, given in found:
            word = re.findall(r"\w+", words)[-1]
            named = set(re.findall(r"(?:^|, )(\w+)=", given))
            assert named == set(re.findall(r"%\((\w+)\)s", SENTENCES[word])), (path.name, word, given)
            raised += 1
    assert raised > 40


def test_a_sentence_of_pohodas_own_may_look_like_anything():
    failure = Failure("pohoda_said", words="100 %(of)s { entity }")
    assert str(failure) == failure.said["details"]["words"] == "100 %(of)s { entity }"


def test_what_the_network_says_is_known_where_it_is_met_every_day():
    assert "connection refused" in WHYS
