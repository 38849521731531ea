"""as_normaliseKey: one form for each login, e-mail, phone and card."""

import pytest


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("email", " Alice@Example.COM ", "alice@example.com"),
        ("email", "a.b+tag@sub.example.co", "a.b+tag@sub.example.co"),
        ("email", "alice@example", None),
        ("email", "alice@@example.com", None),
        ("email", "alice@example.com\nbcc:x@example.com", None),
        ("email", "a" * 250 + "@example.com", None),
        ("phone", "0903 123 456", "+421903123456"),
        ("phone", "903123456", "+421903123456"),
        ("phone", "+421 (0)903 123-456", "+421903123456"),
        ("phone", "00421/903.123.456", "+421903123456"),
        ("phone", "421903123456", "+421903123456"),
        ("phone", "+420\u00a0601 234 567", "+420601234567"),
        ("phone", "123", None),
        ("phone", "+0421903123456", None),
        ("phone", "0903 CALL ME", None),
        ("phone", "+" + "1" * 16, None),
        ("login", "Alice.Nova_1", "alice.nova_1"),
        ("login", "al", None),
        ("login", "alice nova", None),
        ("login", "алиса", None),
        ("login", "a" * 65, None),
        ("card", " 2012-3456 789a ", "20123456789A"),
        ("card", "12", None),
        ("fax", "1", None),
        ("email", None, None),
        ("email", "", None),
    ],
)
def test_it_is_kept_in_one_form(db, kind, typed, kept):
    assert db.value("SELECT as_normaliseKey(%s, %s)", [kind, typed]) == kept


@pytest.mark.parametrize(
    "typed", ["8 (916) 123-45-67", "+7 916 123 45 67", "7 916 123 45 67", "916 123 45 67"]
)
def test_russian_numbers_begin_with_seven(db, typed):
    assert db.call("as_setSetting", code="phoneCountryCode", value="+7").ok
    assert db.value("SELECT as_normaliseKey('phone', %s)", [typed]) == "+79161234567"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Alice@Example.com", "email:alice@example.com"),
        ("0903 123 456", "phone:+421903123456"),
        (" Alice ", "login:alice"),
        ("@", "email:?@"),
        ("no such login!", "login:?no such login!"),
    ],
)
def test_one_field_takes_all_three(db, typed, key):
    assert db.value("SELECT as_readSignInKey(%s)", [typed]) == key
