-- Who buys where: the context in which a receipt is decided.
--
--   SELECT loy_contextOf('alice', 's001', ARRAY['SPRING'], as_now());
--
CREATE OR REPLACE FUNCTION loy_contextOf(username text, storeID text, coupons text[], at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'store', store.storeID,
            'city', lower(store.city),
            'country', store.country,
            'channel', lower(store.channel),
            'timeZone', store.timeZone,
            'isMember', account.username IS NOT NULL,
            'tier', account.tier,
            'birthday', CASE
                WHEN account.birthday IS NULL THEN false
                ELSE coalesce(
                    loy_getLastBirthday(account.birthday, (at AT TIME ZONE store.timeZone)::date)
                    = (at AT TIME ZONE store.timeZone)::date,
                    false
                )
            END,
            'segments', coalesce(
                (
                    SELECT jsonb_agg(lower(belongs.segment) ORDER BY belongs.segment)
                    FROM loy_segmentMembers AS belongs
                    WHERE belongs.username = account.username
                ),
                '[]'
            ),
            'coupons', to_jsonb(coalesce(coupons, '{}')),
            'exhausted', to_jsonb(loy_exhausted(store.storeID, at))
        )
        FROM loy_stores AS store
        LEFT JOIN loy_accounts AS account
            ON
                account.username = loy_contextOf.username
                AND account.isPerson
                AND NOT account.isBlocked
                AND account.mergedInto IS NULL
        WHERE store.storeID = loy_contextOf.storeID
    );
END;
$$;

COMMENT ON FUNCTION loy_contextOf IS
'What loy_decide is told besides the basket, as an object: store, city, country, channel, timeZone, isMember, tier, birthday (it
is today, in the store), segments, coupons, exhausted (promotions whose budget is used up). A person who is blocked or was
merged into another is no member. The store is there.';
