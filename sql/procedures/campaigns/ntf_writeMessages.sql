-- Write the messages of a step without a gift for a portion of people.
--
--   SELECT ntf_writeMessages(c, s, '{alice,bob}') FROM ntf_campaigns AS c INNER JOIN ntf_campaignSteps AS s ON s.campaignID = c.id;
--
CREATE OR REPLACE FUNCTION ntf_writeMessages(campaign ntf_campaigns, step ntf_campaignSteps, people text[])
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    key text := format('campaign:%s:%s', campaign.id, step.position);
    told jsonb := ntf_messageDetails(campaign, step);
    ways text[] := campaign.channels;
    written bigint;
BEGIN
    INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt)
    SELECT
        chosen.username, 'campaign', key, ways[chosen.place], told, 'new', 0,
        CASE WHEN ways[chosen.place] = 'cabinet' THEN moment ELSE greatest(busy.until, moment) END, moment
    FROM ntf_findReached(people, ways) AS chosen
    INNER JOIN ntf_campaignPeople AS taking
        ON taking.username = chosen.username AND taking.campaignID = campaign.id AND NOT taking.isControl
    -- By key for each of them: the outbox grows while this is written.
    LEFT JOIN LATERAL (
        SELECT ntf_busyPeople.until
        FROM ntf_busyPeople
        WHERE ntf_busyPeople.username = chosen.username
        LIMIT 1
    ) AS busy ON true
    WHERE
        step.condition = 'always'
        OR ntf_isMet(chosen.username, campaign.id, step.position, step.condition, taking.joinedAt)
    ON CONFLICT ON CONSTRAINT job_outbox_once DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;

    RETURN written;
END;
$$;

COMMENT ON FUNCTION ntf_writeMessages IS
'Loader: one row of the outbox a person, on the first channel that the person wants at this moment; nobody locked, nobody of the
control group, nobody of whom the condition is not true. Who has had enough this week gets it when that is over. Answers how
many.';
