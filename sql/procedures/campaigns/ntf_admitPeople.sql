-- Let the next portion of a segment's people take part in a campaign that runs.
--
--   SELECT ntf_admitPeople(ntf_campaigns, 20000) FROM ntf_campaigns WHERE id = 1;
--
CREATE OR REPLACE FUNCTION ntf_admitPeople(campaign ntf_campaigns, atMost integer)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    realMoment timestamptz := clock_timestamp();
    first ntf_campaignSteps;
    work ntf_campaignWork;
    last text;
    nextDueAt timestamptz;
    admitted bigint;
BEGIN
    SELECT * INTO STRICT work FROM ntf_campaignWork WHERE ntf_campaignWork.campaignID = campaign.id;
    SELECT * INTO STRICT first
    FROM ntf_campaignSteps
    WHERE ntf_campaignSteps.campaignID = campaign.id AND ntf_campaignSteps.position = 1;

    last := ntf_getPortionEnd(work.username, atMost);
    IF last IS NULL THEN
        UPDATE ntf_campaignWork
        SET isAdmitted = true, updatedAt = realMoment
        WHERE ntf_campaignWork.campaignID = campaign.id;
        RETURN 0::bigint;
    END IF;

    -- Where nothing is given with it, the first message is written at once.
    IF first.gift = 'none' THEN
        SELECT moment + make_interval(hours => ntf_campaignSteps.waitHours) INTO nextDueAt
        FROM ntf_campaignSteps
        WHERE ntf_campaignSteps.campaignID = campaign.id AND ntf_campaignSteps.position = 2;
    ELSE
        nextDueAt := moment;
    END IF;
    INSERT INTO ntf_campaignPeople (username, campaignID, isControl, step, dueAt, joinedAt)
    SELECT
        found.username, campaign.id, found.isControl,
        CASE WHEN found.isControl OR first.gift <> 'none' THEN 0 ELSE 1 END,
        CASE WHEN NOT found.isControl THEN nextDueAt END,
        moment
    FROM (
        SELECT reached.username, ntf_isControl(reached.username, campaign.id, campaign.controlShare) AS isControl
        FROM ntf_findReached(ntf_findPeople(campaign.conditions, work.username, last, moment), campaign.channels) AS reached
    ) AS found
    ON CONFLICT ON CONSTRAINT ntf_campaignpeople_pkey DO NOTHING;
    GET DIAGNOSTICS admitted = ROW_COUNT;
    IF first.gift = 'none' AND admitted > 0 THEN
        PERFORM ntf_writeMessages(campaign, first, ARRAY(
            SELECT ntf_campaignPeople.username
            FROM ntf_campaignPeople
            WHERE
                ntf_campaignPeople.campaignID = campaign.id
                AND ntf_campaignPeople.username > work.username
                AND ntf_campaignPeople.username <= last
                AND NOT ntf_campaignPeople.isControl
        ));
    END IF;

    UPDATE ntf_campaignWork
    SET username = last, updatedAt = realMoment
    WHERE ntf_campaignWork.campaignID = campaign.id;

    RETURN admitted;
END;
$$;

COMMENT ON FUNCTION ntf_admitPeople IS
'Loader. Of the next atMost people after those who were looked at, by username: whoever belongs to the segment and wants campaigns
on one of the channels; the control group is drawn. Called under the lock of the campaign''s row. Answers how many take part.';
