-- What of the purchases in force or still to come is not used, and what it is worth.
--
--   SELECT * FROM trf_getUnusedDays('alice', as_today());
--
CREATE OR REPLACE FUNCTION trf_getUnusedDays(username text, today date)
RETURNS TABLE (number bigint, tariffID bigint, unused integer, total integer, paid numeric, amount numeric)
LANGUAGE sql
STABLE
AS $$
    SELECT
        purchase.number,
        purchase.tariffID,
        days.unused,
        days.total,
        purchase.paid,
        -- Multiplied before it is divided, rounded once; a paid purchase has an end, so total is not null.
        round(purchase.paid * days.unused / days.total, 2)
    FROM as_trf_tariffLog AS purchase
    CROSS JOIN LATERAL (
        SELECT
            upper(purchase.during) - greatest(lower(purchase.during), today) AS unused,
            upper(purchase.during) - lower(purchase.during) AS total
    ) AS days
    WHERE
        purchase.username = trf_getUnusedDays.username
        AND purchase.paid > purchase.credited
        AND upper(purchase.during) > today
$$;

COMMENT ON FUNCTION trf_getUnusedDays IS
'Per paid purchase with days left: how many of its days are not used yet, and what was paid for them, rounded half up to
the cent once per purchase. Today counts as unused: a change today starts today.';
