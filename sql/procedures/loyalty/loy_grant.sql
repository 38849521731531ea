-- Give a person bonuses by hand.
--
--   SELECT * FROM loy_grant('alice', 'promotional', 20, note => 'The delivery was late');
--
CREATE OR REPLACE FUNCTION loy_grant(
    username text,
    kind text,
    amount numeric,
    scope jsonb DEFAULT NULL,
    validFrom timestamptz DEFAULT NULL,
    validTo timestamptz DEFAULT NULL,
    note text DEFAULT '',
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
        'kind', kind, 'amount', trim_scale(amount)::text, 'scope', scope, 'validFrom', loy_writeMoment(validFrom),
        'validTo', loy_writeMoment(validTo), 'note', note
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    rule loy_kinds;
    begins timestamptz;
    ends timestamptz;
    lot bigint;
    answer outcome;
BEGIN
    answer := loy_judge(username, 'loy_grant', asked, requestKey, actor, 'manager');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := loy_checkAccount(username);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    SELECT * INTO rule FROM loy_kinds WHERE loy_kinds.code = loy_grant.kind;
    IF NOT FOUND THEN
        RETURN refuse('no_such_kind', format('There is no kind of bonuses %s.', kind), '{"field": "kind"}');
    END IF;
    IF NOT rule.isActive THEN
        RETURN refuse('kind_inactive', format('Bonuses of the kind %s are not given any more.', kind), '{"field": "kind"}');
    END IF;
    answer := fin_checkAmount(amount);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    IF scope IS NOT NULL AND loy_readScope(scope) IS NULL THEN
        RETURN refuse(
            'invalid_scope', 'Say what it pays as {"brand": ["columbia"]}.', jsonb_build_object('field', 'scope')
        );
    END IF;
    IF length(note) > 1000 THEN
        RETURN refuse('too_long', 'A note has at most 1000 characters.', '{"field": "note", "maximum": 1000}');
    END IF;

    IF validFrom NOT BETWEEN as_now() - interval '100 years' AND as_now() + interval '100 years' THEN
        RETURN refuse('invalid_value', 'That is too far from today.', jsonb_build_object('field', 'validFrom'));
    END IF;
    IF isfinite(validTo) AND validTo NOT BETWEEN as_now() - interval '100 years' AND as_now() + interval '200 years' THEN
        RETURN refuse('invalid_value', 'That is too far from today.', jsonb_build_object('field', 'validTo'));
    END IF;
    SELECT coalesce(loy_grant.validFrom, found.validFrom), coalesce(loy_grant.validTo, found.validTo) INTO begins, ends
    FROM loy_validityOf(kind, coalesce(loy_grant.validFrom, as_now())) AS found;
    IF validTo IS NOT NULL AND validFrom IS NULL THEN
        begins := as_now();
    END IF;
    IF ends <= begins THEN
        RETURN refuse('ends_before_start', 'It would end before it begins.', jsonb_build_object('field', 'validTo'));
    END IF;
    IF ends <= as_now() THEN
        RETURN refuse('over_already', 'That moment is over.', jsonb_build_object('field', 'validTo'));
    END IF;

    lot := loy_addLot(
        username, kind, amount, loy_readScope(scope), begins, ends,
        moveKind => 'grant', note => btrim(coalesce(note, '')), requestKey => request, actor => actor
    );

    RETURN as_record(
        username, 'loy_grant', asked, request, actor,
        done(
            'bonuses_granted',
            format('%s has %s more.', username, amount::numeric(14, 2)),
            jsonb_build_object(
                'lotID', lot, 'kind', kind, 'unit', rule.unit, 'amount', amount::numeric(14, 2)::text,
                'validFrom', loy_writeMoment(begins), 'validTo', loy_writeMoment(ends),
                'balance', loy_getBalance(username, unit => rule.unit)::text
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_grant IS
'By a manager. scope: what it can pay, that of the kind where left out. validFrom and validTo: by the rule of the kind where left
out, counted from validFrom. details: lotID, kind, unit, amount, validFrom, validTo, balance (what counts now). Answers
bonuses_granted.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, account_merged, account_blocked, no_such_kind, kind_inactive, amount_missing, amount_not_a_number,
amount_not_positive, amount_too_large, amount_too_precise, invalid_scope, too_long, ends_before_start, over_already.';

GRANT EXECUTE ON FUNCTION loy_grant TO portal_web, portal_dba;
