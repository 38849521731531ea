"""Jobs of the club that belong to marketing: each lists people and has a procedure decide about one at a time."""

from portal import db


def birthdays(run) -> None:
    """Give the bonus to everybody who has birthday."""
    each(run, "loy_dueBirthdays", "loy_grantBirthday")


def service(run) -> None:
    """Give the service points of the year to whose tier gives them."""
    each(run, "loy_dueServicePoints", "loy_grantYearlyService")


def tiers(run) -> None:
    """Judge the tiers of those of whose purchases too little counts still."""
    each(run, "loy_dueTierReviews", "loy_reviewTier")


def expiring(run) -> None:
    """Tell everybody whose bonuses end soon."""
    each(run, "loy_dueExpiries", "loy_queueExpiryNotice")


def each(run, due: str, procedure: str) -> None:
    run.each(
        db.read(f"SELECT username FROM {due}"),
        lambda person: db.call(procedure, username=person.username).reason,
    )
