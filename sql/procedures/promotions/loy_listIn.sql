-- Which candidates may count when nothing that counts alone is on (solo 0), or this one is.
--
--   SELECT loy_listIn(candidates, 0, false);
--
CREATE OR REPLACE FUNCTION loy_listIn(candidates loy_candidates, solo integer, isForced boolean)
RETURNS boolean[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    isIn boolean[] := array_fill(true, ARRAY[candidates.m]);
BEGIN
    IF NOT isForced THEN
        FOR i IN 1..candidates.m LOOP
            isIn[i] := CASE WHEN solo = 0 THEN NOT candidates.isSolo[i] ELSE i = solo OR candidates.isJoint[i] END;
        END LOOP;
    END IF;
    RETURN isIn;
END;
$$;

COMMENT ON FUNCTION loy_listIn IS
'Beside one that counts alone only joint ones. Where the candidates are given (isForced), all of them.';
