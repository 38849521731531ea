-- The messages of campaigns, and what became of each.
--
--   SELECT state, count(*) FROM ntf_campaignMessages WHERE message_key = 'campaign:1:1' GROUP BY state;
--
CREATE OR REPLACE VIEW ntf_campaignMessages AS
SELECT
    job_outbox.username,
    job_outbox.id,
    -- As a number only where a row is looked at: the index knows the key.
    job_outbox.dedupKey AS message_key,
    job_outbox.channel,
    job_outbox.state,
    job_outbox.notBefore AS due,
    job_outbox.createdAt AS created,
    job_outbox.deliveredAt AS delivered,
    job_outbox.price
FROM job_outbox
WHERE job_outbox.kind = 'campaign';

COMMENT ON VIEW ntf_campaignMessages IS
'message_key is campaign:<campaignID>:<position>, as the kind of its text. due: not before then. delivered: when a provider has
reported so; price: what it cost.';

GRANT SELECT ON ntf_campaignMessages TO portal_dba, portal_report;
