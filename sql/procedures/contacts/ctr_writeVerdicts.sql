-- Judge by the rule every contact that has no account.
--
--   SELECT ctr_writeVerdicts();
--
CREATE OR REPLACE FUNCTION ctr_writeVerdicts()
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    rule ctr_rule;
    changed bigint;
BEGIN
    SELECT * INTO rule FROM ctr_rule;
    IF NOT rule.isOn THEN
        UPDATE ctr_seen SET verdict = NULL WHERE ctr_seen.verdict IS NOT NULL;
        changed := 0::bigint;
        RETURN changed;
    END IF;

    UPDATE ctr_seen
    SET verdict = judged.verdict
    FROM (
        SELECT now.pohodaID, verdicts.verdict
        FROM ctr_seen AS now
        LEFT JOIN
            ctr_judgeContacts(rule.kind, rule.groups, rule.labels, rule.seenSince, rule.emailChoice) AS verdicts
            ON verdicts.pohodaID = now.pohodaID
        WHERE now.verdict IS DISTINCT FROM verdicts.verdict
    ) AS judged
    WHERE ctr_seen.pohodaID = judged.pohodaID;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END;
$$;

COMMENT ON FUNCTION ctr_writeVerdicts IS
'Loader: keeps in ctr_seen.verdict what ctr_judgeContacts says under the rule that is switched on. How many changed.';
