-- A number that differs where a balance does.
--
--   SELECT loy_lotChecksum(17, 'regular', 12.50, '2027-03-01 00:00+00');
--
CREATE OR REPLACE FUNCTION loy_lotChecksum(lotID bigint, kind text, amount numeric, validTo timestamptz)
RETURNS bigint
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT hashtextextended(kind, lotID) # hash_numeric_extended(amount, lotID)
        # timestamp_hash_extended(validTo AT TIME ZONE 'UTC', lotID)
$$;

COMMENT ON FUNCTION loy_lotChecksum IS
'Summed over an account it says whether all its balances are there with their kind, amount and end. Null for no balance.';
