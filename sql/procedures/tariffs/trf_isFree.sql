-- Whether a tariff costs nothing: it has no price, or every price is zero.
--
--   SELECT name FROM as_trf_tariffs WHERE trf_isFree(as_trf_tariffs);
--
CREATE OR REPLACE FUNCTION trf_isFree(tariff as_trf_tariffs)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT coalesce(greatest(tariff.price, tariff.price6, tariff.price12, tariff.price36), 0) = 0
$$;

COMMENT ON FUNCTION trf_isFree IS 'Whether a tariff costs nothing, whatever the period.';
