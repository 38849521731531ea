-- Take back what goods had earned that are returned; answers what could not be had.
--
--   SELECT loy_takeBack('alice', 'alice', 17, 'regular', 5.00, 42, 1, 'receipt/s001/1/2026-11-22/18');
--
CREATE OR REPLACE FUNCTION loy_takeBack(
    username text,
    owner text,
    lotID bigint,
    kind text,
    amount numeric,
    receiptID bigint,
    lineNumber integer,
    requestKey text
)
RETURNS numeric
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    onlyPending boolean := as_getSetting('loyReturnPolicy') = 'onlyPending';
    own bigint[] := ARRAY(
        SELECT heir.heirID FROM loy_findHeirs(username, lotID) AS heir WHERE heir.owner = loy_takeBack.owner
    );
    missing numeric := amount;
    share numeric;
    lot record;
BEGIN
    FOR lot IN
        SELECT loy_lots.lotID, loy_getFree(owner, loy_lots.lotID) AS free
        FROM loy_lots
        INNER JOIN loy_kinds ON loy_kinds.code = loy_lots.kind
        INNER JOIN loy_kinds AS earned ON earned.code = loy_takeBack.kind
        WHERE
            loy_lots.username = owner
            AND NOT loy_lots.isSpent
            AND (
                loy_lots.lotID = ANY (own)
                OR (
                    loy_kinds.unit = earned.unit
                    AND loy_lots.validTo > moment
                    AND (loy_lots.validFrom > moment OR NOT onlyPending)
                )
            )
        ORDER BY
            loy_lots.lotID = ANY (own) DESC NULLS LAST, loy_lots.validFrom > moment DESC, loy_lots.kind = loy_takeBack.kind DESC,
            loy_kinds.priority, loy_lots.validTo, loy_lots.lotID
    LOOP
        EXIT WHEN missing = 0;
        share := least(missing, lot.free);
        CONTINUE WHEN share = 0;
        PERFORM loy_takeFromLot(owner, lot.lotID, share, 'takeBack', receiptID, lineNumber, requestKey, NULL);
        missing := missing - share;
    END LOOP;

    RETURN missing;
END;
$$;

COMMENT ON FUNCTION loy_takeBack IS
'Called under the lock of both accounts. First what is left of the lot that the goods gave, whatever the policy and however often
it was merged. Then, by loyReturnPolicy, from the others of the same unit: onlyPending from those that do not work yet, else from
all, those that do not work yet first. What a till has set aside stays.';
