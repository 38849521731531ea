def test_old_runs_go_and_failed_ones_later(db, run, pass_time):
    for code, state in (("jobs.check", "done"), ("jobs.tidy", "failed")):
        one = run(code)
        db.call("job_claimRun", id=one, worker="a")
        db.call("job_finishRun", id=one, worker="a", state=state, done=0)
    assert db.call("job_tidy").details == {"runs": 0, "messages": 0}
    pass_time("31 days")
    assert db.call("job_tidy").details["runs"] == 1
    assert db.read("SELECT state FROM job_runList") == [("failed",)]
    pass_time("150 days")
    assert db.call("job_tidy").details["runs"] == 1


def test_addresses_of_strangers_go(db, message, claim, pass_time, root, message_of):
    mine = message()
    theirs = message("registration", username="", address="new@example.com")
    for username, one in (("jana", mine), ("", theirs)):
        db.call("job_cancelMessage", username=username, id=one, actor=root)
    pass_time("31 days")
    assert db.call("job_tidy").details["messages"] == 1
    assert message_of(mine) and not message_of(theirs)


def test_old_messages_that_are_through_and_what_they_cost_go(db, message, claim, finish):
    sent, waits, young = message(), message(), message()
    claim()
    finish(sent, "sent")
    finish(waits, "later", error="busy")
    finish(young, "sent")
    db.execute("UPDATE job_outbox SET createdAt = createdAt - interval '731 days' WHERE id <> %s", [young])
    db.execute(
        "INSERT INTO ntf_providerDays VALUES ('mail', current_date - 731, 1, 1, 1), ('mail', current_date - 729, 1, 1, 1)"
    )
    assert db.call("job_tidy").details["messages"] == 1
    assert [row.id for row in db.read("SELECT id FROM job_outbox ORDER BY id")] == [waits, young]
    assert db.value("SELECT count(*) FROM ntf_providerDays") == 1
