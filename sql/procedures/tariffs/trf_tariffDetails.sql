-- A tariff as the audit keeps it: everything that an administrator can change.
--
--   SELECT trf_tariffDetails(as_trf_tariffs) FROM as_trf_tariffs;
--
CREATE OR REPLACE FUNCTION trf_tariffDetails(tariff as_trf_tariffs)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT jsonb_build_object(
        'name', tariff.name,
        'description', tariff.description,
        'price', tariff.price::text,
        'price6', tariff.price6::text,
        'price12', tariff.price12::text,
        'price36', tariff.price36::text,
        'isDisabled', tariff.isDisabled,
        'sortOrder', tariff.sortOrder
    )
$$;

COMMENT ON FUNCTION trf_tariffDetails IS 'A tariff as details.before and details.after of the audit show it.';
