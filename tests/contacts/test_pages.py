"""The pages about contacts and Pohoda: plainly, as htmx asks for them, refused, and for those who may not."""

import pytest

from tests.coupons.test_pages import events, reasons, signed_in  # noqa: F401

HOME = "/sync/pohoda"
TABS = ["", "/conflicts", "/duplicates", "/contacts", "/packs", "/rule", "/fields"]


@pytest.fixture
def admin(signed_in):  # noqa: F811
    return signed_in("root")


@pytest.fixture
def manager(signed_in):  # noqa: F811
    return signed_in("mona")


@pytest.fixture
def exchange(db, linked, alice, bob, charlie, sent, listing):
    """Alice is contact 1, Bob 2, Charlie 3; 40 and 41 are in Pohoda alone; one of them looks like Bob."""
    db.call("ctr_sendEverybody")
    db.call("ctr_setProfile", username="bob", company="Bob & Sons", ico="12345678", city="Nitra")
    pack = sent()
    db.call("ctr_setField", code="street", direction="both", winner="ask", mayBeCut=True)
    ids = {item["username"]: place for place, item in enumerate(pack["items"], 1)}
    db.call("ctr_setProfile", username="alice", street="Hlavná 1")
    listing(
        {"pohodaID": ids["alice"], "name": "Alice", "email": "alice@example.com", "city": "-", "street": "Dlhá 2"},
        {"pohodaID": 40, "name": "Robert", "ico": "12345678", "email": "robert@example.com", "city": "Nitra",
         "isCustomer": True, "group": "Eshop"},
        {"pohodaID": 41, "name": "Zuzana", "email": "a@example.com, b@example.com", "city": "Brno", "isCustomer": True},
        {"pohodaID": 42, "name": "Yves", "email": "yves@example.com", "city": "Brno", "isCustomer": True,
         "labels": ["vip"]},
    )  # fmt: skip
    assert db.call("ctr_findDuplicates").ok
    assert db.call("ctr_saveRule", isOn=False).ok
    return ids


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("htmx", [False, True])
def test_every_page_opens_empty_and_full(admin, request, tab, htmx):
    for _state in ("empty", "full"):
        response = admin.get(HOME + tab, htmx)
        assert response.status_code == 200, response.words
        assert ("<html" in response.text) != htmx
        if _state == "empty":
            request.getfixturevalue("exchange")
