-- Do the next portion of a running campaign's work: find people, write messages, or end it.
--
--   SELECT * FROM ntf_planCampaign(1);
--
CREATE OR REPLACE FUNCTION ntf_planCampaign(campaignID bigint, atMost integer DEFAULT 20000)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    realMoment timestamptz := clock_timestamp();
    campaign ntf_campaigns;
    work ntf_campaignWork;
    step ntf_campaignSteps;
    people text[];
    written bigint;
    released bigint;
BEGIN
    -- One plans, and nobody pauses or stops in the middle of a portion.
    SELECT * INTO campaign FROM ntf_campaigns WHERE ntf_campaigns.id = campaignID FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_campaign', format('There is no campaign %s.', campaignID));
    END IF;
    -- What goes out, and what is given up, is judged by workers.
    IF campaign.heldUntil IS NOT NULL AND campaign.state <> 'paused' AND campaign.figures IS NULL THEN
        released := ntf_releaseMessages(campaign, atMost);
        IF released > 0 THEN
            RETURN done(
                'messages_released', 'A portion of what a pause has put off is due.',
                jsonb_build_object('people', released, 'isFinished', false)
            );
        END IF;
    END IF;
    IF campaign.state IN ('stopped', 'finished') AND campaign.figures IS NULL THEN
        -- Nothing is counted any more once the last one's days are over.
        IF campaign.endedAt + make_interval(days => campaign.purchaseDays + 1) <= moment THEN
            UPDATE ntf_campaigns
            SET figures = ntf_countResults(campaign)
            WHERE ntf_campaigns.id = campaign.id;
            RETURN done('campaign_closed', 'The results are kept.', '{"people": 0, "isFinished": true}');
        END IF;
        RETURN done('nothing_due', 'Purchases count still.', '{"people": 0, "isFinished": true}');
    END IF;
    IF campaign.state <> 'running' THEN
        RETURN refuse('not_in_this_state', format('%s is %s.', campaign.name, campaign.state));
    END IF;
    IF campaign.startsAt > moment THEN
        RETURN done('nothing_due', 'It starts later.', '{"people": 0, "isFinished": true}');
    END IF;

    SELECT * INTO STRICT work FROM ntf_campaignWork WHERE ntf_campaignWork.campaignID = campaign.id;
    IF campaign.validUntil > moment THEN
        IF NOT work.isAdmitted THEN
            RETURN done(
                'people_admitted', 'A portion of people was looked at.',
                jsonb_build_object('people', ntf_admitPeople(campaign, atMost), 'isFinished', false)
            );
        END IF;

        SELECT due.* INTO step
        FROM ntf_campaignPeople
        INNER JOIN ntf_campaignSteps AS due
            ON due.campaignID = ntf_campaignPeople.campaignID AND due.position = ntf_campaignPeople.step + 1
        WHERE
            ntf_campaignPeople.campaignID = campaign.id
            AND ntf_campaignPeople.dueAt <= moment
            AND due.gift = 'none'
        ORDER BY ntf_campaignPeople.dueAt
        LIMIT 1;
        IF FOUND THEN
            people := ARRAY(
                SELECT ntf_campaignPeople.username
                FROM ntf_campaignPeople
                WHERE
                    ntf_campaignPeople.campaignID = campaign.id
                    AND ntf_campaignPeople.dueAt <= moment
                    AND ntf_campaignPeople.step = step.position - 1
                ORDER BY ntf_campaignPeople.dueAt
                LIMIT atMost
            );
            written := ntf_writeMessages(campaign, step, people);
            PERFORM ntf_moveOn(campaign.id, step.position, people);
            RETURN done(
                'step_planned', format('Step %s of %s people.', step.position, cardinality(people)),
                jsonb_build_object(
                    'people', cardinality(people), 'messages', written, 'position', step.position, 'isFinished', false
                )
            );
        END IF;

        IF EXISTS (
            SELECT
            FROM ntf_campaignPeople
            WHERE ntf_campaignPeople.campaignID = campaign.id AND ntf_campaignPeople.dueAt IS NOT NULL
        ) THEN
            RETURN done('nothing_due', 'The next steps are not due yet.', '{"people": 0, "isFinished": true}');
        END IF;
    END IF;

    -- Messages that waited too long are dropped when they are taken.
    IF campaign.validUntil > moment AND EXISTS (
        SELECT
        FROM ntf_campaignMessages
        WHERE
            ntf_campaignMessages.message_key IN (
                SELECT format('campaign:%s:%s', campaign.id, ntf_campaignSteps.position)
                FROM ntf_campaignSteps
                WHERE ntf_campaignSteps.campaignID = campaign.id
            )
            AND ntf_campaignMessages.state IN ('new', 'sending')
    ) THEN
        RETURN done('nothing_due', 'Messages are on their way.', '{"people": 0, "isFinished": true}');
    END IF;
    UPDATE ntf_campaigns
    SET state = 'finished', endedAt = moment, updatedAt = realMoment
    WHERE ntf_campaigns.id = campaign.id;

    RETURN done('campaign_finished', format('%s is finished.', campaign.name), '{"people": 0, "isFinished": true}');
END;
$$;

COMMENT ON FUNCTION ntf_planCampaign IS
'Called by the job campaigns.steps until details.isFinished. Each call is one portion in one transaction, so that a worker may be
killed between any two of them or within one: what is written and how far it is are the same. What a pause has put off comes back
first. Steps that give something are ntf_sendStep''s, a person at a time. Once everything has gone out, or the last day is over,
the campaign is finished, and when purchaseDays are over too its results are kept. details: people (of this portion), isFinished
(nothing more is to be done now).
Done: messages_released, people_admitted, step_planned (messages, position), nothing_due, campaign_finished, campaign_closed.
Refuses: no_such_campaign, not_in_this_state.';

GRANT EXECUTE ON FUNCTION ntf_planCampaign TO portal_marketing, portal_dba;
