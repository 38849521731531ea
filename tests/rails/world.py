"""A shop with a catalogue, people and money, made by the public procedures."""

from types import SimpleNamespace

from tests.loyalty.till.conftest import Till
from tests.loyalty.till.shop import open_shop
from tests.people import register

PRICES = {
    "Team": ("10.00", "55.00", "100.00", "270.00"),
    "Business": ("20.00", "110.00", "200.00", "540.00"),
}

BUFFER = {
    "sourceID": None,
    "name": "Buffer",
    "holds": "coupons",
    "host": "mysql.example.com",
    "databaseName": "buffer",
    "userName": "reader",
    "password": "",
    "tableName": "coupons",
    "keyColumn": "id",
    "mapping": '{"code": "code", "value": "discount", "discountType": "=percentage"}',
}


def done(outcome):
    assert outcome.ok, outcome
    return outcome


def catalogue(db) -> SimpleNamespace:
    """Free is the default; Team is cheaper than Business."""
    shelf = SimpleNamespace(free=save(db, "Free"))
    for name, prices in PRICES.items():
        setattr(shelf, name.lower(), save(db, name, *prices))
    done(db.call("as_setSetting", code="tariffDefault", value=str(shelf.free)))
    return shelf


def save(db, name: str, *prices: str) -> str:
    keys = ("price", "price6", "price12", "price36")
    given = dict(zip(keys, prices, strict=False))
    return done(db.call("trf_saveTariff", name=name, **given)).details["tariffID"]


def turn_clock(db, day: str) -> None:
    """Make it noon of a day, here."""
    db.execute(
        "UPDATE as_clock SET isDemo = true, shift ="
        " ((%s::date + time '12:00') AT TIME ZONE as_clock.timeZone) - now()",
        [day],
    )


def turn_clock_back(db) -> None:
    db.execute("UPDATE as_clock SET isDemo = false, shift = '0'")


def contacts(db) -> None:
    """Alice and Bob are in Pohoda, Charlie is on the way there, and the link is switched off for the night."""
    link = {"url": "http://192.0.2.1:444", "ico": "12345678", "packSize": 2}
    done(db.call("ctr_saveLink", channel="mserver", **link))
    done(db.call("ctr_sendEverybody"))
    done(db.call("ctr_takeLink", worker="here:1"))
    pack = done(db.call("ctr_claimPack", worker="here:1")).details
    assert [item["username"] for item in pack["items"]] == ["alice", "bob"]
    handed = {"packID": pack["packID"], "worker": "here:1"}
    done(db.call("ctr_handOverPack", **handed, sentXML="<pack/>", items="[]"))
    answers = '[{"number": 1, "isOK": true, "pohodaID": 1}, {"number": 2, "isOK": true, "pohodaID": 2}]'
    done(db.call("ctr_finishPack", **handed, state="answered", answers=answers))
    done(db.call("ctr_releaseLink", worker="here:1", isAnswered=True))
    done(db.call("ctr_saveLink", channel="off", **link))


def live(db) -> SimpleNamespace:
    """A year of everything that can happen, and a database without a violation.

    alice   pays, changes, renews; has a hold that waits, one that was captured and one that was let go
    bob     topped up twice, once by mistake; asked for a top-up that waits and for one that was turned down
    charlie changed by mistake and back; has a personal option value, and a change that waits for the deadline
    dana    has a personal discount, uses coupons, and had one given back; a source brought two coupons
    emil    buys with bonuses, brings some of it back, and has a price held; his second account is part of the first
    """
    shelf = catalogue(db)
    for username, role in [("root", "admin"), ("mona", "manager"), ("milan", "manager")]:
        register(db, username, role=role)
    for username in ("alice", "bob", "charlie"):
        register(db, username)

    def money(procedure: str, username: str, amount: str, **given) -> str:
        given = {"purpose": "at the desk", "actor": "mona"} | given
        return done(db.call(procedure, username=username, amount=amount, **given)).details["financeID"]

    def change(username: str, tariffID, period: int) -> int:
        outcome = db.call(
            "trf_changeUserTariff", username=username, tariffID=tariffID, period=period, actor=username
        )
        return done(outcome).details["number"]

    turn_clock(db, "2024-01-31")
    money("fin_topUp", "alice", "900.00")
    change("alice", shelf.team, 1)
    turn_clock(db, "2024-02-10")
    change("alice", shelf.business, 6)
    change("alice", shelf.business, 1)
    done(db.call("trf_setRenewal", username="alice", period=1, actor="alice"))
    turn_clock(db, "2024-09-10")
    done(db.call("trf_settleDeadline", username="alice"))

    turn_clock_back(db)
    captured, _, voided = (money("fin_hold", "alice", amount) for amount in ("30.00", "20.00", "10.00"))
    done(db.call("fin_capture", username="alice", financeID=captured, amount="25.00", actor="mona"))
    done(db.call("fin_void", username="alice", financeID=voided, actor="mona"))
    money("fin_charge", "alice", "5.00")

    money("fin_topUp", "bob", "200.00")
    mistaken = money("fin_topUp", "bob", "50.00")
    done(db.call("fin_reverse", username="bob", financeID=mistaken, note="twice", actor="mona"))
    for amount in ("70.00", "80.00"):
        asked = done(db.call("fin_requestTopUp", username="bob", amount=amount, actor="bob"))
    done(
        db.call(
            "fin_reject",
            username="bob",
            financeID=asked.details["financeID"],
            note="no money came",
            actor="mona",
        )
    )
    large = money("fin_topUp", "bob", "5000.00")
    done(db.call("fin_approve", username="bob", financeID=large, actor="milan"))
    done(
        db.call(
            "fin_receivePayment",
            username="bob",
            provider="card",
            reference="payment 1",
            amount="40.00",
            currency="EUR",
            occurredAt="2024-05-01T10:00:00Z",
            bodyHash="00",
        )
    )

    money("fin_topUp", "charlie", "400.00")
    change("charlie", shelf.business, 1)
    mistaken = change("charlie", shelf.team, 1)
    done(db.call("trf_reverseChange", username="charlie", number=mistaken, note="mistake", actor="mona"))
    done(
        db.call("trf_scheduleUserTariff", username="charlie", tariffID=shelf.team, period=1, actor="charlie")
    )
    done(db.call("trf_saveOption", code="Seats", name="Seats", type="number", defaultValue="3"))
    done(
        db.call(
            "trf_setUserOptionValue", username="charlie", optionCode="Seats", value="50", note="a promise"
        )
    )
    coupons(db, shelf)
    db.execute("SELECT portal.as_startSession('bob', 'user', sha256('bob'), '192.0.2.1', 'browser')")
    contacts(db)
    club(db)
    return shelf


def coupons(db, shelf) -> None:
    register(db, "dana")
    done(db.call("fin_topUp", username="dana", amount="300.00", purpose="at the desk"))
    flyers = done(db.call("cpn_saveCategory", name="Flyers")).details["categoryID"]
    for code, terms in {
        "TEN": {"value": 10},
        "MANY": {"value": 5, "useType": "multiple", "maxUsesPerPerson": 2, "categoryID": flyers},
    }.items():
        done(db.call("cpn_addCoupon", code=code, **terms))
    done(
        db.call(
            "cpn_setPersonalDiscount",
            username="dana",
            percentage=30,
            reason="Studied this year",
            actor="root",
        )
    )
    for codes in (["MANY"], ["TEN", "MANY"]):
        bought = done(
            db.call(
                "trf_changeUserTariff",
                username="dana",
                tariffID=shelf.team,
                period=6,
                couponCodes=codes,
                actor="dana",
            )
        )
    number = bought.details["number"]
    done(db.call("trf_reverseChange", username="dana", number=number, note="mistake", actor="mona"))

    source = done(db.call("cpn_saveSource", **BUFFER)).details["sourceID"]
    brought = done(db.call("cpn_startImport", sourceID=source)).details["importID"]
    db.execute(
        "INSERT INTO cpn_importRows (importID, position, key, code, discountType, value)"
        " SELECT %s, n, n::text, 'IMPORTED-' || n, 'percentage', '10' FROM generate_series(1, 2) AS n",
        [brought],
    )
    done(db.call("cpn_importStaged", importID=brought))
    done(db.call("cpn_finishImport", importID=brought))


def club(db) -> None:
    register(db, "emil")
    register(db, "emil2")
    open_shop(db)
    done(db.call("loy_addCard", username="emil", number="29001"))
    done(db.call("loy_addCard", username="emil2", number="29002"))
    done(db.call("loy_replaceCard", username="emil2", oldNumber="29002", newNumber="29003"))
    for username, amount in (("emil", "40"), ("emil2", "20")):
        done(db.call("loy_grant", username=username, kind="regular", amount=amount, actor="mona"))
    till = Till(db)
    boots = ("BOOTS", 3, "49.90", {"brand": "columbia"})
    done(till.sell("29001", boots, ("SOCKS", 1, "3.33"), number="sale", pay="20"))
    done(till.sell("29003", boots, number="other", pay="5"))
    till.book()
    done(till.give_back("sale", (1, 1), number="back"))
    done(db.call("loy_mergeAccounts", username="emil", otherUsername="emil2", actor="mona"))
    done(till.hold("29001", boots, number="held", pay="10"))
    done(till.sell("29003", ("SOCKS", 2, "3.33"), number="waits"))
    done(till.sell(None, ("SOCKS", 1, "3.33"), number="nobody"))
