-- Whether a campaign can start; null when it can, a refusal when not.
--
--   SELECT found.* FROM ntf_campaigns AS draft CROSS JOIN ntf_checkCampaign(draft) AS found;
--
CREATE OR REPLACE FUNCTION ntf_checkCampaign(campaign ntf_campaigns)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    step ntf_campaignSteps;
    moment timestamptz := as_now();
    previous text := '';
    last text := ntf_getPortionEnd('', 20000);
    people text[];
    isFound boolean := false;
    isReached boolean := false;
    way text;
    conditions jsonb;
    answer outcome;
BEGIN
    IF campaign.validUntil <= as_now() THEN
        RETURN refuse('over_already', 'Its last day is over.', jsonb_build_object('name', campaign.name));
    END IF;
    IF campaign.validUntil <= campaign.startsAt THEN
        RETURN refuse('ends_before_start', 'It would end before it begins.');
    END IF;

    FOR step IN
        SELECT *
        FROM ntf_campaignSteps
        WHERE ntf_campaignSteps.campaignID = campaign.id
        ORDER BY ntf_campaignSteps.position
    LOOP
        PERFORM
        FROM ntf_texts
        WHERE
            ntf_texts.kind = format('campaign:%s:%s', campaign.id, step.position)
            AND ntf_texts.channel = ''
            AND ntf_texts.locale = 'en'
            AND ntf_texts.isCurrent;
        IF NOT FOUND THEN
            RETURN refuse(
                'step_text_missing', format('Step %s has no English text for every channel, which stands in for others.', step.position),
                jsonb_build_object('position', step.position)
            );
        END IF;
        answer := ntf_checkGift(step.gift, step.giftKind, step.giftValue, step.giftDays);
        IF answer.result = 0 THEN
            RETURN refuse(
                'gift_not_possible', format('Step %s: %s', step.position, answer.msg),
                jsonb_build_object('position', step.position, 'why', answer.reason)
            );
        END IF;
        IF step.condition IN ('used', 'notUsed') AND NOT EXISTS (
            SELECT
            FROM ntf_campaignSteps
            WHERE
                ntf_campaignSteps.campaignID = campaign.id
                AND ntf_campaignSteps.position < step.position
                AND ntf_campaignSteps.gift IN ('bonus', 'coupon')
        ) THEN
            RETURN refuse(
                'nothing_to_use', format('No step before step %s gives a bonus or a coupon.', step.position),
                jsonb_build_object('position', step.position)
            );
        END IF;
    END LOOP;

    FOREACH way IN ARRAY campaign.channels LOOP
        IF NOT ntf_canCarry(way) THEN
            RETURN refuse(
                'no_provider', format('Nothing carries messages on the channel %s.', way), jsonb_build_object('channel', way)
            );
        END IF;
    END LOOP;

    SELECT ntf_segments.conditions INTO STRICT conditions FROM ntf_segments WHERE ntf_segments.id = campaign.segmentID;
    answer := ntf_checkSegment(conditions);
    IF answer.result = 0 THEN
        RETURN refuse('segment_broken', format('The segment cannot be asked any more: %s', answer.msg), answer.details - 'field');
    END IF;
    WHILE last IS NOT NULL AND NOT isReached LOOP
        people := ntf_findPeople(conditions, previous, last, moment);
        isFound := isFound OR people <> '{}';
        isReached := EXISTS (SELECT FROM ntf_findReached(people, campaign.channels));
        previous := last;
        last := ntf_getPortionEnd(previous, 20000);
    END LOOP;
    IF NOT isFound THEN
        RETURN refuse('nobody_in_segment', 'There is nobody in the segment.');
    END IF;
    IF NOT isReached THEN
        RETURN refuse('nobody_reachable', 'Nobody in the segment has consented to campaigns on these channels.');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ntf_checkCampaign IS
'Asked on the review page and once more at the start. details of no_provider: channel; of what concerns a step: position.
Refuses: over_already, ends_before_start, step_text_missing, gift_not_possible (why), nothing_to_use, no_provider,
segment_broken, nobody_in_segment, nobody_reachable.';
