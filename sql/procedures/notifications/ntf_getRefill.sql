-- How many tokens a second come back into the bucket of a provider that takes so many messages a second.
--
--   SELECT ntf_getRefill(10, 2);
--
CREATE OR REPLACE FUNCTION ntf_getRefill(ratePerSecond numeric, burst integer)
RETURNS numeric
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        CASE
            -- What is allowed now arrives within half a second or is not sent: so in one second arrives what was allowed in 1.5.
            WHEN ntf_getRefill.ratePerSecond >= 1
                THEN (ntf_getRefill.ratePerSecond - least(ntf_getRefill.burst, ntf_getRefill.ratePerSecond) + 1) / 1.5
            -- And of less than one a second two must not come closer together for that.
            ELSE ntf_getRefill.ratePerSecond / (1 + ntf_getRefill.ratePerSecond / 2)
        END
$$;

COMMENT ON FUNCTION ntf_getRefill IS
'So few that a full bucket of burst tokens and what comes back in 1.5 seconds are never more messages than ratePerSecond; of
less than one a second so few that a message comes half a second later than it may.';
