-- Let the next portion of what a pause of a campaign has put off be due.
--
--   SELECT ntf_releaseMessages(ntf_campaigns, 20000) FROM ntf_campaigns WHERE id = 1;
--
CREATE OR REPLACE FUNCTION ntf_releaseMessages(campaign ntf_campaigns, atMost integer)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    released bigint;
BEGIN
    -- BETWEEN and ORDER BY say what = alone would: with them it is read in the order of job_outbox_campaigns, and by place it is
    -- written. Where nearly everything is put off, either would else go through all of the outbox for every portion.
    UPDATE job_outbox
    SET notBefore = moment
    WHERE job_outbox.ctid = ANY (ARRAY(
        SELECT held.place
        FROM ntf_campaignSteps AS step
        CROSS JOIN unnest(campaign.channels) AS way (code)
        CROSS JOIN LATERAL (
            SELECT job_outbox.ctid AS place
            FROM job_outbox
            WHERE
                job_outbox.kind = 'campaign'
                AND job_outbox.dedupKey = format('campaign:%s:%s', campaign.id, step.position)
                AND job_outbox.channel = way.code
                AND job_outbox.state = 'new'
                AND job_outbox.notBefore BETWEEN campaign.heldUntil AND campaign.heldUntil
            ORDER BY job_outbox.notBefore
            LIMIT atMost
            -- What somebody else has in hand at this moment is found the next time.
            FOR NO KEY UPDATE SKIP LOCKED
        ) AS held
        WHERE step.campaignID = campaign.id
        LIMIT atMost
    ));
    GET DIAGNOSTICS released = ROW_COUNT;

    RETURN released;
END;
$$;

COMMENT ON FUNCTION ntf_releaseMessages IS
'Loader, under the lock of the campaign''s row. Asked as long as the campaign has a heldUntil, not only until nothing is left: a worker
that judged a message during the pause may put it off after the campaign was resumed. Answers how many.';
