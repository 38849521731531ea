-- Block a lost card: nobody is identified by it any more.
--
--   SELECT * FROM loy_blockCard('alice', '2900 0000 1234 5');
--
CREATE OR REPLACE FUNCTION loy_blockCard(
    username text,
    number text,
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
    asked jsonb := jsonb_build_object('number', coalesce(as_normaliseKey('card', number), number), 'note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    wanted text := as_normaliseKey('card', number);
    card loy_cards;
    answer outcome;
BEGIN
    answer := loy_judge(username, 'loy_blockCard', asked, requestKey, actor, 'desk');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    IF length(note) > 1000 THEN
        RETURN refuse('too_long', 'A note has at most 1000 characters.', '{"field": "note", "maximum": 1000}');
    END IF;
    SELECT * INTO card
    FROM loy_cards
    WHERE loy_cards.number = wanted AND loy_cards.username = loy_blockCard.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_card', format('%s has no card %s.', username, number), '{"field": "number"}');
    END IF;
    IF card.state <> 'active' THEN
        RETURN refuse(
            'card_not_active', format('The card %s is %s already.', card.number, card.state),
            jsonb_build_object('field', 'number', 'state', card.state)
        );
    END IF;

    UPDATE loy_cards
    SET state = 'blocked', endedAt = as_now()
    WHERE loy_cards.number = card.number;
    DELETE FROM as_userKeys WHERE as_userKeys.key = 'card:' || card.number;

    RETURN as_record(
        username, 'loy_blockCard', asked, request, actor,
        done('card_blocked', format('The card %s is blocked.', card.number), jsonb_build_object('number', card.number))
    );
END;
$$;

COMMENT ON FUNCTION loy_blockCard IS
'By the person, or by a manager for somebody else. The bonuses stay; other cards and the phone identify as before. details:
number. Answers card_blocked.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, too_long, no_such_card, card_not_active.';

GRANT EXECUTE ON FUNCTION loy_blockCard TO portal_web, portal_dba;
