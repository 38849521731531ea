-- The rules of payment and of the search that hold for a set.
--
--   SELECT loy_getSetSettings(1);
--
CREATE OR REPLACE FUNCTION loy_getSetSettings(setVersion bigint)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    usual jsonb := jsonb_build_object(
        'bonusShare', 3000, 'lineShare', 3000, 'totalShare', 5000, 'nodeBudget', 4000, 'earnValue', 0,
        'keepValueLate', 5000, 'keepValueSoon', 0, 'soonDays', 30, 'fuseMs', 2000
    );
BEGIN
    RETURN usual || coalesce(
        (SELECT known.settings FROM loy_promotionSets AS known WHERE known.version = loy_getSetSettings.setVersion), '{}'
    );
END;
$$;

COMMENT ON FUNCTION loy_getSetSettings IS
'Shares and values in hundredths of a per cent. bonusShare: how much of a receipt bonuses may pay, lineShare: of a line,
totalShare: discount and bonuses together of a line that has a discount. nodeBudget: how many steps the search may take, one for
every choice and one for every 50 amounts looked at; a tenth of it where no step could prove the best any more.
earnValue: what an earned bonus counts for when deals are compared. keepValueLate and keepValueSoon: what it is worth to keep a
bonus that runs out after, or within, soonDays. fuseMs: after so many milliseconds a search is given up in any case, which is
said in the answer; it is there for a machine that stands still, not for a large receipt.';

GRANT EXECUTE ON FUNCTION loy_getSetSettings TO portal_web, portal_dba;
