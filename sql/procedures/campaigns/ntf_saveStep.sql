-- Say when a step of a campaign comes, who gets it and what comes with it; stepPosition null adds one at the end.
--
--   SELECT * FROM ntf_saveStep(1, NULL, waitHours => 168, condition => 'notUsed', gift => 'bonus', giftKind => 'promotional',
--       giftValue => 5, giftDays => 14);
--
CREATE OR REPLACE FUNCTION ntf_saveStep(
    campaignID bigint,
    stepPosition integer DEFAULT NULL,
    waitHours integer DEFAULT 0,
    condition text DEFAULT 'always',
    gift text DEFAULT 'none',
    giftKind text DEFAULT NULL,
    giftValue numeric DEFAULT NULL,
    giftDays integer DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object(
        'campaignID', campaignID, 'position', stepPosition, 'waitHours', waitHours, 'condition', condition, 'gift', gift,
        'giftKind', giftKind, 'giftValue', trim_scale(giftValue)::text, 'giftDays', giftDays
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    steps integer;
    place integer;
    answer outcome;
BEGIN
    answer := ntf_judgeSave('ntf_saveStep', asked, campaignID, '{draft}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    SELECT count(*)::integer INTO steps FROM ntf_campaignSteps WHERE ntf_campaignSteps.campaignID = ntf_saveStep.campaignID;
    place := coalesce(stepPosition, steps + 1);
    IF place NOT BETWEEN 1 AND steps + 1 OR (stepPosition IS NOT NULL AND place > steps) THEN
        RETURN refuse('no_such_step', format('There is no step %s.', place));
    END IF;
    IF place > 10 THEN
        RETURN refuse('too_many_steps', 'A campaign has at most 10 steps.', '{"maximum": 10}');
    END IF;
    IF waitHours IS NULL OR waitHours NOT BETWEEN 0 AND 8784 THEN
        RETURN refuse(
            'wait_out_of_range', 'Wait 0 to 8784 hours, a year.', '{"field": "waitHours", "maximum": 8784}'
        );
    END IF;
    IF condition IS NULL OR condition NOT IN ('always', 'bought', 'notBought', 'used', 'notUsed') THEN
        RETURN refuse('step_condition_unknown', 'Choose who gets it.', '{"field": "condition"}');
    END IF;
    IF place = 1 AND (condition <> 'always' OR waitHours > 0) THEN
        RETURN refuse(
            'first_is_for_all', 'The first step goes to everybody, at the start.',
            jsonb_build_object('field', CASE WHEN condition = 'always' THEN 'waitHours' ELSE 'condition' END)
        );
    END IF;
    IF condition IN ('used', 'notUsed') AND NOT EXISTS (
        SELECT
        FROM ntf_campaignSteps
        WHERE
            ntf_campaignSteps.campaignID = ntf_saveStep.campaignID
            AND ntf_campaignSteps.position < place
            AND ntf_campaignSteps.gift IN ('bonus', 'coupon')
    ) THEN
        RETURN refuse('nothing_to_use', 'No step before this one gives a bonus or a coupon.', '{"field": "condition"}');
    END IF;
    answer := ntf_checkGift(gift, giftKind, giftValue, giftDays);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    INSERT INTO ntf_campaignSteps (campaignID, position, waitHours, condition, gift, giftKind, giftValue, giftDays, updatedAt)
    VALUES (
        campaignID, place, waitHours, condition, gift,
        CASE WHEN gift IN ('bonus', 'coupon') THEN giftKind END,
        CASE WHEN gift <> 'none' THEN giftValue END,
        CASE WHEN gift <> 'none' THEN giftDays END,
        moment
    )
    ON CONFLICT ON CONSTRAINT ntf_campaignsteps_pkey DO UPDATE
    SET
        waitHours = excluded.waitHours,
        condition = excluded.condition,
        gift = excluded.gift,
        giftKind = excluded.giftKind,
        giftValue = excluded.giftValue,
        giftDays = excluded.giftDays,
        updatedAt = excluded.updatedAt;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_saveStep', asked, request, actor,
        done(
            'step_saved', format('Step %s is saved.', place),
            jsonb_build_object('campaignID', campaignID, 'position', place)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_saveStep IS
'Of a draft. waitHours: after the step before. condition: always, bought, notBought (since the person takes part), used, notUsed
(a bonus or coupon of an earlier step). gift: none, bonus (giftKind: its kind; giftDays null: by the rule of the kind), coupon
(giftKind: percentage or amount) or discount (per cent); giftDays: so many days it is valid. details: campaignID, position.
Done: step_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
campaign_started, no_such_step, too_many_steps, wait_out_of_range, step_condition_unknown, first_is_for_all, nothing_to_use,
gift_unknown, no_such_kind, kind_inactive, not_a_bonus, amount_missing, amount_not_a_number, amount_not_positive,
amount_too_large, amount_too_precise, percentage_out_of_range, days_out_of_range.';

GRANT EXECUTE ON FUNCTION ntf_saveStep TO portal_web, portal_dba;
