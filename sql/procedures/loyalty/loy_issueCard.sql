-- Give a person a card, with a number of theirs or a new one.
--
--   SELECT * FROM loy_issueCard('alice', '2900 0000 1234 5');
--
CREATE OR REPLACE FUNCTION loy_issueCard(username text, number text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    wanted text := as_normaliseKey('card', number);
    blame jsonb := jsonb_build_object('field', 'number');
BEGIN
    IF number IS NOT NULL AND wanted IS NULL THEN
        RETURN refuse('invalid_card', 'A card number has 4 to 32 letters and digits.', blame);
    END IF;
    -- Whoever types another's phone at a till must not come to this card.
    IF EXISTS (
        SELECT
        FROM as_userKeys
        WHERE
            as_userKeys.key = 'phone:' || as_normaliseKey('phone', number)
            AND as_userKeys.username <> loy_issueCard.username
    ) THEN
        RETURN refuse('card_taken', 'This number belongs to somebody.', blame);
    END IF;

    LOOP
        IF number IS NULL THEN
            wanted := loy_newCardNumber();
        END IF;
        INSERT INTO loy_cards (number, username, state, createdAt)
        VALUES (wanted, username, 'active', moment)
        ON CONFLICT ON CONSTRAINT loy_cards_pkey DO NOTHING;
        EXIT WHEN FOUND;
        IF number IS NOT NULL THEN
            RETURN refuse('card_taken', 'There is a card with this number already.', blame);
        END IF;
    END LOOP;
    INSERT INTO as_userKeys (key, username, createdAt) VALUES ('card:' || wanted, username, moment);

    RETURN done('card_issued', format('%s has the card %s.', username, wanted), jsonb_build_object('number', wanted));
END;
$$;

COMMENT ON FUNCTION loy_issueCard IS
'Called under the lock of the account. number null: a new one. details: number as it is kept. A number is never given a second
time, not even to the same person.
Refuses: invalid_card, card_taken.';
