-- Whether a movement is so large that one manager alone does not decide it.
--
--   SELECT fin_needsSecondPerson('mona', 1500.00);
--
CREATE OR REPLACE FUNCTION fin_needsSecondPerson(actor text, amount numeric)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN actor IS NOT NULL AND abs(amount) > (SELECT as_clock.secondPersonAbove FROM as_clock);
END;
$$;

COMMENT ON FUNCTION fin_needsSecondPerson IS
'True for an actor''s movement above the setting secondPersonAbove; a database administrator, who gives no actor, is not
bound by it.';
