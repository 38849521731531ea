-- Give a person what the next step of a campaign gives, and write the message that tells of it.
--
--   SELECT * FROM ntf_sendStep('alice', 1);
--
CREATE OR REPLACE FUNCTION ntf_sendStep(username text, campaignID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    member as_users;
    account loy_accounts;
    taking ntf_campaignPeople;
    campaign ntf_campaigns;
    step ntf_campaignSteps;
    way text;
    why text;
    given jsonb;
    until timestamptz;
BEGIN
    SELECT * INTO member FROM as_users WHERE as_users.username = ntf_sendStep.username FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    account := loy_openAccount(username);
    SELECT * INTO taking
    FROM ntf_campaignPeople
    WHERE ntf_campaignPeople.username = ntf_sendStep.username AND ntf_campaignPeople.campaignID = ntf_sendStep.campaignID
    FOR NO KEY UPDATE;
    -- A pause that comes at this moment waits for the end of it.
    SELECT * INTO campaign FROM ntf_campaigns WHERE ntf_campaigns.id = ntf_sendStep.campaignID FOR SHARE;
    IF taking.username IS NULL THEN
        RETURN refuse('no_such_person', format('%s does not take part.', username));
    END IF;
    IF campaign.state <> 'running' OR campaign.validUntil <= as_now() THEN
        RETURN refuse('not_in_this_state', format('%s is %s.', campaign.name, campaign.state));
    END IF;
    SELECT * INTO step
    FROM ntf_campaignSteps
    WHERE ntf_campaignSteps.campaignID = campaign.id AND ntf_campaignSteps.position = taking.step + 1;
    IF (taking.dueAt <= as_now()) IS NOT TRUE OR step.position IS NULL OR step.gift = 'none' THEN
        RETURN refuse('nothing_due', format('Nothing is due for %s.', username));
    END IF;

    SELECT campaign.channels[found.place] INTO way
    FROM ntf_findReached(ARRAY[username], campaign.channels) AS found;
    why := CASE
        WHEN member.isLocked OR account.mergedInto IS NOT NULL THEN 'left'
        WHEN step.gift = 'bonus' AND account.isBlocked THEN 'blocked'
        WHEN way IS NULL THEN 'unwanted'
        WHEN NOT ntf_isMet(username, campaign.id, step.position, step.condition, taking.joinedAt) THEN 'condition'
    END;
    PERFORM ntf_moveOn(campaign.id, step.position, ARRAY[username]);
    IF why IS NOT NULL THEN
        RETURN done('step_skipped', format('Step %s is not for %s.', step.position, username), jsonb_build_object('why', why));
    END IF;

    given := ntf_giveGift(username, campaign, step);
    SELECT ntf_busyPeople.until INTO until FROM ntf_busyPeople WHERE ntf_busyPeople.username = ntf_sendStep.username;
    INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt)
    VALUES (
        username, 'campaign', format('campaign:%s:%s', campaign.id, step.position), way,
        ntf_messageDetails(campaign, step) || given, 'new', 0,
        CASE WHEN way = 'cabinet' THEN moment ELSE greatest(until, moment) END, moment
    )
    ON CONFLICT ON CONSTRAINT job_outbox_once DO NOTHING;

    RETURN done('step_sent', format('%s has it.', username), given);
END;
$$;

COMMENT ON FUNCTION ntf_sendStep IS
'The gift, its message and that the step is decided: one transaction, once a (person, campaign, step). Skipped (why): left (locked,
erased or merged), blocked (a bonus, and the club account is blocked), unwanted (no consent any more), condition. Who gets no
message gets no gift. details: code, bonus, discount, until, as the text may name them.
Done: step_sent, step_skipped.
Refuses: no_such_user, no_such_person, not_in_this_state, nothing_due.';

GRANT EXECUTE ON FUNCTION ntf_sendStep TO portal_marketing, portal_dba;
