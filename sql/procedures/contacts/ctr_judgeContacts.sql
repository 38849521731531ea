-- What a rule would do with every contact that it chooses.
--
--   SELECT verdict, count(*) FROM ctr_judgeContacts('customers', '{}', '{}', NULL, 'none') GROUP BY verdict;
--
CREATE OR REPLACE FUNCTION ctr_judgeContacts(
    kind text,
    groups text[],
    labels text[],
    seenSince date,
    emailChoice text
)
RETURNS TABLE (pohodaID bigint, verdict text)
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN QUERY
    WITH
    chosen AS (
        SELECT
            ctr_seen.pohodaID,
            ctr_seen.content,
            ctr_seen.isApart,
            ctr_getEmails(coalesce(ctr_seen.content ->> 'email', '')) AS emails,
            coalesce(nullif(btrim(ctr_seen.content ->> 'name'), ''), btrim(ctr_seen.content ->> 'company'), '') AS name
        FROM ctr_seen
        WHERE
            ctr_seen.username IS NULL
            AND ctr_seen.goneAt IS NULL
            AND CASE kind
                WHEN 'customers' THEN ctr_seen.content @> '{"isCustomer": true}'
                WHEN 'suppliers' THEN ctr_seen.content @> '{"isSupplier": true}'
                ELSE true
            END
            AND (seenSince IS NULL OR ctr_seen.firstSeenAt >= seenSince)
            AND (
                groups = '{}'
                OR regexp_split_to_array(lower(btrim(ctr_seen.content ->> 'group')), '\s*,\s*')
                && (SELECT array_agg(lower(btrim(one))) FROM unnest(groups) AS one)
            )
            AND (
                labels = '{}'
                OR EXISTS (
                    SELECT
                    FROM jsonb_array_elements_text(ctr_seen.content -> 'labels') AS label
                    WHERE lower(btrim(label)) = ANY (SELECT lower(btrim(one)) FROM unnest(labels) AS one)
                )
            )
    ),

    addressed AS (
        SELECT
            chosen.*,
            CASE WHEN cardinality(chosen.emails) = 1 OR emailChoice = 'first' THEN as_normaliseKey('email', chosen.emails[1]) END
                AS email
        FROM chosen
    ),

    -- Of all contacts, chosen or not: an address that two have is nobody's own.
    shared AS (
        SELECT address.email
        FROM ctr_seen
        CROSS JOIN LATERAL unnest(ctr_getEmails(ctr_seen.content ->> 'email')) AS address (email)
        WHERE ctr_seen.goneAt IS NULL AND ctr_seen.content ->> 'email' <> ''
        GROUP BY address.email
        HAVING count(DISTINCT ctr_seen.pohodaID) > 1
    ),

    homes AS (
        SELECT as_users.username, ctr_matchName(as_users.name, ctr_profiles.city) AS home
        FROM as_users
        INNER JOIN ctr_profiles ON ctr_profiles.username = as_users.username AND ctr_profiles.city <> ''
        WHERE EXISTS (SELECT FROM addressed WHERE addressed.email IS NOT NULL)
    ),

    -- Whose account it may be.
    matches AS (
        SELECT addressed.pohodaID, ctr_profiles.username
        FROM addressed
        INNER JOIN ctr_profiles
            ON
                ctr_profiles.icoKey
                = nullif(upper(regexp_replace(addressed.content ->> 'ico', '[^0-9A-Za-z]', '', 'g')), '')
        UNION
        SELECT addressed.pohodaID, as_userKeys.username
        FROM addressed
        CROSS JOIN LATERAL unnest(ARRAY[addressed.content ->> 'mobile', addressed.content ->> 'phone']) AS number (given)
        INNER JOIN as_userKeys ON as_userKeys.key = 'phone:' || as_normaliseKey('phone', number.given)
        WHERE addressed.email IS NOT NULL AND number.given <> ''
        UNION
        SELECT addressed.pohodaID, homes.username
        FROM addressed
        INNER JOIN homes ON homes.home = ctr_matchName(addressed.name, addressed.content ->> 'city')
    ),

    doubtful AS (
        SELECT DISTINCT matches.pohodaID
        FROM matches
        WHERE
            NOT EXISTS (
                SELECT
                FROM ctr_duplicates
                WHERE
                    ctr_duplicates.leftKey = 'user:' || matches.username
                    AND ctr_duplicates.rightKey = 'contact:' || matches.pohodaID
                    AND ctr_duplicates.decision = 'apart'
            )
    )

    SELECT
        addressed.pohodaID,
        CASE
            WHEN ctr_isErased(addressed.pohodaID, addressed.content) THEN 'erased'
            WHEN addressed.isApart THEN 'apart'
            WHEN addressed.content @> '{"restrictProcessing": true}' THEN 'processing_restricted'
            WHEN addressed.name = '' THEN 'no_name'
            WHEN cardinality(addressed.emails) = 0 THEN 'no_email'
            WHEN cardinality(addressed.emails) > 1 AND emailChoice = 'none' THEN 'several_emails'
            WHEN addressed.email IS NULL THEN 'broken_email'
            WHEN EXISTS (SELECT FROM as_userKeys WHERE as_userKeys.key = 'email:' || addressed.email) THEN 'email_taken'
            WHEN addressed.email IN (SELECT shared.email FROM shared) THEN 'shared_email'
            WHEN addressed.pohodaID IN (SELECT doubtful.pohodaID FROM doubtful) THEN 'possible_duplicate'
            ELSE 'register'
        END
    FROM addressed;
END;
$$;

COMMENT ON FUNCTION ctr_judgeContacts IS
'Loader, read-only. Of contacts without an account that the conditions choose: register, or erased, apart, processing_restricted,
no_name, no_email, several_emails, broken_email, email_taken, shared_email, possible_duplicate.';
