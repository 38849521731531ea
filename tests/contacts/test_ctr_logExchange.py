"""ctr_logExchange: what was asked of Pohoda and what came back, once a pack."""

import pytest

XML = {"sentXML": "<sent/>", "receivedXML": "<received/>", "isAnswered": True}


@pytest.mark.parametrize(
    "missing", [{"packKey": None, "worker": "host:1"}, {"packKey": "list-1", "worker": None}]
)
def test_a_pack_without_a_name_or_a_worker_is_refused(db, untouched, missing):
    with untouched():
        outcome = db.call("ctr_logExchange", listingID=None, **missing, **XML)
    assert outcome.reason == "invalid_value"
    assert outcome.details == {"field": "packKey"}


def test_an_exchange_is_kept_once(db):
    for _ in range(2):
        assert db.call("ctr_logExchange", worker="host:1", listingID=None, packKey="list-1", **XML).ok
    assert db.value("SELECT count(*) FROM ctr_packList WHERE pack_key = 'list-1'") == 1
