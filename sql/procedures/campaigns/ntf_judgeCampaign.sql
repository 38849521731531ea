-- Whether a message of a campaign may go out at this moment.
--
--   SELECT * FROM ntf_judgeCampaign('alice', '{"campaignID": 1, "step": 1}');
--
CREATE OR REPLACE FUNCTION ntf_judgeCampaign(username text, details jsonb)
RETURNS ntf_verdict
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    about record;
BEGIN
    SELECT
        ntf_campaigns.id, ntf_campaigns.state, ntf_campaigns.validUntil, ntf_campaigns.heldUntil,
        ntf_campaignSteps.position, ntf_campaignSteps.condition, ntf_campaignSteps.gift, taking.joinedAt, member.isLocked, account.mergedInto
    INTO about
    FROM ntf_campaigns
    INNER JOIN ntf_campaignSteps
        ON
            ntf_campaignSteps.campaignID = ntf_campaigns.id
            AND ntf_campaignSteps.position = (ntf_judgeCampaign.details ->> 'step')::integer
    INNER JOIN ntf_campaignPeople AS taking
        ON taking.username = ntf_judgeCampaign.username AND taking.campaignID = ntf_campaigns.id
    INNER JOIN as_users AS member ON member.username = taking.username
    INNER JOIN loy_accounts AS account ON account.username = taking.username
    WHERE ntf_campaigns.id = (ntf_judgeCampaign.details ->> 'campaignID')::bigint;

    IF NOT FOUND THEN
        RETURN ROW('drop', NULL, 'no_such_campaign')::ntf_verdict;
    END IF;
    IF about.state = 'stopped' THEN
        RETURN ROW('drop', NULL, 'campaign_stopped')::ntf_verdict;
    END IF;
    IF about.validUntil <= as_now() THEN
        RETURN ROW('drop', NULL, 'campaign_over')::ntf_verdict;
    END IF;
    IF about.isLocked OR about.mergedInto IS NOT NULL THEN
        RETURN ROW('drop', NULL, 'person_left')::ntf_verdict;
    END IF;
    IF about.state = 'paused' THEN
        RETURN ROW(
            'hold',
            CASE
                WHEN about.heldUntil > clock_timestamp() THEN about.heldUntil
                -- Only where somebody has moved the clock of a demo back.
                ELSE clock_timestamp() + interval '15 minutes'
            END,
            'campaign_paused'
        )::ntf_verdict;
    END IF;
    -- What was given is told of in any case.
    IF about.gift = 'none' AND NOT ntf_isMet(username, about.id, about.position, about.condition, about.joinedAt) THEN
        RETURN ROW(
            'drop', NULL, CASE about.condition WHEN 'notBought' THEN 'already_bought' ELSE 'condition_gone' END
        )::ntf_verdict;
    END IF;

    RETURN ROW('send', NULL, NULL)::ntf_verdict;
END;
$$;

COMMENT ON FUNCTION ntf_judgeCampaign IS
'For ntf_judge, of messages of the kind campaign; details: those of the message. why: no_such_campaign, campaign_stopped,
campaign_over, person_left (locked, erased or merged), campaign_paused (put off until heldUntil, from where ntf_releaseMessages
brings it back), already_bought, condition_gone.';
