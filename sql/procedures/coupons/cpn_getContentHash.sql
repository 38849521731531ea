-- What an imported coupon holds, as one number: it differs as soon as anything of it does.
--
--   SELECT code FROM cpn_coupons WHERE contentHash <> cpn_getContentHash(useType, discountType, value, categoryID, tariffIDs,
--       periods, validFrom, validUntil, maxUses, maxUsesPerPerson, note);
--
CREATE OR REPLACE FUNCTION cpn_getContentHash(
    useType text,
    discountType text,
    value numeric,
    categoryID bigint,
    tariffIDs bigint[],
    periods integer[],
    validFrom timestamptz,
    validUntil timestamptz,
    maxUses integer,
    maxUsesPerPerson integer,
    note text
)
RETURNS bigint
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT hash_record_extended(
        ROW(
            useType, discountType, value, categoryID, tariffIDs, periods, validFrom, validUntil, maxUses, maxUsesPerPerson, note
        ),
        0
    )
$$;

COMMENT ON FUNCTION cpn_getContentHash IS
'A hash of everything of a coupon that an import brings and that nothing changes later.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION cpn_getContentHash TO portal_web, portal_worker, portal_dba, portal_report;
