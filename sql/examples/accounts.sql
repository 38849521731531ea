-- People: register them, find them, change what they sign in with, see what was done. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/accounts.sql

BEGIN;

-- In a demo it becomes a fixed day, so that every run shows the same; elsewhere this is refused, and your own day it is.
SELECT reason FROM as_startDemo();
SELECT reason FROM as_setClock('2027-03-01 12:00+01' - now());

-- A procedure that changes something answers result, msg, reason and details: 1 is done, 0 is refused.
SELECT result, msg, reason, details FROM as_register('Anna Adler', email => 'anna@example.com', phone => '0903 123 456', username => 'anna');
SELECT result, msg, reason, details FROM as_register('Boris Bell', email => 'boris@example.com', username => 'boris', locale => 'sk');

-- A refusal has written nothing. details names the argument to blame.
SELECT result, reason, msg FROM as_register('Another Anna', email => ' ANNA@example.com');
SELECT result, reason, details FROM as_register('Another Anna', email => 'not an address');

-- With a request key a repeated call finds its first answer; another request under the same key is refused.
SELECT result, reason, details FROM as_register('Clara', username => 'clara', requestKey => 'example-1');
SELECT result, reason, details FROM as_register('Clara', username => 'clara', requestKey => 'example-1');
SELECT result, reason FROM as_register('Somebody else', username => 'clara2', requestKey => 'example-1');

-- Views are for reading.
SELECT username, name, email, phone, role, locale FROM as_people WHERE username IN ('anna', 'boris') ORDER BY username;
SELECT username, email FROM as_findUsers('anna@example');

-- A DBA may leave out the actor; with one, the procedure judges what that person may do.
SELECT result, reason, msg FROM as_setRole('boris', 'manager', actor => 'anna');
SELECT result, reason, msg FROM as_setRole('boris', 'manager');
SELECT result, reason, msg FROM as_lockUser('anna', 'Asked for it by telephone');
SELECT result, reason, msg FROM as_setProfile('anna', locale => 'cs', actor => 'anna');
SELECT result, reason, msg FROM as_unlockUser('anna', 'Asked for it by telephone');

-- Settings are text; each value is checked by its type.
SELECT code, value, type FROM as_settingsList WHERE code LIKE 'tariff%' ORDER BY sort_order;
SELECT result, reason, msg FROM as_setSetting('tariffGraceDays', '5');
SELECT result, reason, msg FROM as_setSetting('tariffGraceDays', 'many');

-- Everything that was done, by whom; what was refused is not there.
SELECT username, procedure, coalesce(actor, database_user) AS who, reason
FROM as_auditTrail
WHERE username IN ('anna', 'boris')
ORDER BY id;

ROLLBACK;
