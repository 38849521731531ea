-- End a personal discount that was given by hand.
--
--   SELECT * FROM cpn_endPersonalDiscount('alice', 7);
--
CREATE OR REPLACE FUNCTION cpn_endPersonalDiscount(
    username text,
    id bigint,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('id', id);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := as_now();
    member as_users;
    discount cpn_personalDiscounts;
    source text;
    earlier outcome;
    refusal outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = cpn_endPersonalDiscount.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'cpn_endPersonalDiscount', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO discount
    FROM cpn_personalDiscounts
    WHERE
        cpn_personalDiscounts.id = cpn_endPersonalDiscount.id
        AND cpn_personalDiscounts.username = cpn_endPersonalDiscount.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_discount', format('%s has no personal discount %s.', member.name, id), '{"field": "id"}');
    END IF;
    IF discount.endedAt IS NOT NULL THEN
        RETURN refuse('already_ended', 'This discount has been ended before.', jsonb_build_object('at', discount.endedAt));
    END IF;
    IF discount.sourceID IS NOT NULL THEN
        SELECT cpn_sources.name INTO source FROM cpn_sources WHERE cpn_sources.id = discount.sourceID;
        RETURN refuse(
            'discount_of_source',
            format('It comes from %s, and would come again with the next import. End it there.', source),
            jsonb_build_object('source', source)
        );
    END IF;

    UPDATE cpn_personalDiscounts SET endedAt = moment WHERE cpn_personalDiscounts.id = discount.id;

    RETURN as_record(username, 'cpn_endPersonalDiscount', asked, request, actor, done(
        'discount_ended',
        format('%s has no %s %% off any more: %s.', member.name, trim_scale(discount.percentage), discount.reason),
        jsonb_build_object(
            'username', member.username,
            'discountID', discount.id,
            'name', member.name,
            'percentage', discount.percentage::text,
            'share', trim_scale(discount.percentage),
            'reason', discount.reason
        )
    ));
END;
$$;

COMMENT ON FUNCTION cpn_endPersonalDiscount IS
'Ends a personal discount from this moment on; it stays in the history. What a source brought is ended there, since the source
is the truth. Answers discount_ended.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, no_such_discount, already_ended, discount_of_source (source).';

GRANT EXECUTE ON FUNCTION cpn_endPersonalDiscount TO portal_web, portal_dba;
