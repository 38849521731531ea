-- What making two club accounts one would do.
--
--   SELECT * FROM loy_mergeAccounts_preview('alice', 'alice2');
--
CREATE OR REPLACE FUNCTION loy_mergeAccounts_preview(username text, otherUsername text, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
BEGIN
    refusal := loy_judgeMerge(username, otherUsername, actor);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    RETURN done(
        'accounts_can_merge',
        format('The club account of %s would become part of that of %s.', otherUsername, username),
        loy_mergeDetails(username, otherUsername)
    );
END;
$$;

COMMENT ON FUNCTION loy_mergeAccounts_preview IS
'Writes nothing. details: as loy_mergeDetails says. Answers accounts_can_merge.
Refuses: same_account, no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, account_merged,
account_blocked, receipts_waiting.';

GRANT EXECUTE ON FUNCTION loy_mergeAccounts_preview TO portal_web, portal_dba;
