-- How many units of a line an offer uses.
--
--   SELECT loy_countUnits(effects, '{1}', 1, 1);
--
CREATE OR REPLACE FUNCTION loy_countUnits(effects loy_effects, ways integer[], promotion integer, line integer)
RETURNS integer
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    count integer := 0;
    way integer;
BEGIN
    FOREACH way IN ARRAY ways LOOP
        CONTINUE WHEN effects.wayPromotions[way] <> promotion;
        FOR u IN effects.wayUseFrom[way]..effects.wayUseTo[way] LOOP
            IF effects.useLines[u] = line THEN
                count := count + effects.useCounts[u];
            END IF;
        END LOOP;
    END LOOP;
    RETURN count;
END;
$$;

COMMENT ON FUNCTION loy_countUnits IS
'ways: the ways in which offers take units that were chosen.';
