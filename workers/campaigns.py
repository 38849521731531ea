"""The job of the campaigns: finds people, writes messages, gives what comes with them."""

from portal import db

#: So many people are read at once whose gifts are given one at a time.
BATCH = 1000


def steps(run) -> None:
    """Do what is due of every campaign; whoever is killed has done whole portions and whole people."""
    for campaign in db.read("SELECT campaign_id FROM ntf_dueCampaigns ORDER BY campaign_id"):
        finished = False
        while not finished:
            finished = plan(run, campaign.campaign_id) and not give(run, campaign.campaign_id)


def plan(run, campaign_id: int) -> bool:
    """Do portions until nothing more is to be done in portions."""
    while True:
        run.go_on()
        outcome = db.call("ntf_planCampaign", campaignID=campaign_id)
        run.counts[outcome.reason] += 1
        run.done += outcome.details.get("people", 0)
        if not outcome.ok or outcome.details["isFinished"]:
            return True


def give(run, campaign_id: int) -> int:
    """Have ntf_sendStep decide about everybody whose step gives something; how many got something or were skipped."""
    decided, last = 0, ""
    while people := db.read(
        "SELECT username FROM ntf_dueGifts WHERE campaign_id = %s AND username > %s ORDER BY username LIMIT %s",
        [campaign_id, last, BATCH],
    ):
        for person in people:
            run.go_on()
            outcome = db.call("ntf_sendStep", username=person.username, campaignID=campaign_id)
            run.counts[outcome.reason] += 1
            run.done += 1
            decided += outcome.ok
        last = people[-1].username
    return decided
