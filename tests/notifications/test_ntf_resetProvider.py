import pytest


def test_its_failures_are_forgotten(db, root):
    db.execute(
        "UPDATE ntf_providerStates SET failures = 2, opens = 3, openUntil = clock_timestamp() + interval '1 hour',"
        " error = 'away', errorAt = now(), tokens = 0.5 WHERE provider = 'mail'"
    )
    assert db.call("ntf_resetProvider", code="mail", actor=root).reason == "provider_reset"
    assert db.row(
        "SELECT failures, opens, openUntil, error, tokens::float FROM ntf_providerStates WHERE provider = 'mail'"
    ) == (0, 0, None, None, 0.5)


@pytest.mark.parametrize(
    ("given", "reason"), [({"code": "nobody"}, "no_such_provider"), ({"actor": "mona"}, "not_allowed")]
)
def test_it_refuses(db, untouched, mona, given, reason):
    with untouched():
        assert db.call("ntf_resetProvider", **{"code": "mail"} | given).reason == reason
