-- What a discount of this size could be worth at most, with the bonus payment that it leaves room for.
--
--   SELECT loy_getBound(100000000, 50000, 50000, 3000, 15000, NULL, '{20000}', '{5000}');
--
CREATE OR REPLACE FUNCTION loy_getBound(
    gain bigint,
    cappable bigint,
    total bigint,
    bonusShare bigint,
    payableMost bigint,
    payAtMost bigint,
    amounts bigint[],
    worths bigint[]
)
RETURNS bigint
LANGUAGE sql
IMMUTABLE
AS $$
SELECT
    CASE
        WHEN loy_getBound.amounts IS NULL
            THEN least(loy_getBound.cappable, (loy_getBound.gain + 5000) / 10000) * 10000
        ELSE
            loy_getBoundOfPaying(
                least(loy_getBound.cappable, (loy_getBound.gain + 5000) / 10000), loy_getBound.total, loy_getBound.bonusShare,
                loy_getBound.payableMost, loy_getBound.payAtMost, loy_getBound.amounts, loy_getBound.worths
            )
    END;
$$;

COMMENT ON FUNCTION loy_getBound IS
'gain is the discount in ten-thousandths of a hundredth. It grows with gain: a discount never costs more payment than it gives.';
