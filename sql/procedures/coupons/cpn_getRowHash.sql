-- What a row of a source says about its coupon, as one number: it differs as soon as any text of it does.
--
--   SELECT cpn_getRowHash(useType, discountType, value, category, tariffs, periods, validFrom, validUntil, maxUses,
--       maxUsesPerPerson, note) FROM cpn_importRows LIMIT 1;
--
CREATE OR REPLACE FUNCTION cpn_getRowHash(
    useType text,
    discountType text,
    value text,
    category text,
    tariffs text,
    periods text,
    validFrom text,
    validUntil text,
    maxUses text,
    maxUsesPerPerson text,
    note text
)
RETURNS bigint
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT hash_record_extended(
        ROW(
            useType, discountType, value, category, tariffs, periods, validFrom, validUntil, maxUses, maxUsesPerPerson, note
        ),
        0
    )
$$;

COMMENT ON FUNCTION cpn_getRowHash IS
'A hash of the texts of a row of cpn_importRows. A row with the hash that came with its coupon need not be read again.';
