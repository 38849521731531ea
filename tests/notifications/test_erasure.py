"""What is known of a person's messages goes with the person."""

from types import SimpleNamespace

import pytest

from workers import notifications, queues, runs


def test_erasure_empties_inbox_choices_and_quiet_hours(db, alice, bob, root, agree, deliver):
    for username in ("alice", "bob"):
        agree(username)
        deliver(username)
        db.call("ntf_setQuietHours", username=username, quietFrom="20:00", quietTo="09:00", actor=username)
    db.execute("UPDATE fin_accounts SET balance = 0 WHERE username = 'alice'")
    assert db.call("ctr_erasePerson", username="alice", note="asked for it", actor="root").ok
    for table in ("ntf_inbox", "ntf_consents", "ntf_preferences"):
        assert [row.username for row in db.read(f"SELECT username FROM {table}")] == ["bob"], table
    assert db.read("SELECT * FROM ntf_people_violations") == []


def test_a_note_about_a_consent_keeps_no_name_of_who_was_erased(db, alice, root):
    note = "Alice <alice@example.com> signed it"
    assert db.call(
        "ntf_setConsents",
        username="alice",
        shown=["news:email"],
        wanted=["news:email"],
        note=note,
        actor="root",
    ).ok
    db.execute("UPDATE fin_accounts SET balance = 0 WHERE username = 'alice'")
    assert db.call("ctr_erasePerson", username="alice", note="asked for it", actor="root").ok
    kept = db.value("SELECT arguments::text FROM as_audit WHERE procedure = 'ntf_setConsents'")
    assert "alice@example.com" not in kept and "Alice" not in kept


@pytest.mark.parametrize("code, queue", [("notifications.tidy", None), ("loyalty.expiring", "marketing")])
def test_the_jobs_are_on_the_list_and_in_the_schedules(db, code, queue):
    assert code in runs.JOBS
    assert queues.ELSEWHERE.get(code) == queue
    assert db.value("SELECT is_enabled FROM job_scheduleList WHERE code = %s", [code])


def test_the_nightly_job_counts_what_it_removes(db, alice, deliver, monkeypatch):
    deliver("alice")
    db.execute("UPDATE ntf_inbox SET createdAt = now() - interval '2 years'")
    monkeypatch.setattr(notifications, "db", db)

    run = SimpleNamespace(counts={})
    notifications.tidy(run)
    assert run.counts == {"messages": 1}
