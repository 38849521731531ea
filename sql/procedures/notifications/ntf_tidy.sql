-- Remove old messages from cabinets.
--
--   SELECT * FROM ntf_tidy();
--
CREATE OR REPLACE FUNCTION ntf_tidy()
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    before timestamptz := clock_timestamp() - make_interval(days => as_getSetting('inboxDays')::integer);
    messages bigint;
BEGIN
    DELETE FROM ntf_inbox WHERE ntf_inbox.createdAt < before;
    GET DIAGNOSTICS messages = ROW_COUNT;

    RETURN done(
        'tidied', format('%s messages were removed.', messages), jsonb_build_object('messages', messages)
    );
END;
$$;

COMMENT ON FUNCTION ntf_tidy IS
'For the nightly job: messages of cabinets that are older than inboxDays days, read or not. details: messages.
Done: tidied.';

GRANT EXECUTE ON FUNCTION ntf_tidy TO portal_worker, portal_dba;
