-- What a message of a campaign's step knows beside the person.
--
--   SELECT ntf_messageDetails(c, s) FROM ntf_campaigns AS c INNER JOIN ntf_campaignSteps AS s ON s.campaignID = c.id;
--
CREATE OR REPLACE FUNCTION ntf_messageDetails(campaign ntf_campaigns, step ntf_campaignSteps)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN jsonb_build_object(
        'text', format('campaign:%s:%s', campaign.id, step.position),
        'campaignID', campaign.id,
        'step', step.position,
        -- In real time, as messages are sent.
        'validUntil', loy_writeMoment(campaign.validUntil - (SELECT as_clock.shift FROM as_clock))
    );
END;
$$;

COMMENT ON FUNCTION ntf_messageDetails IS
'text: the kind of its text in ntf_texts; validUntil: from that moment of the real
clock on it is of no use. ntf_sendStep adds what was given.';
