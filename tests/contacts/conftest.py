"""The link with a stand-in for Pohoda, and the jobs that talk over it."""

import pytest

from portal import db as gateway
from tests.jobs.conftest import valkey  # noqa: F401
from tests.people import alice, bob, charlie, mona, register, root  # noqa: F401
from tests.pohoda.conftest import killable, lasting_stand_in, stand_in, valid  # noqa: F401
from tests.pohoda.stand_in import ICO, PASSWORD, USER
from workers import pohoda
from workers.runs import Run

WORKER = "here:1"


def switch_on(db, url: str = "http://127.0.0.1:9", **settings):
    """The link over mServer; nobody listens at the address unless one is given."""
    outcome = db.call(
        "ctr_saveLink",
        **{"channel": "mserver", "url": url, "userName": USER, "password": PASSWORD, "ico": ICO, "timeout": 5}
        | settings,
    )
    assert outcome.ok, outcome


def work(*jobs) -> dict:
    """Run jobs as a worker does, and give what they counted."""
    run = Run(0, "contacts")
    for job in jobs:
        job(run)
    return dict(+run.counts)


def synchronise(db) -> None:
    """Both ways, until nothing is on its way."""
    for _ in range(6):
        work(pohoda.receive, pohoda.send)
        db.execute("UPDATE ctr_contacts SET notBefore = NULL")
        if not db.row("SELECT username FROM ctr_toSend") and not db.row("SELECT username FROM ctr_toMerge"):
            kept = db.read("SELECT * FROM ctr_contactStates WHERE state NOT IN ('equal', 'disputed')")
            assert kept == [], [(row.username, row.state, row.failure, row.failure_msg) for row in kept]
            return
    raise AssertionError(f"it does not end: {db.read('SELECT * FROM ctr_contactStates')}")


@pytest.fixture
def linked(db):
    """The link is on, without anybody at the other end."""
    switch_on(db)
    return db


@pytest.fixture
def state_of(db):
    return lambda username: db.row("SELECT * FROM ctr_contactStates WHERE username = %s", [username])


@pytest.fixture
def profile_of(db):
    return lambda username: db.row("SELECT * FROM ctr_profileList WHERE username = %s", [username])


@pytest.fixture
def lease(db):
    """The worker of these tests talks with Pohoda."""
    assert db.call("ctr_takeLink", worker=WORKER).ok


@pytest.fixture
def claim(db, linked, lease):
    """The next pack: `claim()["items"]`."""
    return lambda: db.call("ctr_claimPack", worker=WORKER).details


@pytest.fixture
def hand_over(db):
    def hand_over(pack, **of_items):
        items = [{"number": item["number"], "sent": item["fields"]} for item in pack["items"]]
        return db.call(
            "ctr_handOverPack",
            packID=pack["packID"],
            worker=WORKER,
            sentXML="<dat:dataPack/>",
            items=gateway.psycopg.types.json.Jsonb(items),
        )

    return hand_over


@pytest.fixture
def finish(db):
    def finish(pack, *answers, state="answered", **given):
        return db.call(
            "ctr_finishPack",
            packID=pack["packID"],
            worker=WORKER,
            state=state,
            answers=gateway.psycopg.types.json.Jsonb(list(answers)),
            **given,
        )

    return finish


@pytest.fixture
def sent(claim, hand_over, finish):
    """Everybody who waits is sent and taken, as contact 1, 2 and so on: `sent()`."""

    def send(first: int = 1) -> dict:
        pack = claim()
        assert hand_over(pack).ok
        answers = [
            {"number": item["number"], "isOK": True, "pohodaID": item["pohodaID"] or first + place}
            for place, item in enumerate(pack["items"])
        ]
        assert finish(pack, *answers).reason == "pack_done"
        return pack

    return send


@pytest.fixture
def listing(db, linked, lease):
    """Contacts come from Pohoda: `listing({"pohodaID": 1, "name": "Alice"})`."""

    def bring(*contacts, kind="changes", mark="2027-03-01T08:15:00", merge=True):
        started = db.call("ctr_startListing", worker=WORKER, kind=kind)
        assert started.ok, started
        number = started.details["listingID"]
        pohoda.copy("".join(pohoda.line(number, place, dict(one)) for place, one in enumerate(contacts, 1)))
        assert db.call("ctr_importStaged", listingID=number).ok
        done = db.call("ctr_finishListing", listingID=number, worker=WORKER, mark=mark)
        if merge:
            for row in db.read("SELECT username FROM ctr_toMerge"):
                db.call("ctr_mergeContact", username=row.username)
        return done

    with gateway.use(db):
        yield bring


@pytest.fixture
def books(fresh_database, stand_in):  # noqa: F811
    """A committed database and a stand-in that it is linked with: `books.execute(…)`, `books.pohoda.add(…)`."""
    with fresh_database.connect() as connection:
        register(connection, "root", role="admin")
        switch_on(connection, stand_in.url)
        connection.pohoda = stand_in
        with fresh_database.connect("portal_worker") as worker, gateway.use(worker):
            yield connection
