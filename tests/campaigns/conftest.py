"""People who have consented or not, a segment, and campaigns made of the public procedures."""

import pytest
from psycopg.types.json import Jsonb

from tests.people import alice, bob, charlie, mona, register, root  # noqa: F401

EVERYBODY: list = []
GOLD = [{"field": "tier", "operator": "in", "value": ["gold"]}]


def consent(db, *usernames: str, channel: str = "email", isOn: bool = True) -> None:
    """Say for people whether they want campaigns on a channel."""
    for username in usernames:
        db.execute(
            "INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)"
            " VALUES (%s, 'campaign', %s, %s, 'profile', clock_timestamp())"
            " ON CONFLICT ON CONSTRAINT ntf_consents_pkey DO UPDATE SET isOn = excluded.isOn, changedAt = excluded.changedAt",
            [username, channel, isOn],
        )


def done(outcome) -> dict:
    assert outcome.ok, outcome
    return outcome.details


def make_segment(db, conditions=EVERYBODY, name="Everybody") -> int:
    return done(db.call("ntf_saveSegment", segmentID=None, name=name, conditions=Jsonb(conditions)))[
        "segmentID"
    ]


def make_campaign(db, segment: int | None = None, *, name="Winter", steps=({},), **given) -> int:
    """A draft with texts that can start; each step is what ntf_saveStep takes."""
    day = db.value("SELECT as_today() + 60")
    campaign = done(
        db.call(
            "ntf_saveCampaign",
            **{
                "campaignID": None,
                "name": name,
                "segmentID": segment or make_segment(db, name=f"For {name}"),
                "channels": ["email"],
                "lastDay": day,
                "controlShare": 0,
            }
            | given,
        )
    )["campaignID"]
    for place, step in enumerate(steps, start=1):
        done(db.call("ntf_saveStep", campaignID=campaign, stepPosition=place if place == 1 else None, **step))
        write(db, campaign, place)
    return campaign


def write(db, campaign: int, position: int, locale: str = "en", channel: str = "") -> None:
    done(
        db.call(
            "ntf_saveStepText",
            campaignID=campaign,
            stepPosition=position,
            channel=channel,
            locale=locale,
            subject="Come and see",
            body="Good day {name}, come and see us.",
        )
    )


def start(db, campaign: int) -> None:
    done(db.call("ntf_startCampaign", campaignID=campaign))


def plan(db, campaign: int, atMost: int = 20000) -> list[str]:
    """What the job does in portions; the reasons in their order."""
    reasons = []
    while True:
        outcome = db.call("ntf_planCampaign", campaignID=campaign, atMost=atMost)
        reasons.append(outcome.reason)
        if not outcome.ok or outcome.details["isFinished"]:
            return reasons


def give(db, campaign: int) -> dict[str, str]:
    """What the job does for steps that give something: the reason by person."""
    return {
        row.username: db.call("ntf_sendStep", username=row.username, campaignID=campaign).reason
        for row in db.read(
            "SELECT username FROM ntf_dueGifts WHERE campaign_id = %s ORDER BY username", [campaign]
        )
    }


def messages(db, campaign: int) -> list[tuple]:
    """(username, step, channel) of everything that was written."""
    return [
        (row.username, int(row.message_key.rpartition(":")[2]), row.channel)
        for row in db.read(
            "SELECT * FROM ntf_campaignMessages WHERE message_key LIKE %s ORDER BY username, id",
            [f"campaign:{campaign}:%"],
        )
    ]


def pass_days(db, days: float) -> None:
    """Move the business clock on."""
    db.execute("UPDATE as_clock SET isDemo = true, shift = shift + make_interval(secs => %s)", [days * 86400])


def set_tier(db, username: str, tier: str) -> None:
    db.execute("UPDATE loy_accounts SET tier = %s WHERE username = %s", [tier, username])


def buy(db, username: str, amount="20.00") -> None:
    """A charge for a service, as the procedures of money book one."""
    done(db.call("fin_topUp", username=username, amount=amount, purpose="for what follows"))
    done(db.call("fin_charge", username=username, amount=amount, purpose="a service"))


@pytest.fixture
def people(db, alice, bob, charlie, root):  # noqa: F811
    """Alice and Bob want campaigns by e-mail, Charlie and Root have said nothing."""
    consent(db, alice, bob)
    db.execute("DELETE FROM job_outbox")
    return [alice, bob, charlie, root]
