-- Contacts: a person and Pohoda's address book, by hand as a worker does it, with a conflict, a rule and a repair. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/contacts.sql

BEGIN;

SELECT reason FROM as_startDemo();

-- The link: whoever registers from now on is queued for Pohoda.
SELECT result, reason FROM ctr_saveLink('mserver', url => 'http://192.0.2.10:444', userName => 'web', password => 'secret', ico => '12345678');
SELECT channel, state, url, has_password, ex_system_name FROM ctr_linkInfo;
SELECT reason FROM as_register('Anna Adler', email => 'anna@example.com', username => 'anna');
SELECT reason FROM ctr_setProfile('anna', street => 'Hlavná 1', city => 'Nitra', zip => '949 01', country => 'SK');
SELECT name, pohoda_id, state FROM ctr_contactStates WHERE username = 'anna';

-- One worker at a time talks with Pohoda. It takes a pack, hands it over and writes the answer down.
SELECT reason FROM ctr_takeLink('by hand');
SELECT reason FROM ctr_takeLink('somebody else');
SELECT reason, jsonb_array_length(details -> 'items') AS items, details -> 'isRepeat' AS is_repeat FROM ctr_claimPack('by hand');
SELECT sent FROM ctr_packItemList WHERE username = 'anna';
SELECT reason FROM ctr_handOverPack((SELECT max(id) FROM ctr_packList), 'by hand', '<dat:dataPack/>', '[]');
SELECT reason, details FROM ctr_finishPack((SELECT max(id) FROM ctr_packList), 'by hand', 'answered', '[{"number": 1, "isOK": true, "pohodaID": 15}]');
SELECT name, pohoda_id, state FROM ctr_contactStates WHERE username = 'anna';

-- Both sides change the IČO, which a person decides; Pohoda alone changes the street, and has a customer who is nobody here.
SELECT reason FROM ctr_setProfile('anna', ico => '11111111');
SELECT reason FROM ctr_startListing('by hand', 'changes');
INSERT INTO ctr_staged (listingID, position, pohodaID, content)
SELECT id, 1, 15, '{"name": "Anna Adler", "email": "anna@example.com", "street": "Nová 2", "city": "Nitra", "zip": "949 01", "country": "SK", "ico": "22222222"}'::jsonb
FROM ctr_listingList WHERE state = 'reading'
UNION ALL
SELECT id, 2, 16, '{"name": "Boris Benko", "email": "boris@example.com", "city": "Trnava", "country": "SK", "isCustomer": true}'::jsonb
FROM ctr_listingList WHERE state = 'reading';
SELECT reason, details FROM ctr_importStaged((SELECT id FROM ctr_listingList WHERE state = 'reading'));
SELECT reason, details -> 'merging' AS merging
FROM ctr_finishListing((SELECT id FROM ctr_listingList WHERE state = 'reading'), 'by hand', '2027-03-01T08:15:00');
SELECT result.reason, result.details -> 'fields' AS taken, result.details -> 'disputed' AS disputed
FROM ctr_toMerge CROSS JOIN LATERAL ctr_mergeContact(ctr_toMerge.username) AS result;
SELECT street, ico FROM ctr_profileList WHERE username = 'anna';
SELECT field, base, ours, theirs, reason FROM ctr_conflictList WHERE is_open;
SELECT reason FROM ctr_decideConflict('anna', (SELECT id FROM ctr_conflictList WHERE is_open), 'pohoda');
SELECT ico FROM ctr_profileList WHERE username = 'anna';

-- Whom a rule would register: tried first, then switched on with the number that was seen.
SELECT reason, details FROM ctr_tryRule('customers', locale => 'sk');
SELECT reason FROM ctr_saveRule(true, 'customers', locale => 'sk');
SELECT reason FROM ctr_saveRule(true, 'customers', locale => 'sk', expected => 1);
SELECT result.reason, result.details ->> 'name' AS name
FROM ctr_toRegister CROSS JOIN LATERAL ctr_registerContact(ctr_toRegister.pohoda_id) AS result;
SELECT as_people.name, as_people.locale, job_messages.kind
FROM as_people
INNER JOIN job_messages ON job_messages.username = as_people.username
WHERE as_people.email = 'boris@example.com';

-- The queue, and what an administrator does about it.
SELECT linked, waiting, refused, conflicts, contacts FROM ctr_overview;
SELECT reason FROM ctr_resend('anna');
SELECT rule, username, detail FROM ctr_violations;

ROLLBACK;
