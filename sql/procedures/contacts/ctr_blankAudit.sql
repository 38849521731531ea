-- Take a person's data out of the audit; who did what and when stays.
--
--   SELECT ctr_blankAudit('alice', '{alice@example.com}');
--
CREATE OR REPLACE FUNCTION ctr_blankAudit(username text, given text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    known text[];
    addresses text[];
    personal text;
    contactable text;
BEGIN
    -- What the person was called and reached by before is in the audit alone.
    SELECT array_agg(DISTINCT one.value) INTO known
    FROM (
        SELECT unnest(given) AS value
        UNION ALL
        SELECT pair.found ->> 'value' AS value
        FROM as_audit
        CROSS JOIN LATERAL jsonb_path_query(
            jsonb_build_array(as_audit.arguments, as_audit.details), '$.** ? (@.type() == "object").keyvalue()'
        ) AS pair (found)
        WHERE
            as_audit.username = ctr_blankAudit.username
            AND as_audit.procedure ~ '^(as|ctr)_'
            AND pair.found ->> 'key' = ANY (ctr_getPersonalKeys())
            AND jsonb_typeof(pair.found -> 'value') = 'string'
    ) AS one
    -- One letter is nobody's name, and the username stays.
    WHERE length(btrim(one.value)) > 1 AND one.value <> ctr_blankAudit.username;
    SELECT array_agg(one) INTO addresses FROM unnest(known) AS one WHERE one ~ '@|^\+[0-9]{7,}$';
    personal := ctr_getPattern(known);
    contactable := ctr_getPattern(addresses);

    -- What concerns the person, whoever did it.
    UPDATE as_audit
    SET
        arguments = ctr_blank(as_audit.arguments, personal, as_audit.procedure ~ '^(as|ctr)_'),
        details = ctr_blank(as_audit.details, personal, as_audit.procedure ~ '^(as|ctr)_'),
        msg = regexp_replace(as_audit.msg, personal, '***', 'g')
    WHERE
        as_audit.username = ctr_blankAudit.username
        OR as_audit.arguments ->> 'username' = ctr_blankAudit.username
        OR as_audit.details ->> 'username' = ctr_blankAudit.username;

    -- A name may be somebody else's; an address or a number is not.
    UPDATE as_audit
    SET
        arguments = ctr_blank(as_audit.arguments, contactable, false),
        details = ctr_blank(as_audit.details, contactable, false),
        msg = regexp_replace(as_audit.msg, contactable, '***', 'g')
    WHERE
        as_audit.arguments::text ~ contactable
        OR as_audit.details::text ~ contactable
        OR as_audit.msg ~ contactable;
END;
$$;

COMMENT ON FUNCTION ctr_blankAudit IS
'Reads the whole audit, for an address may stand in what an administrator did. given: the values that are known elsewhere. Names are
only looked for in what concerns the person; notes that were written by hand lose what is said in the words that were kept.';
