-- How many tokens are in a bucket at a moment; null where messages are not limited.
--
--   SELECT ntf_getTokens(10, 2, 0, clock_timestamp() - interval '1 second', clock_timestamp());
--
CREATE OR REPLACE FUNCTION ntf_getTokens(
    ratePerSecond numeric,
    burst integer,
    tokens numeric,
    tokensAt timestamptz,
    moment timestamptz
)
RETURNS numeric
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        CASE WHEN ntf_getTokens.ratePerSecond IS NOT NULL THEN least(
            ntf_getTokens.burst,
            ntf_getTokens.tokens + greatest(0, extract(EPOCH FROM ntf_getTokens.moment - ntf_getTokens.tokensAt))
            * ntf_getRefill(ntf_getTokens.ratePerSecond, ntf_getTokens.burst)
        ) END
$$;

COMMENT ON FUNCTION ntf_getTokens IS
'What was there at tokensAt and what has come back since, at most burst. A clock that was put back brings nothing.';
