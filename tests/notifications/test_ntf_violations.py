import pytest

RULES = {
    "ntf_sent_without_a_provider": "UPDATE job_outbox SET provider = NULL",
    "ntf_channel_unknown": "UPDATE job_outbox SET channel = 'drums'",
    "ntf_provider_of_another_channel": "UPDATE job_outbox SET provider = 'cabinet'",
    "ntf_spent_over_the_cap": "INSERT INTO ntf_providerDays VALUES ('mail', current_date, 1, 1, 1.01, 1.00)",
    "ntf_report_of_what_was_not_sent": "UPDATE job_outbox SET state = 'failed', reportedState = 'accepted', reportedAt = now()",
    "ntf_state_missing": "DELETE FROM ntf_providerStates WHERE provider = 'file'",
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_sees_its_breach(db, message, claim, finish, rule):
    one = message()
    claim()
    finish(one, "sent")
    assert db.read("SELECT * FROM ntf_violations") == []
    db.execute(RULES[rule])
    assert rule in [row.rule for row in db.read("SELECT * FROM ntf_violations")]
