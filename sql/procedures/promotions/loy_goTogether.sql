-- Whether all candidates may count on one receipt.
--
--   SELECT loy_goTogether(candidates);
--
CREATE OR REPLACE FUNCTION loy_goTogether(candidates loy_candidates)
RETURNS boolean
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    FOR i IN 1..candidates.m LOOP
        FOR j IN 1..i - 1 LOOP
            IF
                (candidates.groups[i] > 0 AND candidates.groups[i] = candidates.groups[j] AND NOT candidates.isSolo[i] AND NOT candidates.isSolo[j])
                OR (
                    (candidates.isSolo[i] OR candidates.isSolo[j])
                    AND NOT candidates.isJoint[i] AND NOT candidates.isJoint[j]
                )
            THEN
                RETURN false;
            END IF;
        END LOOP;
    END LOOP;
    RETURN true;
END;
$$;

COMMENT ON FUNCTION loy_goTogether IS
'Of an exclusion group one, a solo promotion with none but joint ones.';
