-- The campaign that an administrator changes, locked: done with nothing, the first answer, or a refusal.
--
--   SELECT * FROM ntf_judgeSave('ntf_saveStep', '{"campaignID": 3}', 3, '{draft}', 'key-1', 'root');
--
CREATE OR REPLACE FUNCTION ntf_judgeSave(
    procedure text,
    arguments jsonb,
    campaignID bigint,
    allowed text[],
    requestKey text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    state ntf_campaignState;
    name text;
    answer outcome;
BEGIN
    answer := as_judgeCatalogue(procedure, arguments, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    SELECT ntf_campaigns.state, ntf_campaigns.name INTO state, name
    FROM ntf_campaigns
    WHERE ntf_campaigns.id = campaignID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_campaign', format('There is no campaign %s.', campaignID));
    END IF;
    IF state <> ALL (allowed) THEN
        RETURN refuse(
            'campaign_started',
            CASE
                WHEN 'paused' = ANY (allowed) THEN format('%s is %s; it is changed while it is paused.', name, state)
                ELSE format('%s has started; what it is stays.', name)
            END,
            jsonb_build_object('name', name, 'state', state)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ntf_judgeSave IS
'allowed: the states in which it is changed: {draft}, or {draft,paused}. Null when the actor is an administrator, the request is new
and the campaign is in one of them.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
campaign_started.';
