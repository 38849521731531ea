"""Campaigns of a demo: a segment of the club with a draft, and a campaign of last month that has its results."""

from collections.abc import Callable
from datetime import timedelta

from psycopg.types.json import Jsonb

CLUB = [{"field": "tier", "operator": "in", "value": ["silver", "gold"]}]
EXPIRING = [{"field": "bonusExpiring", "operator": "atLeast", "value": "1", "days": 60}, *CLUB]
AGO = 45
#: Of ten customers so many have agreed to messages of campaigns.
WILLING = 7
#: Where the club's people live, in turns; most where its first shop is.
TOWNS = ("Bratislava", "Bratislava", "Košice")
#: Among so many people the messages of last month's campaign are really delivered, which takes its time.
IN_CABINET = 1000

HELLO = {
    "en": ("A month for you", "Good day {name},\n\ncome and see what is new. We look forward to your visit."),
    "sk": ("Mesiac pre vás", "Dobrý deň {name},\n\npríďte sa pozrieť na novinky. Tešíme sa na vás."),
    "cs": ("Měsíc pro vás", "Dobrý den {name},\n\npřijďte se podívat na novinky. Těšíme se na vás."),
}
SOON = {
    "en": (
        "Your bonuses end soon",
        "Good day {name},\n\nof your bonuses {bonusExpiring} end soon. Come and use them.",
    ),
    "sk": (
        "Vaše bonusy sa čoskoro končia",
        "Dobrý deň {name},\n\nz vašich bonusov sa čoskoro končí {bonusExpiring}.",
    ),
}


def load(connection, must: Callable) -> int:
    """Make them with the procedures that the pages call; last month's while the clock stands there. Answers which that is."""
    (today,) = connection.execute(
        "SELECT (now() AT TIME ZONE time_zone)::date FROM as_installation"
    ).fetchone()
    must("as_setClock", shift=timedelta(days=-AGO))
    agree(connection, must)
    everybody = segment(must, "Everybody", [])
    last = prepare(must, "A month for you", everybody, today + timedelta(days=7), HELLO, "cabinet")
    if reachable(connection, last):
        must("ntf_startCampaign", campaignID=last, requestKey="demo:campaigns:start")
        plan(connection, must, last)
    # Still in the past, so that whoever makes the history ends it.
    must("as_setClock", shift=timedelta(minutes=-1))

    settle(connection, must)
    expiring = segment(must, "Bonuses end soon, silver and gold", EXPIRING)
    prepare(must, "Before your bonuses end", expiring, today + timedelta(days=60), SOON, "email")
    return last


def segment(must: Callable, name: str, conditions: list) -> int:
    return must(
        "ntf_saveSegment",
        segmentID=None,
        name=name,
        conditions=Jsonb(conditions),
        requestKey=f"demo:campaigns:{name}",
    ).details["segmentID"]


def agree(connection, must: Callable) -> None:
    """Most customers want campaigns by e-mail, and the first of them in their cabinet too."""
    people = connection.execute(
        "SELECT username FROM as_people WHERE role = 'user' ORDER BY username"
    ).fetchall()
    for number, (username,) in enumerate(people):
        if number % 10 < WILLING:
            for channel in ("email", "cabinet") if number < IN_CABINET else ("email",):
                must("ntf_setConsent", username=username, kind="campaign", channel=channel, isOn=True)


def settle(connection, must: Callable) -> None:
    """Say where those live whom somebody would look for first: silver and gold, Bratislava."""
    people = connection.execute("SELECT username FROM ntf_previewSegment(%s, 100)", [Jsonb(CLUB)]).fetchall()
    for number, (username,) in enumerate(people):
        must("ctr_setProfile", username=username, city=TOWNS[number % len(TOWNS)], country="SK")


def prepare(must: Callable, name: str, segment: int, last_day, texts: dict, channel: str) -> int:
    saved = must(
        "ntf_saveCampaign",
        campaignID=None,
        name=name,
        segmentID=segment,
        channels=[channel],
        lastDay=last_day,
        controlShare=20,
        purchaseDays=30,
        goal="Three more buyers of a hundred people",
        requestKey=f"demo:campaigns:{name}",
    )
    for locale, (subject, body) in texts.items():
        must(
            "ntf_saveStepText",
            campaignID=saved.details["campaignID"],
            stepPosition=1,
            channel="",
            locale=locale,
            subject=subject,
            body=body,
            requestKey=f"demo:campaigns:{name}:{locale}",
        )
    return saved.details["campaignID"]


def reachable(connection, campaign: int) -> bool:
    """Whether somebody would get it, or does."""
    (counted,) = connection.execute("SELECT details FROM ntf_reviewCampaign(%s)", [campaign]).fetchone()
    return counted["treated"] > 0


def plan(connection, must: Callable, campaign: int) -> None:
    """What the job does, until there is nothing more to do at that moment."""
    runs = "SELECT FROM ntf_campaignList WHERE campaign_id = %s AND state = 'running'"
    while connection.execute(runs, [campaign]).fetchone() is not None:
        if must("ntf_planCampaign", campaignID=campaign).details["isFinished"]:
            return
