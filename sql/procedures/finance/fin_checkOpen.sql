-- Whether a movement still waits for a decision; null when it does, a refusal when not.
--
--   SELECT * FROM fin_checkOpen((SELECT fin_finances FROM fin_finances WHERE username = 'alice' AND id = 17));
--
CREATE OR REPLACE FUNCTION fin_checkOpen(movement fin_finances)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF movement.details ->> 'kind' = 'hold' THEN
        RETURN refuse('not_waiting', 'This is money held: capture it or let it go.');
    END IF;
    IF movement.statusID IN (3, 5) THEN
        RETURN refuse('already_posted', 'It is posted already.');
    END IF;
    IF movement.statusID = 4 THEN
        RETURN refuse('already_cancelled', 'It was cancelled already.');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkOpen IS
'Null when the movement is a request or a large posting that nobody has decided yet.
Refuses: not_waiting, already_posted, already_cancelled.';
