"""A small installation with one of everything that an address can name, and a browser of each identity.

Alice owns what is personal, Bob is somebody else, Luke was locked while he was signed in, Mona is a manager, Root an
administrator, and Rita an administrator who has Alice's cabinet open.
"""

import re
from dataclasses import dataclass

import psycopg
from psycopg.types.json import Jsonb

from portal import access
from portal import db as gateway
from tests.loyalty.pages import club
from tests.loyalty.rules import shelf
from tests.people import register

#: Who asks, in the order of the matrix's columns; None has not signed in.
IDENTITIES = {
    "anonymous": None,
    "owner": "alice",
    "other": "bob",
    "locked": "luke",
    "manager": "mona",
    "admin": "root",
    "acting": "rita",
}
ROLES = {"alice": "user", "bob": "user", "luke": "user", "mona": "manager", "root": "admin", "rita": "admin"}
TOKEN = re.compile(r'"X-CSRFToken": "(\w+)"')


def build(db) -> dict[str, str]:
    """Make the installation through the public procedures; the names of its things, for the addresses."""

    def do(procedure, **arguments):
        outcome = db.call(procedure, **arguments)
        assert outcome.ok, outcome
        return outcome.details

    def tariff(name, *prices):
        keys = ("price", "price6", "price12", "price36")
        return do("trf_saveTariff", name=name, **dict(zip(keys, prices, strict=False)))["tariffID"]

    def option(code, type="text", **given):
        return do("trf_saveOption", code=code, name=code.title(), type=type, **given)["optionID"]

    free, fast, team = tariff("Free"), tariff("Fast", 19, 99, 190, 490), tariff("Team", 49, 279, 490, 1300)
    spare = tariff("Spare", 5, 25, 45, 120)
    do("as_setSetting", code="tariffDefault", value=str(free))
    storage = option("storage", "number", unit="GB", defaultValue="1")
    option("support", "choice", choices=["e-mail", "phone"], defaultValue="e-mail")
    option("api", "yesno", defaultValue="no")
    unused = option("motto")
    do("trf_setTariffOptionValue", tariffID=fast, optionID=storage, value="100")
    do("trf_setTariffOptionValue", tariffID=team, optionID=storage, value="500")

    for username, role in ROLES.items():
        register(db, username, role=role, phone="+421 903 123 456" if username == "alice" else None)
    for username in ("alice", "bob"):
        receipt = do("fin_topUp", username=username, amount="1000", purpose="cash at the desk", actor="mona")
        if username == "alice":
            posted = receipt["financeID"]
    do("trf_changeUserTariff", username="alice", tariffID=team, period=6)
    do("trf_scheduleUserTariff", username="alice", tariffID=fast, period=1)
    asked = do("fin_requestTopUp", username="alice", amount="50", actor="alice")["financeID"]
    held = do("fin_hold", username="alice", amount="20", purpose="a deposit", counterparty="income:service")[
        "financeID"
    ]
    own = do("trf_setUserOptionValue", username="alice", optionCode="storage", value="900", note="a gift")[
        "id"
    ]
    sale = do("cpn_addCoupon", code="SALE", value=10)["code"]
    category = do("cpn_saveCategory", name="Partners")["categoryID"]
    order = do("cpn_generateCoupons", count=3, value=10)["generationID"]
    do("cpn_makeCoupons", generationID=order)
    source, other = (
        do("cpn_saveSource", sourceID=None, name=name, holds="coupons", host="db.example.org", databaseName="buffer",
           userName="reader", password="secret", tableName="coupons", keyColumn="id", mapping=Jsonb({"code": "code"}))["sourceID"]
        for name in ("Centre", "Warehouse")
    )  # fmt: skip
    imported = do("cpn_startImport", sourceID=source)["importID"]
    do("cpn_finishImport", importID=imported)
    students = do(
        "cpn_saveSource", sourceID=None, name="Students", holds="discounts", host="db.example.org", databaseName="buffer",
        userName="reader", password="secret", tableName="students", keyColumn="id", identityKind="email",
        mapping=Jsonb({"identity": "email", "value": "percent"}),
    )["sourceID"]  # fmt: skip
    for people in (5, 1):
        # The second time most are missing, so that it is held.
        reading = do("cpn_startImport", sourceID=students)["importID"]
        db.execute(
            "INSERT INTO cpn_importRows (importID, position, key, code, value)"
            " SELECT %s, n, n, format('student%%s@example.com', n), '30' FROM generate_series(1, %s) AS n",
            [reading, people],
        )
        do("cpn_finishImport", importID=reading)
    trial = do("cpn_askTrial", sourceID=source, kind="preview")["trialID"]
    discount = do("cpn_setPersonalDiscount", username="luke", percentage=30, reason="Studied this year")[
        "discountID"
    ]

    message, failed = (
        db.value("SELECT id FROM job_messages WHERE username = %s AND kind = 'welcome'", [username])
        for username in ("alice", "bob")
    )
    do("ntf_claimMessages", worker="here:1", channel="email", count=1000)
    result = {"username": "bob", "id": failed, "state": "failed", "error": "no such box"}
    do("ntf_finishMessages", worker="here:1", results=Jsonb([result]))
    db.execute("UPDATE job_outbox SET state = 'new', leaseUntil = NULL WHERE state = 'sending'")
    do(
        "ntf_putIntoInbox", username="alice", messageID=message, kind="welcome", subject="Welcome", body="Hello.",
        link="/tariff",
    )  # fmt: skip
    letter = db.value("SELECT id FROM ntf_inbox WHERE username = 'alice'")
    do("ntf_setConsent", username="alice", kind="birthday_bonus", channel="email", isOn=True)
    ending = db.value("SELECT ntf_getUnsubscribeToken('alice', 'birthday_bonus', 'email')")

    do("ntf_saveText", kind="welcome", channel="", locale="en", subject="Ours", body="Ours, {name}.")

    do(
        "as_requestRegistration",
        email="dana@example.com",
        name="Dana",
        passwordHash=db.value("SELECT hash FROM as_passwords WHERE username = 'alice'"),
    )
    registration = db.value("SELECT id FROM as_registrations WHERE username IS NULL")
    do("as_requestPasswordReset", key="alice@example.com")
    do("as_changeKey", username="bob", kind="email", value="bob@example.org", actor="bob")

    books = address_books(db, do)
    shop = club.furnish(do, db.read, "alice", "+421 903 123 456")
    rules = shelf.furnish(do)
    do("loy_blockAccount", username="luke", note="a stolen card")
    leaflets = campaigns(db, do)
    sessions = {username: start_session(db, username) for username in ROLES}
    phone = db.value("SELECT as_startSession('alice', 'user', sha256('phone'), '10.0.0.9', 'Firefox')")
    do("as_actFor", sessionID=sessions["rita"], username="alice", actor="rita")
    do("as_lockUser", username="luke", note="a lost phone", actor="root")
    # He is refused because he is locked, not only because locking ended his sessions.
    db.execute("UPDATE as_sessions SET endedAt = NULL WHERE username = 'luke'")
    # Seen just now for an hour: no request of a test puts the idle limit off.
    db.execute("UPDATE as_sessions SET seenAt = seenAt + interval '1 hour'")
    return {
        name: str(value)
        for name, value in {
            "free": free, "fast": fast, "team": team, "spare": spare, "storage": storage, "unused": unused,
            "sale": sale, "category": category, "order": order,
            "source": source, "other": other, "students": students, "import": imported, "trial": trial, "discount": discount,
            "receipt": posted, "asked": asked, "held": held, "own": own, "message": message, "failed": failed,
            "letter": letter, "ending": ending,
            "registrationID": registration, "phone": phone,
            "registration": link(db, "registration", registrationID=registration),
            "reset": link(db, "password", username="alice"),
            "email": link(db, "email", "bob", db.value("SELECT id FROM as_registrations WHERE username = 'bob'")),
            **books,
            "till_key": shop["key"], "card": shop["card"], "lot": shop["lot"], "bought": shop["sale"],
            "unclaimed": shop["unclaimed"], "holder": shop["nobody"], "day": shop["day"],
            "set": rules["set"], "draft": rules["draft"],
            **leaflets,
            "nothing": 999_999_999,
        }.items()
    }  # fmt: skip


def campaigns(db, do) -> dict:
    """Two segments, one of which a draft and a campaign that runs name."""
    spare, audience = (
        do("ntf_saveSegment", segmentID=None, name=name, conditions=Jsonb([]))["segmentID"]
        for name in ("Nobody's", "Everybody")
    )
    db.execute(
        "INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)"
        " VALUES ('bob', 'campaign', 'email', true, 'dba', now())"
    )
    made = {}
    for name in ("draft", "running"):
        made[name] = do(
            "ntf_saveCampaign",
            campaignID=None,
            name=name.title(),
            segmentID=audience,
            channels=["email"],
            lastDay=db.value("SELECT as_today() + 90"),
        )["campaignID"]
        do("ntf_saveStep", campaignID=made[name])
        for step in (1, 2):
            do(
                "ntf_saveStepText",
                campaignID=made[name],
                stepPosition=step,
                channel="",
                locale="en",
                subject="Hello",
                body="Good day {name}.",
            )
    do("ntf_startCampaign", campaignID=made["running"])
    return {"segment": spare, "audience": audience, "leaflet": made["draft"], "campaign": made["running"]}


def address_books(db, do) -> dict:
    """A link with Pohoda: a pack that is answered and one that is not, a conflict of Alice's, a pair, contacts."""
    worker = "here:1"

    def send(username, state, **given):
        do("ctr_resend", username=username)
        pack = do("ctr_claimPack", worker=worker)
        items = [{"number": item["number"], "sent": item["fields"]} for item in pack["items"]]
        do(
            "ctr_handOverPack",
            packID=pack["packID"],
            worker=worker,
            sentXML="<a><b>Alice</b></a>",
            items=Jsonb(items),
        )
        do("ctr_finishPack", packID=pack["packID"], worker=worker, state=state, **given)
        return pack["packID"]

    do("ctr_saveLink", channel="mserver", url="http://127.0.0.1:9", ico="12345678")
    do("ctr_takeLink", worker=worker)
    do("ctr_setField", code="street", direction="both", winner="ask", mayBeCut=True)
    pack = send(
        "alice", "answered", answers=Jsonb([{"number": 1, "isOK": True, "pohodaID": 1}]), receivedXML="<c/>"
    )
    do("ctr_setProfile", username="alice", street="Ours 1")
    do("ctr_setProfile", username="bob", ico="87654321")
    contacts = [
        {"name": "Alice", "email": "alice@example.com", "street": "Theirs 2"},
        {"name": "Robert", "ico": "87654321", "email": "robert@example.com"},
        {"name": "Zuzana", "email": "zuzana@example.com"},
        *({"name": f"Contact {number}"} for number in range(4, 17)),
    ]
    # In the second one so many are missing that it waits for a word.
    for kind, come in (("changes", contacts), ("all", contacts[:1])):
        listing = do("ctr_startListing", worker=worker, kind=kind)["listingID"]
        for number, contact in enumerate(come, 1):
            db.execute(
                "INSERT INTO ctr_staged VALUES (%s, %s, %s, %s)", [listing, number, number, Jsonb(contact)]
            )
        do("ctr_importStaged", listingID=listing)
        do("ctr_finishListing", listingID=listing, worker=worker, mark="2027-03-01T08:15:00")
    do("ctr_mergeContact", username="alice")
    do("ctr_findDuplicates")
    lost = send("bob", "unknown")
    do("ctr_releaseLink", worker=worker, isAnswered=True)
    return {
        "pack": pack,
        "lost": lost,
        "conflict": db.value("SELECT id FROM ctr_conflictList WHERE username = 'alice' AND is_open"),
        "pair": db.value("SELECT id FROM ctr_duplicateList WHERE can_be_merged"),
        "contact": 3,
    }


def link(db, purpose, username=None, registrationID=None) -> str:
    """The secret of a link, made as the worker makes it when it renders the message."""
    token = db.value("SELECT as_issueToken(%s, %s, %s)", [purpose, username, registrationID])
    assert token, purpose
    return token


def token_of(username: str) -> str:
    """What the person's browser holds."""
    return f"the session of {username}"


def start_session(db, username: str) -> str:
    return db.value(
        "SELECT as_startSession(username, role, %s, '10.0.0.1', 'test') FROM as_users WHERE username = %s",
        [access.token_hash(token_of(username)), username],
    )


class Browsers:
    """A browser of each identity; each request starts from the cookies of the first day, whatever answers set.

    >>> browsers.send("POST", "/finance/top-up", as_="owner", form={"amount": "10"}).status_code
    """

    def __init__(self, app, db=None):
        self.app, self.db = app, db
        self.cookies = {}
        self.tokens = {}
        for identity, username in IDENTITIES.items():
            self.cookies[identity] = {} if username is None else {"portal": token_of(username)}
        for identity in IDENTITIES:
            self.open_first_page(identity)

    def open_first_page(self, identity: str) -> None:
        """A visitor's form token belongs to the cookie that comes with it."""
        client = self.client(identity)
        page = self.ask(client, "GET", "/keys")
        self.tokens[identity] = TOKEN.search(page.text)[1]
        if visitor := client.get_cookie("visitor"):
            self.cookies[identity]["visitor"] = visitor.value

    def client(self, identity: str):
        client = self.app.test_client()
        for name, value in self.cookies[identity].items():
            client.set_cookie(name, value)
        return client

    def send(self, method, path, as_="anonymous", form=None, headers=None, token=True, **options):
        """One request; `form` is a dict, or pairs where a field comes twice."""
        pairs = list(form.items()) if isinstance(form, dict) else list(form or ())
        if token and method != "GET":
            pairs.append(("csrf_token", self.tokens[as_]))
        data = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        if method not in ("GET", "HEAD", "OPTIONS", "TRACE"):
            options.setdefault("data", data)
        return self.ask(self.client(as_), method, path, headers=headers, **options)

    def ask(self, client, method, path, **options):
        if self.db is None:
            return client.open(path, method=method, **options)
        with self.db.as_role("portal_web"), gateway.use(self.db):
            return client.open(path, method=method, **options)


# What the database holds


@dataclass(frozen=True)
class Rows:
    """A digest of each table, so that two moments can be compared."""

    tables: dict

    def changed_since(self, before: "Rows", *allowed: str) -> list[str]:
        written = {name for name in self.tables if self.tables[name] != before.tables.get(name)}
        return sorted(written - {name.lower() for name in allowed})


def rows(connection: psycopg.Connection) -> Rows:
    """Every row of every table, in one statement."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'portal'::regnamespace"
        )
    ]
    query = " UNION ALL ".join(
        f"SELECT '{name}', md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM portal.{name} AS t"
        for name in names
    )
    return Rows(dict(connection.execute(query).fetchall()))
