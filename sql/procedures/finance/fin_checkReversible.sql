-- Whether a movement can be reversed by somebody; null when it can, a refusal when not.
--
--   SELECT * FROM fin_checkReversible((SELECT fin_finances FROM fin_finances WHERE id = 17), 'mona');
--
CREATE OR REPLACE FUNCTION fin_checkReversible(movement fin_finances, actor text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF movement.statusID = 5 THEN
        RETURN refuse('already_reversed', 'It was reversed already.');
    END IF;
    IF movement.statusID <> 3 OR movement.reversesID IS NOT NULL THEN
        RETURN refuse('not_reversible', 'Only a movement that is posted, and no reversal itself, can be reversed.');
    END IF;
    IF movement.counterparty = 'income:tariff' THEN
        RETURN refuse('belongs_to_tariff', 'It belongs to a change of tariff: reverse that, trf_reverseChange.');
    END IF;
    IF fin_needsSecondPerson(actor, movement.amount) AND movement.actor = actor THEN
        RETURN refuse('same_person', 'Who posted so much does not reverse it. Another manager does.');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkReversible IS
'Null when the movement is posted, was not reversed, is no reversal and belongs to no tariff change; above the setting
secondPersonAbove the actor is not who posted it.
Refuses: already_reversed, not_reversible, belongs_to_tariff, same_person.';
