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
DECLARE
    account loy_accounts;
    store loy_stores;
    isMember boolean;
    today date;
BEGIN
    SELECT * INTO STRICT store FROM loy_stores WHERE loy_stores.storeID = loy_contextOf.storeID;
    SELECT * INTO account FROM loy_accounts WHERE loy_accounts.username = loy_contextOf.username;
    isMember := coalesce(account.isPerson AND NOT account.isBlocked AND account.mergedInto IS NULL, false);
    today := (at AT TIME ZONE store.timeZone)::date;

    RETURN jsonb_build_object(
        'store', store.storeID,
        'city', lower(store.city),
        'country', store.country,
        'channel', lower(store.channel),
        'timeZone', store.timeZone,
        'isMember', isMember,
        'tier', CASE WHEN isMember THEN account.tier END,
        'birthday', coalesce(isMember AND loy_getLastBirthday(account.birthday, today) = today, false),
        'segments', coalesce(
            (
                SELECT jsonb_agg(lower(belongs.segment) ORDER BY belongs.segment)
                FROM loy_segmentMembers AS belongs
                WHERE isMember AND belongs.username = account.username
            ),
            '[]'
        ),
        'coupons', to_jsonb(coalesce(coupons, '{}')),
        'exhausted', to_jsonb(loy_exhausted(store.storeID, at))
    );
END;
$$;

COMMENT ON FUNCTION loy_contextOf IS
'What loy_decide is told besides the basket, as an object: store, city, country, channel, timeZone, isMember, tier, birthday (it
is today, in the store), segments, coupons, exhausted (promotions whose budget is used up). A person who is blocked or was
merged into another is no member. The store is there.';
