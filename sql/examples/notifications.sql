-- Messages: what they say, in whose words, and how a text is changed, seen and taken back. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/notifications.sql

BEGIN;

SELECT reason FROM as_startDemo();
SELECT reason FROM as_register('Anna Adler', email => 'anna@example.com', username => 'anna');
SELECT reason FROM fin_topUp('anna', 25.00, 'cash at the desk');

-- Every text is a row: by kind, channel (empty: all that have none of their own) and language.
SELECT kind, channel, state, subject FROM ntf_textList WHERE locale = 'en' ORDER BY sort_order, channel;

-- What the text of a kind may name, and what of it is asked only when the message is sent.
SELECT name, type, is_optional, is_needed, is_live, example
FROM ntf_placeholderList
WHERE kind = 'renewal_failed'
ORDER BY sort_order;

-- A text is judged before anybody keeps it.
SELECT result, reason, msg FROM ntf_checkText('top_up', '', 'Thank you, {name}', 'We have {amout}.');
SELECT result, reason, msg FROM ntf_checkText('password_reset', '', 'Your password', 'It was forgotten.');
SELECT result, reason, details -> 'uses' AS uses
FROM ntf_checkText('top_up', '', 'Thank you, {name}', E'We have {amount}.\n\nYour balance: {balance}\n\n[See it]({link})');

-- With a real person's figures, before it is kept: the balance is that of this moment.
SELECT details ->> 'name' AS name, details #>> '{details,balance}' AS balance, details -> 'isExample' AS example
FROM ntf_previewText('top_up', '', 'en', 'anna', 'Thank you, {name}', 'Your balance: {balance}');

-- The next message goes out with it, those that wait included.
SELECT result, reason, details
FROM ntf_saveText(
    'top_up', '', 'en', 'Thank you, {name}', E'We have {amount}.\n\nYour balance: {balance}\n\n[See it]({link})',
    basedOn => 1
);
SELECT result, reason FROM ntf_saveText('top_up', '', 'en', 'Thanks', 'Mine.', basedOn => 1);
SELECT ntf_getText('top_up', 'email', 'en') - 'body' AS sent;
SELECT version, subject, is_current, is_delivered
FROM ntf_textVersions
WHERE kind = 'top_up' AND channel = '' AND locale = 'en'
ORDER BY version;

-- A channel may have its own; whoever reads a language without a text gets the English one.
SELECT reason FROM ntf_saveText('top_up', 'email', 'sk', 'Ďakujeme za {amount}', 'Ďakujeme, {name}.');
SELECT ntf_getText('top_up', 'email', 'sk') ->> 'subject' AS email, ntf_getText('top_up', 'other', 'sk') ->> 'subject' AS other;

-- Back to what the portal brought along, and to an earlier version.
SELECT result, reason FROM ntf_resetText('top_up', '', 'en');
SELECT result, reason FROM ntf_resetText('top_up', '', 'en');
SELECT result, reason, details FROM ntf_restoreText('top_up', '', 'en', 2);

ROLLBACK;
