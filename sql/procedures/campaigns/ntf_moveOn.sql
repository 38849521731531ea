-- Note that a step was decided for people, and when their next one is due.
--
--   SELECT ntf_moveOn(1, 2, '{alice,bob}');
--
CREATE OR REPLACE FUNCTION ntf_moveOn(campaignID bigint, stepPosition integer, people text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    nextDueAt timestamptz := as_now() + (
        SELECT make_interval(hours => ntf_campaignSteps.waitHours)
        FROM ntf_campaignSteps
        WHERE ntf_campaignSteps.campaignID = ntf_moveOn.campaignID AND ntf_campaignSteps.position = ntf_moveOn.stepPosition + 1
    );
BEGIN
    UPDATE ntf_campaignPeople
    SET step = stepPosition, dueAt = nextDueAt
    WHERE
        ntf_campaignPeople.campaignID = ntf_moveOn.campaignID
        AND ntf_campaignPeople.username = ANY (people)
        AND ntf_campaignPeople.step = stepPosition - 1;
END;
$$;

COMMENT ON FUNCTION ntf_moveOn IS 'Whether they got it or not: each step is decided once a person.';
