-- Campaigns: choose people, count them, prepare messages in steps. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/campaigns.sql

BEGIN;

SELECT reason FROM as_startDemo();
SELECT reason FROM as_setClock('2027-02-10 12:00+01' - now());
SELECT reason FROM as_register('Anna Adler', email => 'anna@example.com', username => 'example-anna');
SELECT reason FROM as_register('Boris Biely', email => 'boris@example.com', username => 'example-boris');
SELECT reason FROM as_register('Cyril Cerny', email => 'cyril@example.com', username => 'example-cyril');
SELECT reason FROM loy_grant('example-anna', 'promotional', 12, validTo => '2027-02-20 00:00+01');
SELECT reason FROM loy_grant('example-boris', 'promotional', 12, validTo => '2027-02-20 00:00+01');
SELECT reason FROM loy_grant('example-cyril', 'promotional', 12, validTo => '2027-02-20 00:00+01');
SELECT reason FROM ctr_setProfile('example-anna', city => 'Bratislava');
SELECT reason FROM ctr_setProfile('example-boris', city => 'BRATISLAVA');
SELECT reason FROM ctr_setProfile('example-cyril', city => 'Nitra');
-- What can be asked of people.
SELECT field, operator, type, has_days FROM ntf_segmentFields ORDER BY sort_order LIMIT 8;

-- Counted before anything is saved; what cannot be asked says where.
SELECT result, reason, msg, details - 'conditions' AS details
FROM ntf_countSegment('[
    {"field": "bonusExpiring", "operator": "atLeast", "value": "10", "days": 14},
    {"field": "city", "operator": "in", "value": "Bratislava"}
]');
SELECT result, reason, msg, details
FROM ntf_countSegment('[{"field": "tier", "operator": "in", "value": ["gold", "wood"]}]');
SELECT details ->> 'segmentID' AS segment
FROM ntf_saveSegment(NULL, 'Expiring in Bratislava', '[
    {"field": "bonusExpiring", "operator": "atLeast", "value": "10", "days": 14},
    {"field": "city", "operator": "in", "value": "Bratislava"}
]')
\gset
SELECT username, name, tier, city, wants FROM ntf_previewSegment((SELECT conditions FROM ntf_segmentList));

-- A draft with two steps: a message now, and a coupon three days later for who has not bought.
SELECT details ->> 'campaignID' AS campaign
FROM ntf_saveCampaign(NULL, 'Before they expire', :segment, '{email}', lastDay => '2027-03-15', controlShare => 0)
\gset
SELECT result, reason, msg
FROM ntf_saveStep(
    :campaign, waitHours => 72, condition => 'notBought', gift => 'coupon', giftKind => 'percentage', giftValue => 10,
    giftDays => 30
);
SELECT reason FROM ntf_saveStepText(:campaign, 1, '', 'en', 'Your bonuses end soon', 'Good day {name}, come and use them.');

-- Whom it meets, and what is missing yet.
SELECT details ->> 'treated' AS treated, details ->> 'trouble' AS trouble, details ->> 'sentence' AS sentence
FROM ntf_reviewCampaign(:campaign);
SELECT result, reason, msg FROM ntf_startCampaign(:campaign);
SELECT reason FROM ntf_saveStepText(:campaign, 2, '', 'en', 'Ten per cent for you', 'Good day {name}, your code is {code}.');
-- Marketing goes to whoever has agreed to it, which nobody here has.
SELECT result, reason, msg FROM ntf_startCampaign(:campaign);
SELECT state, steps, people FROM ntf_campaignList;

-- How two shares of buyers are compared: 56 of 70 against 48 of 80.
SELECT round(difference, 4) AS difference, round(lower, 4) AS lower, round(upper, 4) AS upper
FROM ntf_getDifference(56, 70, 48, 80);
SELECT result, reason, msg FROM ntf_deleteCampaign(:campaign);
SELECT result, reason, msg FROM ntf_deleteSegment(:segment);

ROLLBACK;
