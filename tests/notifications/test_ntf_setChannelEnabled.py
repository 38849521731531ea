import pytest


def test_nothing_new_is_written_to_one_that_is_off(db, jana, root):
    for isEnabled, reason in ((True, "channel_on"), (False, "channel_off")):
        assert (
            db.call("ntf_setChannelEnabled", code="cabinet", isEnabled=isEnabled, actor=root).reason == reason
        )
        db.execute("DELETE FROM job_outbox")
        db.execute("SELECT job_queueMessage('jana', 'top_up', 'test')")
        channels = {channel for (channel,) in db.read("SELECT channel FROM job_outbox")}
        assert channels == ({"email", "cabinet"} if isEnabled else {"email"})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code": "drums"}, "no_such_channel"),
        ({"isEnabled": None}, "invalid_value"),
        ({"code": "email"}, "channel_is_needed"),
        ({"actor": "mona"}, "not_allowed"),
    ],
)
def test_it_refuses(db, untouched, mona, given, reason):
    with untouched():
        assert (
            db.call("ntf_setChannelEnabled", **{"code": "cabinet", "isEnabled": False} | given).reason
            == reason
        )
