"""The whole portal over a small demo: web, workers and scheduler, and people of whom every page has something to show."""

import functools
import itertools
import secrets
from contextlib import contextmanager
from datetime import date, timedelta
from urllib.parse import quote

from psycopg.types.json import Jsonb

from portal import access, demo, passwords
from tests import servers
from tests.browser import books, sources
from tests.chaos.private import Web
from tests.jobs.processes import Portal, wait_until
from tests.loyalty.pages import club
from tests.loyalty.rules import shelf

CUSTOMERS = 60
#: Longer than any column, and with letters that need room above and below the line.
LONG_NAME = "Maximiliana Alexandra von Hohenstein-Wolfenbüttel und zu Żółtowska"
HINDI_NAME = "सिद्धार्थ कृष्णमूर्ति"

_numbers = itertools.count(1)


class Site:
    """What a test knows of it: its address, its database, and how to be somebody."""

    def __init__(self, database, url: str):
        self.database = database
        self.url = url
        #: What the addresses of pages need to know.
        self.facts = {}

    def call(self, procedure: str, **arguments):
        """Call a procedure as a DBA; a refusal is a mistake of the test."""
        with self.database.connect() as connection:
            outcome = connection.call(procedure, **arguments)
        assert outcome.ok, outcome
        return outcome

    def value(self, query: str, parameters=None):
        with self.database.connect() as connection:
            return connection.value(query, parameters)

    def start_session(self, username: str) -> str:
        """The token of a new session, as signing in gives one."""
        token = secrets.token_urlsafe(32)
        with self.database.connect() as connection:
            connection.execute(
                "SELECT portal.as_startSession(username, role, %s, '127.0.0.1', 'Chromium') FROM as_users"
                " WHERE username = %s",
                [access.token_hash(token), username],
            )
        return token

    def register(self, balance: str | None = None, **given) -> str:
        """A new customer, with money if wanted."""
        username = f"dana{next(_numbers)}"
        arguments = {"name": f"Dana {username[4:]}", "email": f"{username}@example.com"} | given
        self.call("as_register", username=username, passwordHash=password_hash(), **arguments)
        if balance:
            self.call("fin_topUp", username=username, amount=balance, purpose="Cash at the desk")
        return username


@functools.cache
def password_hash() -> str:
    return passwords.make(demo.PASSWORD)


@contextmanager
def opened(server, with_demo: bool = True):
    """The portal in a database of its own; without a demo there is nobody but root."""
    with servers.clone(server) as database:
        if with_demo:
            with database.in_use():
                demo.load(CUSTOMERS, echo=lambda sentence: None)
        with Web(database) as web:
            site = Site(database, f"http://localhost:{web.port}")
            background = Portal(web.environment)
            try:
                if with_demo:
                    background.start("portal.cli", "work")
                    background.start("portal.cli", "schedule")
                    site.facts = furnish(site)
                else:
                    site.call("as_register", username="root", name="Ruth Root", login="root", role="admin")
                yield site
            finally:
                background.stop()


def furnish(site: Site) -> dict:
    """Make states that the demo has none of, and say what is where."""
    offers = "SELECT tariff_id FROM trf_prices WHERE NOT is_free ORDER BY price LIMIT 1"
    cheap = site.value(offers)
    dear = site.value(f"{offers.replace('ORDER BY price', 'ORDER BY price DESC')}")
    option = site.value("SELECT option_id FROM trf_options WHERE NOT is_disabled ORDER BY sort_order LIMIT 1")
    code = site.value("SELECT code FROM trf_options WHERE option_id = %s", [option])

    long = site.register(
        name=LONG_NAME, email=f"{'a-very-long-address' * 3}@example.com", balance="123456.78"
    )
    hindi = site.register(name=HINDI_NAME, locale="hi", balance="900.00")
    locked = site.register(name="Lena Locked")
    site.call("as_lockUser", username=locked, note="Asked by telephone")
    site.call("trf_changeUserTariff", username=long, tariffID=dear, period=12)
    site.call("trf_scheduleUserTariff", username=long, tariffID=cheap, period=1)
    site.call("trf_changeUserTariff", username=hindi, tariffID=dear, period=1)
    site.call("trf_setRenewal", username=hindi, period=1)
    site.call("fin_requestTopUp", username=long, amount="9876.54", counterparty="source:bank", actor=long)
    asked = site.call("fin_requestTopUp", username="alice", amount="25.00", actor="alice").details[
        "financeID"
    ]
    held = site.call("fin_hold", username="alice", amount="1.00", purpose="Cables until the exchange")
    personal = site.call(
        "trf_setUserOptionValue",
        username="alice",
        optionCode=code,
        value="unlimited",
        validUntil=date.today() + timedelta(days=30),
        note="A gift for the tenth year",
    )
    sent = "SELECT id FROM job_messages WHERE username = %s AND state = 'sent' ORDER BY id LIMIT 1"
    message = wait_until(lambda: site.value(sent, [hindi]), what="a message that was sent")
    return {
        **coupons(site, dear, hindi),
        **sources.furnish(site),
        **books.furnish(site),
        **members(site),
        **leaflets(site),
        "cheap": cheap,
        "dear": dear,
        "option": option,
        "code": code,
        "long": long,
        "hindi": hindi,
        "locked": locked,
        "asked": asked,
        "held": held.details["financeID"],
        "personal": personal.details.get("valueID"),
        "posted": site.value(
            "SELECT id FROM fin_statements WHERE username = 'alice' AND status = 'posted' LIMIT 1"
        ),
        "message": message,
        **links(site),
        **letters(site),
        **shelf.furnish(lambda procedure, **arguments: site.call(procedure, **arguments).details),
    }


def letters(site: Site) -> dict:
    """Alice has messages in the cabinet and wants offers by e-mail."""
    site.call("ntf_setConsent", username="alice", kind="birthday_bonus", channel="email", isOn=True)
    put_into_inbox(site, "alice", "تهانينا بعيد ميلادك", "هدية لك في حسابك")
    return {
        "letter": put_into_inbox(site, "alice", "Money has arrived: €50.00"),
        "ending": site.value("SELECT ntf_getUnsubscribeToken('alice', 'birthday_bonus', 'email')"),
    }


def put_into_inbox(site: Site, username: str, subject: str, body: str = "Your account was topped up.") -> int:
    """The id of a new message in somebody's cabinet."""
    message = site.value(
        "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt, finishedAt)"
        " VALUES (%s, 'top_up', gen_random_uuid()::text, 'cabinet', '{}', 'cancelled', 0, now(), now(), now()) RETURNING id",
        [username],
    )
    site.call(
        "ntf_putIntoInbox",
        username=username,
        messageID=message,
        kind="top_up",
        subject=subject,
        body=body,
        link="/finance",
    )
    return site.value("SELECT id FROM ntf_inbox WHERE username = %s AND messageID = %s", [username, message])


def leaflets(site: Site) -> dict:
    """A segment, a draft of two steps with a coupon, and a campaign that is under way with buyers in both groups."""
    bonus = {"field": "bonusExpiring", "operator": "atLeast", "value": "1", "days": 3660}
    everybody, ending = (
        site.call("ntf_saveSegment", segmentID=None, name=name, conditions=Jsonb(conditions)).details[
            "segmentID"
        ]
        for name, conditions in ((LONG_NAME, []), ("Ending soon", [bonus]))
    )
    made = {}
    for name, segment in (("draft", ending), ("under way", everybody)):
        made[name] = site.call(
            "ntf_saveCampaign",
            campaignID=None,
            name=f"{LONG_NAME} {name}",
            segmentID=segment,
            channels=["email"],
            lastDay=date.today() + timedelta(days=60),
            controlShare=50,
            goal="Three more buyers of a hundred people",
        ).details["campaignID"]
        site.call(
            "ntf_saveStep",
            campaignID=made[name],
            waitHours=72,
            condition="notBought",
            gift="coupon",
            giftKind="percentage",
            giftValue="10",
            giftDays=30,
        )
        for step in (1, 2):
            site.call(
                "ntf_saveStepText",
                campaignID=made[name],
                stepPosition=step,
                channel="",
                locale="en",
                subject=LONG_NAME,
                body=f"Good day {{name}},\n\n{LONG_NAME * 3}",
            )
    with site.database.connect() as connection:
        connection.execute(
            "INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)"
            " SELECT username, 'campaign', 'email', true, 'import', now() FROM as_users WHERE email IS NOT NULL ON CONFLICT DO NOTHING"
        )
    site.call("ntf_startCampaign", campaignID=made["under way"])
    for _ in range(2):
        site.call("ntf_planCampaign", campaignID=made["under way"])
    with site.database.connect() as connection:
        # As if it had gone out before they bought.
        connection.execute("UPDATE ntf_campaignPeople SET joinedAt = joinedAt - interval '300 days'")
        connection.execute("UPDATE ntf_campaigns SET purchaseDays = 366 WHERE name LIKE '%under way'")
        connection.execute("DELETE FROM job_outbox WHERE kind = 'campaign' AND state = 'new'")
    return {"segment": ending, "leaflet": made["draft"], "under_way": made["under way"]}


def members(site: Site) -> dict:
    """Alice has bonuses of every kind, Bob a blocked card, somebody a blocked account; receipts of each kind."""

    def do(procedure, **arguments):
        return site.call(procedure, **arguments).details

    def read(query, parameters=None):
        with site.database.connect() as connection:
            return connection.read(query, parameters)

    facts = club.furnish(
        do, read, "alice", site.value("SELECT phone FROM as_people WHERE username = 'alice'")
    )
    lost = do("loy_addCard", username="bob")["number"]
    do("loy_blockCard", username="bob", number=lost)
    blocked = site.register(name="Boris Blocked")
    do("loy_grant", username=blocked, kind="regular", amount="77.00", note="Welcome")
    do("loy_addCard", username=blocked)
    do("loy_blockAccount", username=blocked, note="The card was stolen at the market")
    return {
        "club_card": facts["card"],
        "lot": facts["lot"],
        "bought": facts["sale"],
        "returned": facts["back"],
        "holder": facts["nobody"],
        "unclaimed": facts["unclaimed"],
        "blocked": blocked,
    }


def coupons(site: Site, tariffID, fan) -> dict:
    """Coupons in every state, a used one, an order of many, a personal discount."""
    category = site.call("cpn_saveCategory", name="Partners and friends of the summer school")
    category = category.details["categoryID"]
    site.call(
        "cpn_addCoupon", code="SOMMER", useType="multiple", value="12.5", maxUses=500, categoryID=category
    )
    buyer = site.register(balance="5000.00")
    site.call(
        "trf_changeUserTariff",
        username=buyer,
        tariffID=tariffID,
        period=12,
        couponCodes=["sommer"],
        actor=buyer,
    )
    ticket = f"FREE-{'WITH-EVERY-TICKET-' * 6}2027"
    site.call(
        "cpn_addCoupon",
        code=ticket,
        discountType="free",
        tariffIDs=[tariffID],
        periods=[1, 6],
        validFrom=date.today() + timedelta(days=30),
        validUntil=date.today() + timedelta(days=60),
        note="Printed on the back of every ticket of the fair, one line below the picture of the hall",
    )
    site.call("cpn_addCoupon", code="-5 €", discountType="amount", value="5", categoryID=category)
    site.call("cpn_addCoupon", code="СТАРТ", value="100")
    site.call("cpn_setCouponDisabled", code="СТАРТ", isDisabled=True)
    site.call("cpn_addCoupon", code="GONE", value="1")
    site.call("cpn_deleteCoupon", code="GONE")
    order = site.call("cpn_generateCoupons", count=120, prefix="FAIR-", value=20, note="For the stand")
    discount = site.call("cpn_setPersonalDiscount", username=fan, percentage="30", reason="Studied this year")
    return {
        "category": category,
        "coupon": quote(ticket),
        "order": order.details["generationID"],
        "discount": discount.details["discountID"],
    }


def links(site: Site) -> dict:
    """Links as messages carry them, good until they are used."""
    with site.database.connect() as connection:
        asked = connection.call(
            "as_requestRegistration",
            email="erika@example.com",
            name="Erika",
            passwordHash=password_hash(),
        )
        connection.call(
            "as_changeKey", username="charlie", kind="email", value="carlo@example.com", actor="charlie"
        )
        registration = asked.details["registrationID"]
        return {
            "registration": registration,
            "register": connection.value("SELECT as_issueToken('registration', NULL, %s)", [registration]),
            "password": connection.value("SELECT as_issueToken('password', 'charlie')"),
            "email": connection.value(
                "SELECT as_issueToken('email', 'charlie', id) FROM as_registrations WHERE username = 'charlie'"
            ),
        }
