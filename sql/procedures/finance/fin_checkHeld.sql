-- Whether a movement is money held; null when it is, a refusal when not.
--
--   SELECT * FROM fin_checkHeld((SELECT fin_finances FROM fin_finances WHERE username = 'alice' AND id = 17));
--
CREATE OR REPLACE FUNCTION fin_checkHeld(movement fin_finances)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF movement.details ->> 'kind' IS DISTINCT FROM 'hold' THEN
        RETURN refuse('not_held', 'This movement never held money.');
    END IF;
    IF movement.statusID = 6 THEN
        RETURN refuse('already_captured', 'It is captured already.');
    END IF;
    IF movement.statusID = 4 THEN
        RETURN refuse('already_voided', 'It was let go already.');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkHeld IS
'Null when the movement is a hold that was neither captured nor let go.
Refuses: not_held, already_captured, already_voided.';
