"""Cards: joined, blocked, replaced; and whom a till finds by a card, a phone or a QR code."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")

CARD = "2900 0000-1234 5"
NUMBER = "2900000012345"


@pytest.fixture
def find(db):
    return lambda key: db.row("SELECT * FROM loy_identify(%s)", [key])


def test_a_person_adds_a_card_that_then_names_him(db, alice, find):
    outcome = db.call("loy_addCard", username=alice, number=CARD, actor=alice)
    assert (outcome.reason, outcome.details) == ("card_added", {"number": NUMBER})
    for key in (CARD, NUMBER, f"card:{NUMBER}", db.value("SELECT code FROM loy_cardList")):
        assert find(key) == ("alice", "Alice", "blue", False, None), key
    assert find(f"phone:{NUMBER}") is None


def test_a_new_card_has_a_number_that_a_scanner_can_check(db, alice, mona):
    number = db.call("loy_addCard", username=alice, actor=mona).details["number"]
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(number))
    assert (len(number), number[:2], total % 10) == (13, "29", 0)


def test_a_phone_names_its_person_however_it_is_written(alice, find):
    for key in ("0903 123 456", "+421903123456", "phone:00421 903 123 456"):
        assert find(key).username == "alice", key
    assert find("card:0903123456") is None
    assert find("0903 123 457") is None and find("") is None and find("anon-s1-01") is None


def test_names_are_masked(db):
    said = "SELECT loy_maskName(%s)"
    assert db.value(said, ["Alice Pleasance Liddell"]) == "Alice P. L."
    assert db.value(said, ["  Алиса  Лидделл "]) == "Алиса Л."
    assert db.value(said, ["X"]) == "X."


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "bob"}, "not_allowed"),
        ({"number": "29 0"}, "invalid_card"),
        ({"number": "29000000/2345"}, "invalid_card"),
        ({"number": NUMBER}, "card_taken"),
        ({"number": "0903 123 456"}, "card_taken"),
        ({"requestKey": "x" * 201}, "invalid_value"),
    ],
)
def test_a_card_is_refused(db, alice, bob, charlie, done, untouched, given, reason):
    done("loy_addCard", username=alice, number=CARD)
    arguments = {"username": charlie, "number": "2900000099999", "actor": charlie} | given
    with untouched():
        assert db.call("loy_addCard", **arguments).reason == reason


def test_nobody_needs_eleven_cards(db, alice, done, untouched):
    for _ in range(10):
        done("loy_addCard", username=alice, actor=alice)
    with untouched():
        assert db.call("loy_addCard", username=alice, actor=alice).reason == "too_many_cards"


def test_the_same_request_adds_one_card(db, alice, untouched):
    first = db.call("loy_addCard", username=alice, requestKey="one", actor=alice)
    with untouched():
        assert db.call("loy_addCard", username=alice, requestKey="one", actor=alice) == first


def test_a_blocked_card_names_nobody_but_says_why(db, alice, mona, done, find, untouched):
    done("loy_addCard", username=alice, number=CARD)
    blocked = db.call("loy_blockCard", username=alice, number=CARD, note="lost", actor=mona)
    assert (blocked.reason, blocked.details) == ("card_blocked", {"number": NUMBER})
    assert find(CARD) == (None, None, None, None, "card_blocked")
    assert find("0903 123 456").username == "alice"
    with untouched():
        assert db.call("loy_blockCard", username=alice, number=CARD, actor=alice).reason == "card_not_active"
        assert db.call("loy_addCard", username=alice, number=CARD, actor=alice).reason == "card_taken"


def test_a_card_is_replaced_also_after_it_was_blocked(db, alice, done, find, untouched):
    done("loy_addCard", username=alice, number=CARD)
    done("loy_blockCard", username=alice, number=CARD)
    outcome = db.call(
        "loy_replaceCard", username=alice, oldNumber=CARD, newNumber="2900-77", requestKey="one", actor=alice
    )
    assert outcome.details == {"number": "290077", "replaced": NUMBER}
    assert (find(CARD).reason, find("290077").username) == ("card_replaced", "alice")
    row = db.row("SELECT * FROM loy_cardList WHERE number = %s", [NUMBER])
    assert (row.state, row.replaced_by) == ("replaced", "290077")
    with untouched():
        again = {"username": alice, "oldNumber": CARD, "newNumber": "2900-77", "actor": alice}
        assert db.call("loy_replaceCard", **again, requestKey="one") == outcome
        assert db.call("loy_replaceCard", **again).reason == "card_not_active"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "bob"}, "no_such_card"),
        ({"oldNumber": "1"}, "no_such_card"),
        ({"newNumber": "1"}, "invalid_card"),
        ({"newNumber": CARD}, "card_taken"),
        ({"actor": "bob"}, "not_allowed"),
    ],
)
def test_a_replacement_is_refused(db, alice, bob, done, untouched, given, reason):
    done("loy_addCard", username=alice, number=CARD)
    arguments = {"username": alice, "oldNumber": CARD, "newNumber": "290077"} | given
    with untouched():
        outcome = db.call("loy_replaceCard", **arguments)
    assert outcome.reason == reason
    if reason in ("invalid_card", "card_taken"):
        assert outcome.details["field"] == "newNumber"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "bob"}, "no_such_card"),
        ({"number": "x"}, "no_such_card"),
        ({"note": "x" * 1001}, "too_long"),
        ({"actor": "bob"}, "not_allowed"),
    ],
)
def test_blocking_a_card_is_refused(db, alice, bob, done, untouched, given, reason):
    done("loy_addCard", username=alice, number=CARD)
    with untouched():
        assert db.call("loy_blockCard", **{"username": alice, "number": CARD} | given).reason == reason


def test_a_misread_code_names_nobody(db, alice, done, find):
    done("loy_addCard", username=alice, number=CARD)
    code = db.value("SELECT loy_cardCode(%s)", [NUMBER])
    assert find(code.replace("12345", "12354")).reason == "code_misread"
    assert find(f"loy:{NUMBER}:00").reason == "code_misread"
    assert find(code.lower()).username == "alice"


def test_the_check_digits_are_those_of_iso_7064(db):
    for number in ("AB12", "2900000012345", "Z9Z9"):
        code = db.value("SELECT loy_cardCode(%s)", [number]).split(":")
        digits = "".join(str(int(letter, 36)) for letter in code[1]) + code[2]
        assert int(digits) % 97 == 1, number


def test_a_phone_that_is_anothers_card_names_neither(db, alice, bob, done, find):
    done("loy_addCard", username=alice, number="911222333")
    done("as_changeKey", username=bob, kind="phone", value="0911 222 333")
    assert find("911222333") == (None, None, None, None, "key_ambiguous")
    assert (find("card:911222333").username, find("+421911222333").username) == ("alice", "bob")
