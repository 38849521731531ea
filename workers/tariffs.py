"""Jobs of the tariffs: each lists people and has a procedure decide about one at a time."""

from portal import db


def notices(run) -> None:
    """Tell everybody whose tariff ends soon, once per deadline."""
    days = int(db.row("SELECT as_getSetting('tariffDaysLeftNotification') AS days").days)
    run.each(
        db.read("SELECT username FROM trf_deadlineNotificationUsers(%s)", [days]),
        lambda person: db.call("trf_queueDeadlineNotice", username=person.username).reason,
    )


def deadlines(run) -> None:
    """Make the renewals and scheduled changes whose deadline has come."""
    run.each(
        db.read("SELECT username FROM trf_dueDeadlines"),
        lambda person: db.call("trf_settleDeadline", username=person.username).reason,
    )
