-- What a discount of this size could be worth at most, with everything that may come on top of it.
--
--   SELECT loy_getCeiling(problem, 100000000, 0);
--
CREATE OR REPLACE FUNCTION loy_getCeiling(problem loy_problem, gain bigint, extra bigint)
RETURNS bigint
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    goods loy_goods := problem.goods;
    purse loy_purse := problem.purse;
BEGIN
    RETURN loy_getBound(
        gain, goods.cappable, goods.total, problem.bonusShare, purse.payableMost, purse.payAtMost, purse.sortedAmounts,
        purse.sortedWorths
    ) + extra;
END;
$$;

COMMENT ON FUNCTION loy_getCeiling IS
'gain is the discount in ten-thousandths of a hundredth, extra what else there could be: see loy_weigh and loy_getBound.';
