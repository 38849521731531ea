"""`portal check` is silent about a healthy database, and finds and names each thing that must never be."""

import re
import subprocess
import sys

import pytest

from portal import checks
from portal.places import ROOT
from tests import servers
from tests.rails import world

# Where each of several plants would do, the first row of it is broken.
TOP_UP = "(SELECT min(id) FROM fin_finances WHERE username = 'alice' AND counterparty = 'source:cash')"
TARIFF_CHARGE = "(SELECT min(chargeID) FROM as_trf_tariffLog WHERE username = 'alice' AND chargeID > 0)"

EARNED = "(SELECT min(lotID) FROM loy_lots WHERE username = 'emil' AND receiptID IS NOT NULL)"

# A campaign that runs, with Emil in it, a message of it, and a bonus that it gave.
CAMPAIGN = (
    "INSERT INTO ntf_segments (name, conditions, createdAt, updatedAt) VALUES ('Planted', '[]', now(), now());"
    "INSERT INTO ntf_campaigns (id, name, segmentID, conditions, goal, channels, state, controlShare, validUntil, purchaseDays,"
    " createdAt, updatedAt, startedAt) OVERRIDING SYSTEM VALUE"
    " SELECT 777, 'Planted', max(id), '[]', '', '{email}', 'running', 0, 'infinity', 7, now(), now(), now() FROM ntf_segments;"
    "INSERT INTO ntf_campaignPeople VALUES ('emil', 777, false, 1, NULL, now());"
)
MESSAGE = (
    "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt)"
    " VALUES ('emil', 'campaign', 'campaign:777:1', 'email', '{}', 'new', 0, now(), now());"
)
GIFT = "INSERT INTO ntf_campaignGifts VALUES ('emil', 777, 1, 'bonus', 5, 999999999, NULL, NULL, now());"

# What is planted: its name, the rules that name it, whom they name, and how it is done. Some are also forbidden by a
# constraint, which then is dropped first, as a careless administrator could.
PLANTED = [
    (
        "a balance is changed",
        {"I01", "I02"},
        "alice",
        "UPDATE fin_accounts SET balance = balance + 0.01 WHERE username = 'alice'",
    ),
    (
        "what is held is changed",
        {"I02"},
        "alice",
        "UPDATE fin_accounts SET held = 0 WHERE username = 'alice'",
    ),
    (
        "a balance is negative",
        {"I01", "I02", "I03"},
        "alice",
        (
            "ALTER TABLE fin_accounts DROP CONSTRAINT fin_accounts_covers_what_is_held;"
            "UPDATE fin_accounts SET balance = -1 WHERE username = 'alice'"
        ),
    ),
    (
        "the last movement is deleted",
        {"I01", "I02"},
        "bob",
        (
            "DELETE FROM fin_financeStatusLog WHERE username = 'bob'"
            " AND financeID = (SELECT id FROM fin_finances WHERE username = 'bob' ORDER BY version DESC NULLS LAST LIMIT 1);"
            "DELETE FROM fin_finances WHERE username = 'bob'"
            " AND version = (SELECT max(version) FROM fin_finances WHERE username = 'bob')"
        ),
    ),
    (
        "a movement is in another currency",
        {"I01"},
        "alice",
        f"UPDATE fin_finances SET currency = 'USD' WHERE username = 'alice' AND id = {TOP_UP}",
    ),
    (
        "a movement comes from nowhere",
        {"I04"},
        None,
        "UPDATE fin_finances SET counterparty = 'source:nowhere' WHERE username = 'bob' AND statusID = 1",
    ),
    (
        "the versions have a hole",
        {"I05"},
        "bob",
        "UPDATE fin_finances SET version = version + 10 WHERE username = 'bob' AND version > 2",
    ),
    (
        "a balance after a movement is wrong",
        {"I05"},
        "alice",
        "UPDATE fin_finances SET balanceAfter = balanceAfter - 1 WHERE username = 'alice' AND version = 2",
    ),
    (
        "a movement has no history",
        {"I06"},
        "alice",
        f"DELETE FROM fin_financeStatusLog WHERE username = 'alice' AND financeID = {TOP_UP}",
    ),
    (
        "a status is not the end of its history",
        {"I06"},
        "bob",
        "UPDATE fin_finances SET statusID = 4 WHERE username = 'bob' AND statusID = 1",
    ),
    (
        "a history goes where none may go",
        {"I06"},
        "alice",
        (
            "INSERT INTO fin_financeStatusLog (username, financeID, statusID, createdAt)"
            f" SELECT 'alice', {TOP_UP}, status, now() FROM unnest(ARRAY[2, 3]) AS status"
        ),
    ),
    (
        "a movement is reversed a second time",
        {"I07"},
        "bob",
        (
            "DROP INDEX fin_finances_reversed_once;"
            "INSERT INTO fin_finances (username, amount, currency, counterparty, statusID, version, balanceAfter, purpose,"
            " requestKey, reversesID, details, createdAt, postedAt)"
            " SELECT username, amount, currency, counterparty, 3, 100, balanceAfter, purpose, requestKey, reversesID, details,"
            " createdAt, postedAt FROM fin_finances WHERE username = 'bob' AND reversesID IS NOT NULL"
        ),
    ),
    (
        "a mirror is not exact",
        {"I07"},
        "bob",
        "UPDATE fin_finances SET counterparty = 'source:bank' WHERE username = 'bob' AND reversesID IS NOT NULL",
    ),
    (
        "a reversal is without its mirror",
        {"I07"},
        "bob",
        "UPDATE fin_finances SET reversesID = NULL WHERE username = 'bob' AND reversesID IS NOT NULL",
    ),
    (
        "more is captured than was held",
        {"I07"},
        "alice",
        "UPDATE fin_finances SET amount = -31 WHERE username = 'alice' AND capturesID IS NOT NULL",
    ),
    (
        "a capture is without its payment",
        {"I07"},
        "alice",
        "UPDATE fin_finances SET capturesID = NULL WHERE username = 'alice' AND capturesID IS NOT NULL",
    ),
    (
        "an amount is over the cap",
        {"I08"},
        "bob",
        "UPDATE fin_finances SET amount = 1000000001 WHERE username = 'bob' AND statusID = 1",
    ),
    (
        "nothing is written down of a payment",
        {"I11"},
        "bob",
        "DELETE FROM as_audit WHERE username = 'bob' AND procedure = 'fin_receivePayment'",
    ),
    (
        "nothing is written down of a movement",
        {"I11", "movement_without_audit"},
        "alice",
        "DELETE FROM as_audit WHERE username = 'alice' AND procedure = 'fin_charge'",
    ),
    (
        "nothing is written down of a tariff",
        {"tariff_without_audit"},
        "alice",
        "DELETE FROM as_audit WHERE username = 'alice' AND procedure = 'as_register'",
    ),
    (
        "the copy of the tariff differs",
        {"the tariff of a person is the one of the last purchase that stands"},
        "alice",
        "UPDATE as_users SET tariffDeadline = tariffDeadline + 1 WHERE username = 'alice'",
    ),
    (
        "a period ends on a wrong day",
        {"a period ends its months after the anchor"},
        "alice",
        (
            "UPDATE as_trf_tariffLog SET bought = daterange(lower(bought), upper(bought) + 1)"
            " WHERE username = 'alice' AND number = 2"
        ),
    ),
    (
        "a paid change has another charge",
        {
            "a paid change has its charge, of exactly what was paid",
            "a tariff charge belongs to one change",
        },
        "alice",
        f"UPDATE as_trf_tariffLog SET chargeID = {TOP_UP} WHERE username = 'alice' AND chargeID = {TARIFF_CHARGE}",
    ),
    (
        "a charge is without its purchase",
        {"a tariff charge belongs to one change", "purchases of a person are numbered without holes"},
        "alice",
        f"DELETE FROM as_trf_tariffLog WHERE username = 'alice' AND chargeID = {TARIFF_CHARGE}",
    ),
    (
        "more was credited than came back",
        {"what was credited is the credit of the change that replaced it"},
        "alice",
        "UPDATE as_trf_tariffLog SET credited = credited + 0.01 WHERE username = 'alice' AND number = 2",
    ),
    (
        "a purchase is cut short for nothing",
        {"a purchase that stands is in force for what was bought"},
        "charlie",
        (
            "UPDATE as_trf_tariffLog SET during = daterange(lower(during), upper(during) - 1)"
            " WHERE username = 'charlie' AND NOT isReversed AND replacedBy IS NULL"
        ),
    ),
    (
        "the numbers of purchases have a hole",
        {"purchases of a person are numbered without holes"},
        "bob",
        "UPDATE as_trf_tariffLog SET number = number + 1 WHERE username = 'bob'",
    ),
    (
        "two tariffs are in force at once",
        {"one tariff is in force at a time"},
        "alice",
        (
            "ALTER TABLE as_trf_tariffLog DROP CONSTRAINT as_trf_tarifflog_one_at_a_time;"
            "UPDATE as_trf_tariffLog SET during = bought WHERE username = 'alice' AND number = 2"
        ),
    ),
    (
        "a renewal waits for no deadline",
        {"a change or a renewal waits only for a deadline"},
        "bob",
        "UPDATE as_users SET renewalPeriod = 1 WHERE username = 'bob'",
    ),
    (
        "a personal option value would be overlooked",
        {"who has personal option values is marked so"},
        "charlie",
        "UPDATE as_users SET hasOverrides = false WHERE username = 'charlie'",
    ),
    (
        "a sign-in key belongs to nobody",
        {"key_without_copy"},
        "nobody",
        "INSERT INTO as_userKeys VALUES ('email:nobody@example.com', 'nobody', now())",
    ),
    (
        "an address is without its key",
        {"copy_without_key"},
        "alice",
        "DELETE FROM as_userKeys WHERE key = 'email:alice@example.com'",
    ),
    (
        "a person is without an account",
        {"person_without_account", "copy_without_key"},
        "dora",
        (
            "INSERT INTO as_users (username, login, name, role, isLocked, locale, theme, density, hasOverrides, createdAt)"
            " VALUES ('dora', 'dora', 'Dora', 'user', false, 'en', 'auto', 'comfortable', false, now())"
        ),
    ),
    (
        "the currency is another one",
        {"account_in_other_currency"},
        "alice",
        "UPDATE as_settings SET value = 'CZK' WHERE code = 'currency'",
    ),
    (
        "a locked person has a session",
        {"session_of_locked_person"},
        "bob",
        "UPDATE as_users SET isLocked = true WHERE username = 'bob'",
    ),
    (
        "a session is older than the password",
        {"session_older_than_password"},
        "bob",
        "UPDATE as_passwords SET changedAt = clock_timestamp() + interval '1 minute' WHERE username = 'bob'",
    ),
    (
        "a session belongs to nobody",
        {"session_of_nobody"},
        "ghost",
        "UPDATE as_sessions SET username = 'ghost' WHERE username = 'bob'",
    ),
    (
        "the clock keeps another time zone than the settings say",
        {"clock_copy"},
        "",
        "UPDATE as_clock SET timeZone = 'Asia/Tokyo'",
    ),
    ("there is no clock", {"clock_missing"}, "", "DELETE FROM as_clock"),
    (
        "a message is there twice",
        {"job_message_twice"},
        "alice",
        (
            "ALTER TABLE job_outbox DROP CONSTRAINT job_outbox_once;"
            "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt)"
            " SELECT username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt"
            " FROM job_outbox WHERE username = 'alice' AND kind = 'welcome'"
        ),
    ),
    (
        "two notices of one deadline",
        {"job_notice_twice"},
        "alice",
        (
            "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt)"
            " SELECT 'alice', 'tariff_deadline', 'by hand ' || n, 'email', '{\"deadline\": \"2024-10-10\"}', 'new', 0,"
            " now(), now() FROM generate_series(1, 2) AS n"
        ),
    ),
    (
        "two messages were sent as one",
        {"job_reference_twice"},
        "alice",
        "UPDATE job_outbox SET state = 'sent', finishedAt = now(), reference = 'the same' WHERE username = 'alice'",
    ),
    (
        "a message was sent by nobody",
        {"ntf_sent_without_a_provider"},
        "alice",
        (
            "UPDATE job_outbox SET state = 'sent', finishedAt = clock_timestamp() + interval '1 minute',"
            " createdAt = clock_timestamp() + interval '1 minute', reference = 'planted' || id WHERE username = 'alice' AND kind = 'welcome'"
        ),
    ),
    (
        "a message goes by a channel that there is not",
        {"ntf_channel_unknown"},
        "alice",
        "UPDATE job_outbox SET channel = 'drums' WHERE username = 'alice' AND kind = 'welcome'",
    ),
    (
        "a message was given to a provider of another channel",
        {"ntf_provider_of_another_channel"},
        "alice",
        "UPDATE job_outbox SET provider = 'cabinet' WHERE username = 'alice' AND kind = 'welcome'",
    ),
    (
        "more was spent in a day than its cap",
        {"ntf_spent_over_the_cap"},
        "",
        "INSERT INTO ntf_providerDays VALUES ('mail', current_date, 1, 1, 1.01, 1.00)",
    ),
    (
        "a provider reports what was not sent",
        {"ntf_report_of_what_was_not_sent"},
        "alice",
        (
            "UPDATE job_outbox SET reportedState = 'failed', reportedAt = now()"
            " WHERE username = 'alice' AND kind = 'welcome'"
        ),
    ),
    (
        "a provider has no state",
        {"ntf_state_missing"},
        "",
        "DELETE FROM ntf_providerStates WHERE provider = 'file'",
    ),
    (
        "an offer goes out after it was switched off",
        {"ntf_sent_unwanted"},
        "alice",
        (
            "INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)"
            " VALUES ('alice', 'birthday_bonus', 'email', false, 'link', now() - interval '1 hour');"
            "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt,"
            " handedOverAt, finishedAt, reference) VALUES ('alice', 'birthday_bonus', 'planted', 'email', '{}', 'sent', 1,"
            " now(), now(), now(), now(), 'planted')"
        ),
    ),
    (
        "a message was sent to the cabinet and is not there",
        {"ntf_inbox_missing"},
        "alice",
        (
            "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt,"
            " handedOverAt, finishedAt, reference) VALUES ('alice', 'top_up', 'planted', 'cabinet', '{}', 'sent', 1,"
            " now(), now(), now(), now(), 'planted')"
        ),
    ),
    (
        "a choice of somebody who was erased is kept",
        {"ntf_erased_kept"},
        "bob",
        (
            "INSERT INTO ctr_erased (key, createdAt) VALUES ('username:bob', now());"
            "INSERT INTO ntf_preferences (username, quietFrom, quietTo, changedAt) VALUES ('bob', '20:00', '08:00', now())"
        ),
    ),
    (
        "a message lies about for an hour",
        {"job_message_stuck"},
        "alice",
        "UPDATE job_outbox SET notBefore = now() - interval '1 hour' WHERE username = 'alice' AND kind = 'welcome'",
    ),
    (
        "a run has lost its worker",
        {"job_run_stuck"},
        "",
        (
            "INSERT INTO job_runs (code, dueAt, state, notBefore, worker, leaseUntil, attempts, done, counts, createdAt)"
            " VALUES ('jobs.tidy', now(), 'running', now(), 'gone', now() - interval '1 hour', 1, 0, '{}', now())"
        ),
    ),
    (
        "a job ran twice for one due time",
        {"job_period_twice"},
        "",
        (
            "ALTER TABLE job_runs DROP CONSTRAINT job_runs_once;"
            "INSERT INTO job_runs (code, dueAt, state, notBefore, attempts, done, counts, createdAt, finishedAt)"
            " SELECT 'jobs.tidy', '2024-01-01', 'done', now(), 1, 0, '{}', now(), now() FROM generate_series(1, 2)"
        ),
    ),
    (
        "the notices ran and left somebody out",
        {"job_notice_missing"},
        "alice",
        (
            "UPDATE as_trf_tariffLog SET anchor = as_today() + 3, months = 0, bought = daterange(lower(bought), as_today() + 3),"
            " during = daterange(lower(during), as_today() + 3) WHERE username = 'alice' AND number = 5;"
            "UPDATE as_users SET tariffDeadline = as_today() + 3 WHERE username = 'alice';"
            "INSERT INTO job_runs (code, dueAt, state, day, notBefore, attempts, done, counts, createdAt, startedAt, finishedAt)"
            " VALUES ('tariffs.notices', now(), 'done', as_today(), now(), 1, 0, '{}', now(), clock_timestamp(), now())"
        ),
    ),
    (
        "a coupon is used and nobody used it",
        {"coupon_uses"},
        "",
        "UPDATE cpn_coupons SET uses = 1 WHERE code = 'ten'",
    ),
    (
        "a coupon is used more often than it may be",
        {"coupon_over_limit"},
        "",
        (
            "ALTER TABLE cpn_coupons DROP CONSTRAINT cpn_coupons_uses;"
            "UPDATE cpn_coupons SET uses = 2 WHERE code = 'ten'"
        ),
    ),
    (
        "one person uses a coupon more often than he may",
        {"coupon_over_limit_of_person"},
        "dana",
        (
            "ALTER TABLE cpn_redemptions DROP CONSTRAINT cpn_redemptions_once;"
            "INSERT INTO cpn_redemptions (username, code, tariffID, period, number, amount, currency, requestKey, createdAt)"
            " SELECT username, code, tariffID, period, number, amount, currency, requestKey, createdAt"
            " FROM cpn_redemptions CROSS JOIN generate_series(1, 2)"
            " WHERE username = 'dana' AND code = 'many' AND releasedAt IS NULL"
        ),
    ),
    (
        "a coupon took off more than the quote said",
        {"redemption_without_quote"},
        "dana",
        "UPDATE cpn_redemptions SET amount = amount + 1 WHERE username = 'dana' AND code = 'many'",
    ),
    (
        "a discounted price has another full price",
        {"price_without_reason"},
        "dana",
        (
            "UPDATE as_audit SET details = jsonb_set(details, '{fullPrice}', '\"60.00\"')"
            " WHERE username = 'dana' AND details ? 'discounts'"
        ),
    ),
    (
        "a coupon was used after its end",
        {"redemption_outside_validity"},
        "dana",
        "UPDATE cpn_coupons SET validFrom = validFrom - interval '2 days', validUntil = validFrom WHERE code = 'many'",
    ),
    (
        "a coupon came back and its purchase stands",
        {"release_without_reversal", "coupon_uses"},
        "dana",
        "UPDATE cpn_redemptions SET releasedAt = now() WHERE username = 'dana' AND releasedAt IS NULL",
    ),
    (
        "a code is kept as it was typed",
        {"code_not_normalised"},
        "",
        "UPDATE cpn_coupons SET code = 'Imported-1' WHERE code = 'imported-1'",
    ),
    (
        "an imported coupon is changed",
        {"imported_coupon_changed"},
        "",
        "UPDATE cpn_coupons SET value = 20 WHERE code = 'imported-1'",
    ),
    (
        "somebody with a discount is gone",
        {"discount_of_nobody"},
        "ghost",
        "UPDATE cpn_personalDiscounts SET username = 'ghost'",
    ),
    (
        "a discount waits for somebody who is there",
        {"discount_waits_for_known_key"},
        "dana",
        "UPDATE cpn_personalDiscounts SET username = NULL, identity = 'login:dana'",
    ),
    (
        "an import loses a row",
        {"import_does_not_add_up"},
        "",
        "ALTER TABLE cpn_imports DROP CONSTRAINT cpn_imports_adds_up; UPDATE cpn_imports SET rows = rows + 1",
    ),
    (
        "an imported coupon is deleted for good",
        {"import_without_its_rows"},
        "",
        "DELETE FROM cpn_coupons WHERE code = 'imported-1'",
    ),
    (
        "a source cannot be read",
        {"source_unreachable"},
        "",
        "UPDATE cpn_sources SET failure = 'Connection refused', failures = 3, failedAt = now()",
    ),
    (
        "two people are one contact",
        {"contact_of_two_people", "contact_link_differs"},
        "alice",
        "UPDATE ctr_contacts SET pohodaID = 1 WHERE username IN ('alice', 'bob')",
    ),
    (
        "a contact is another person's here than there",
        {"contact_link_differs", "contact_link_one_sided"},
        "alice",
        "UPDATE ctr_seen SET username = 'bob' WHERE username = 'alice'",
    ),
    (
        "a contact's person knows nothing of it",
        {"contact_link_one_sided"},
        "bob",
        "INSERT INTO ctr_seen (pohodaID, content, username, isApart, firstSeenAt, changedAt) VALUES (99, '{}', 'bob', false, now(), now())",
    ),
    (
        "a change was not queued",
        {"contact_change_not_queued"},
        "alice",
        "UPDATE as_users SET name = 'Somebody else' WHERE username = 'alice'",
    ),
    (
        "a person was forgotten on the way to Pohoda",
        {"contact_lost"},
        "charlie",
        "UPDATE ctr_contacts SET queuedAt = NULL WHERE username = 'charlie'",
    ),
    (
        "a contact is on its way twice",
        {"contact_on_the_way_twice"},
        "bob",
        (
            "INSERT INTO ctr_packItems (packID, number, username, ours, sent, state)"
            " SELECT id, 90 + n, 'bob', '{}', '{}', 'open' FROM ctr_packs, generate_series(1, 2) AS n"
        ),
    ),
    (
        "two packs are on their way at once",
        {"packs_open_at_once"},
        "",
        (
            "DROP INDEX ctr_packs_one_open;"
            "INSERT INTO ctr_packs (packKey, kind, state, channel, attempts, counts, createdAt)"
            " SELECT 'by hand ' || n, 'send', 'open', 'mserver', 0, '{}', now() FROM generate_series(1, 2) AS n"
        ),
    ),
    (
        "a pack is over and does not say what became of a contact",
        {"contact_in_a_finished_pack"},
        "alice",
        "UPDATE ctr_packItems SET state = 'open' WHERE username = 'alice'",
    ),
    (
        "a pack lies about for days",
        {"pack_stuck"},
        "",
        (
            "UPDATE ctr_link SET channel = 'mserver';"
            "INSERT INTO ctr_packs (packKey, kind, state, channel, attempts, counts, createdAt, handedOverAt)"
            " VALUES ('by hand', 'send', 'unknown', 'mserver', 1, '{}', now(), now() - interval '2 days')"
        ),
    ),
    (
        "a contact was registered twice",
        {"registered_twice"},
        "alice",
        (
            "INSERT INTO as_audit (username, createdAt, databaseUser, procedure, arguments, requestKey, reason, msg, details)"
            " SELECT name, now(), 'portal_worker', 'ctr_registerContact', '{}', 'contact:7', 'contact_registered', '', '{\"pohodaID\": 7}'"
            " FROM unnest(ARRAY['alice', 'bob']) AS name"
        ),
    ),
    (
        "an erased person is back",
        {"erased_person_is_back"},
        "bob",
        "INSERT INTO ctr_erased VALUES ('username:bob', now())",
    ),
    (
        "a lot has less than its moves say",
        {"lot_is_not_its_moves"},
        "emil",
        "UPDATE loy_lots SET remaining = remaining - 0.01 WHERE username = 'emil' AND NOT isSpent",
    ),
    (
        "a lot is worth more than was given",
        {"lot_is_not_what_was_given"},
        "emil",
        "UPDATE loy_lots SET amount = amount + 1 WHERE username = 'emil'",
    ),
    (
        "a lot ends before it begins",
        {"lot_out_of_bounds"},
        "emil",
        "UPDATE loy_lots SET validTo = validFrom WHERE username = 'emil'",
    ),
    (
        "a lot is of no kind",
        {"lot_of_nobody"},
        "emil",
        "UPDATE loy_lots SET kind = 'unknown' WHERE username = 'emil'",
    ),
    (
        "a receipt has earned twice",
        {"lot_given_twice"},
        "emil",
        (
            "INSERT INTO loy_lots (username, kind, amount, remaining, isSpent, validFrom, validTo, receiptID, promotion, note,"
            " createdAt) SELECT username, kind, amount, amount, false, validFrom, validTo, receiptID, promotion, 'twice', createdAt"
            f" FROM loy_lots WHERE username = 'emil' AND lotID = {EARNED};"
            "INSERT INTO loy_moves (username, lotID, kind, amount, requestKey, createdAt)"
            " SELECT username, lotID, 'earn', amount, 'x', createdAt FROM loy_lots WHERE note = 'twice'"
        ),
    ),
    (
        "more is set aside than there is",
        {"held_more_than_is_left"},
        "emil",
        "UPDATE loy_holdLots SET amount = 1000 WHERE username = 'emil'",
    ),
    (
        "bonuses were spent before they were valid",
        {"spent_outside_validity"},
        "emil",
        "UPDATE loy_lots SET validFrom = now() + interval '1 hour' WHERE username = 'emil'",
    ),
    (
        "a line was paid with more than was spent",
        {"payment_is_not_what_was_spent"},
        "emil",
        "UPDATE loy_linePayments SET amount = amount + 0.01 WHERE username = 'emil'",
    ),
    (
        "a line has earned what was not given",
        {"earning_is_not_its_lot"},
        "emil",
        "UPDATE loy_lineEarnings SET lotID = NULL WHERE username = 'emil' AND lotID IS NOT NULL",
    ),
    (
        "a receipt is more than its lines",
        {"receipt_is_not_its_lines"},
        "emil",
        "UPDATE loy_receipts SET gross = gross + 1, net = net + 1 WHERE username = 'emil'",
    ),
    (
        "a line earns more than its promotions say",
        {"line_is_not_its_parts"},
        "emil",
        "UPDATE loy_receiptLines SET earned = earned + 1 WHERE username = 'emil'",
    ),
    (
        "goods that came back are there still",
        {"returned_is_not_what_came_back"},
        "emil",
        "UPDATE loy_receiptLines SET returned = 0 WHERE username = 'emil' AND returned > 0",
    ),
    (
        "bonuses that came back were put nowhere",
        {"restored_is_not_what_came_back"},
        "emil",
        "UPDATE loy_linePayments SET returned = returned + 0.01 WHERE username = 'emil' AND returned > 0",
    ),
    (
        "less was given back than was paid",
        {"whole_return_is_not_its_sale"},
        "emil",
        "UPDATE loy_receiptLines SET quantity = returned WHERE username = 'emil' AND returned > 0",
    ),
    (
        "a receipt has no name",
        {"receipt_is_not_its_key"},
        "emil",
        "DELETE FROM loy_receiptKeys WHERE username = 'emil'",
    ),
    (
        "a receipt that is not there waits to be booked",
        {"booking_of_nothing"},
        "emil",
        "INSERT INTO loy_toBook VALUES ('emil', 999999999, now())",
    ),
    (
        "a card names nobody",
        {"card_is_not_its_key"},
        "emil",
        "DELETE FROM as_userKeys WHERE key = 'card:29001'",
    ),
    (
        "a card is active and has ended",
        {"card_without_an_end"},
        "emil",
        "UPDATE loy_cards SET endedAt = now() WHERE number = '29001'",
    ),
    (
        "a tier came from nowhere",
        {"tier_without_history"},
        "emil",
        "UPDATE loy_accounts SET tier = 'gold' WHERE username = 'emil'",
    ),
    (
        "a tier is in another place than its purchases",
        {"tiers_out_of_order"},
        "",
        "UPDATE loy_tiers SET rank = 9 WHERE code = 'blue'",
    ),
    (
        "purchases are more than the receipts",
        {"purchases_are_not_receipts"},
        "emil",
        "UPDATE loy_purchases SET amount = amount + 1 WHERE username = 'emil'",
    ),
    (
        "an account that was merged has bonuses",
        {"merged_account_is_not_empty"},
        "emil",
        "UPDATE loy_accounts SET mergedInto = 'charlie' WHERE username = 'emil'",
    ),
    (
        "a person has no account in the club",
        {"person_without_account"},
        "charlie",
        "DELETE FROM loy_accounts WHERE username = 'charlie'",
    ),
    (
        "a person's account is that of a store",
        {"account_of_a_store_and_a_person"},
        "charlie",
        "UPDATE loy_accounts SET isPerson = false WHERE username = 'charlie'",
    ),
    (
        "somebody of a control group was written to",
        {"control_was_written_to"},
        "emil",
        CAMPAIGN + MESSAGE + "UPDATE ntf_campaignPeople SET isControl = true",
    ),
    (
        "somebody of a control group was given something",
        {"control_was_given_something"},
        "emil",
        CAMPAIGN + MESSAGE + GIFT + "UPDATE ntf_campaignPeople SET isControl = true",
    ),
    ("a campaign wrote to somebody else", {"written_to_without_taking_part"}, "emil", MESSAGE),
    (
        "a campaign wrote before its step was decided",
        {"written_to_without_taking_part"},
        "emil",
        CAMPAIGN + MESSAGE + "UPDATE ntf_campaignPeople SET step = 0",
    ),
    (
        "a step went out on two channels",
        {"step_on_two_channels"},
        "emil",
        CAMPAIGN + MESSAGE + MESSAGE.replace("'email'", "'sms'"),
    ),
    (
        "nobody was told of a gift, and it is not there",
        {"gift_without_message", "gift_is_not_there"},
        "emil",
        CAMPAIGN + GIFT,
    ),
    (
        "bonuses of a campaign are no gift of it",
        {"lot_of_no_gift"},
        "emil",
        f"UPDATE loy_lots SET promotion = 'campaign:777:1' WHERE username = 'emil' AND lotID = {EARNED}",
    ),
]


@pytest.fixture(scope="module")
def healthy(server):
    """A database that a shop has lived in for a year."""
    with servers.clone(server) as own:
        with own.connect() as connection:
            world.live(connection)
        yield own


@pytest.fixture
def db(healthy):
    with healthy.connect() as connection, connection.transaction(force_rollback=True):
        yield connection


def found(connection) -> list:
    return [
        row
        for view in checks.views(connection)
        for row in connection.read(f"SELECT rule, username, detail FROM {view}")
    ]


def check(database) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", "check"],
        cwd=ROOT,
        env=database.environment(),
        capture_output=True,
        text=True,
    )


def test_a_healthy_database_has_no_violation(healthy):
    said = check(healthy)
    assert (said.returncode, said.stdout.count("\n")) == (0, 1), said
    assert said.stdout.startswith("Nothing is wrong")


@pytest.mark.parametrize(
    ("rules", "whose", "plant"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_it_finds(db, rules, whose, plant):
    db.execute(plant)
    violations = found(db)
    assert rules <= {row.rule for row in violations}
    assert whose in {row.username for row in violations if row.rule in rules}
    assert all(row.detail for row in violations), "a violation without a word about it helps nobody"


def test_the_command_names_all_of_them_at_once_and_fails(server):
    ten = {
        "a balance is changed",
        "the last movement is deleted",
        "the versions have a hole",
        "a balance after a movement is wrong",
        "a movement has no history",
        "a movement is reversed a second time",
        "the copy of the tariff differs",
        "a period ends on a wrong day",
        "a locked person has a session",
        "the clock keeps another time zone than the settings say",
        "a message is there twice",
        "nothing is written down of a movement",
    }
    planted = [row for row in PLANTED if row[0] in ten]
    assert len(planted) == len(ten)
    with servers.clone(server) as own:
        with own.connect() as connection:
            world.live(connection)
            for *_, plant in planted:
                connection.execute(plant)
        said = check(own)
    assert said.returncode == 1
    for name, rules, whose, _ in planted:
        for rule in rules:
            assert re.search(rf"^{re.escape(rule)}: \d+$", said.stdout, re.MULTILINE), (name, said.stdout)
        assert f"  {whose}" in said.stdout, name


def test_every_rule_has_a_plant():
    """A rule that was never seen to find anything may be one that cannot."""
    rules = set()
    for path in (ROOT / "sql" / "views").glob("*/*_violations.sql"):
        rules |= set(re.findall(r"(?:SELECT(?: DISTINCT)?|THEN|ELSE)\s+'([^']+)'", path.read_text()))
    assert rules == set().union(*(row[1] for row in PLANTED))
