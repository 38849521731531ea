-- Give a person another card in the place of one.
--
--   SELECT * FROM loy_replaceCard('alice', '2900 0000 1234 5', '2900 0000 5432 1');
--
CREATE OR REPLACE FUNCTION loy_replaceCard(
    username text,
    oldNumber text,
    newNumber text DEFAULT NULL,
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
        'oldNumber', coalesce(as_normaliseKey('card', oldNumber), oldNumber),
        'newNumber', coalesce(as_normaliseKey('card', newNumber), newNumber)
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    old text := as_normaliseKey('card', oldNumber);
    card loy_cards;
    issued outcome;
    answer outcome;
BEGIN
    answer := loy_judge(username, 'loy_replaceCard', asked, requestKey, actor, 'desk');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := loy_checkAccount(username);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    SELECT * INTO card
    FROM loy_cards
    WHERE loy_cards.number = old AND loy_cards.username = loy_replaceCard.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_card', format('%s has no card %s.', username, oldNumber), '{"field": "oldNumber"}');
    END IF;
    IF card.state = 'replaced' THEN
        RETURN refuse(
            'card_not_active', format('The card %s is replaced already.', card.number),
            jsonb_build_object('field', 'oldNumber', 'state', card.state)
        );
    END IF;
    issued := loy_issueCard(username, newNumber);
    IF issued.result = 0 THEN
        issued.details := jsonb_build_object('field', 'newNumber');
        RETURN issued;
    END IF;

    UPDATE loy_cards
    SET state = 'replaced', replacedBy = issued.details ->> 'number', endedAt = coalesce(loy_cards.endedAt, as_now())
    WHERE loy_cards.number = card.number;
    DELETE FROM as_userKeys WHERE as_userKeys.key = 'card:' || card.number;

    RETURN as_record(
        username, 'loy_replaceCard', asked, request, actor,
        done(
            'card_replaced',
            format('%s has the card %s instead of %s.', username, issued.details ->> 'number', card.number),
            jsonb_build_object('number', issued.details ->> 'number', 'replaced', card.number)
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_replaceCard IS
'By the person, or by a manager for somebody else. The old one may be blocked already. newNumber: a new one where left out.
details: number, replaced. Answers card_replaced.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, account_merged, account_blocked, no_such_card, card_not_active, invalid_card, card_taken.';

GRANT EXECUTE ON FUNCTION loy_replaceCard TO portal_web, portal_dba;
