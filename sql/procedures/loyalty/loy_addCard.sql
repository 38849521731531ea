-- Join a card to a person's account, or give it a new one.
--
--   SELECT * FROM loy_addCard('alice', '2900 0000 1234 5');
--
CREATE OR REPLACE FUNCTION loy_addCard(
    username text,
    number text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('number', coalesce(as_normaliseKey('card', number), number));
    request text := coalesce(requestKey, gen_random_uuid()::text);
    issued outcome;
    answer outcome;
BEGIN
    answer := loy_judge(username, 'loy_addCard', asked, requestKey, actor, 'desk');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := loy_checkAccount(username);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    IF (
        SELECT count(*)
        FROM loy_cards
        WHERE loy_cards.username = loy_addCard.username AND loy_cards.state = 'active'
    ) >= 10 THEN
        RETURN refuse('too_many_cards', 'Ten cards are enough: block one first.', '{"maximum": 10}');
    END IF;

    issued := loy_issueCard(username, number);
    IF issued.result = 0 THEN
        RETURN issued;
    END IF;

    RETURN as_record(
        username, 'loy_addCard', asked, request, actor,
        done('card_added', format('%s has the card %s.', username, issued.details ->> 'number'), issued.details)
    );
END;
$$;

COMMENT ON FUNCTION loy_addCard IS
'By the person, or by a manager for somebody else. number: what stands on the card; a new one where left out. details: number as
it is kept. Answers card_added.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, account_merged, account_blocked, too_many_cards, invalid_card, card_taken.';

GRANT EXECUTE ON FUNCTION loy_addCard TO portal_web, portal_dba;
