-- Look for accounts and contacts that are the same person or company.
--
--   SELECT * FROM ctr_findDuplicates();
--
CREATE OR REPLACE FUNCTION ctr_findDuplicates()
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    found ctr_duplicates[];
    fresh bigint;
BEGIN
    WITH
    owners AS (
        SELECT 'user:' || ctr_ourContacts.username AS owner, 1 AS rank, ctr_ourContacts.content
        FROM ctr_ourContacts
        INNER JOIN as_users ON as_users.username = ctr_ourContacts.username AND as_users.role = 'user'
        WHERE NOT EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || as_users.username)
        UNION ALL
        SELECT 'contact:' || ctr_seen.pohodaID, 2, ctr_seen.content
        FROM ctr_seen
        WHERE ctr_seen.username IS NULL AND ctr_seen.goneAt IS NULL
    ),

    keys AS (
        SELECT DISTINCT owners.owner, owners.rank, match.kind, match.key
        FROM owners
        CROSS JOIN LATERAL (
            SELECT 'ico', nullif(upper(regexp_replace(owners.content ->> 'ico', '[^0-9A-Za-z]', '', 'g')), '')
            UNION ALL
            SELECT 'email', email FROM unnest(ctr_getEmails(owners.content ->> 'email')) AS email
            UNION ALL
            -- Its last nine digits: with and without the country's code it is one number.
            SELECT 'phone', right(digits, 9)
            FROM (
                SELECT regexp_replace(given, '[^0-9]', '', 'g') AS digits
                FROM unnest(ARRAY[owners.content ->> 'mobile', owners.content ->> 'phone']) AS given
            ) AS number
            WHERE length(digits) >= 9
            UNION ALL
            SELECT
                'name_city',
                ctr_matchName(
                    coalesce(nullif(owners.content ->> 'name', ''), owners.content ->> 'company'), owners.content ->> 'city'
                )
        ) AS match (kind, key)
        WHERE match.key IS NOT NULL
    ),

    placed AS (
        SELECT
            keys.*,
            row_number() OVER (PARTITION BY keys.kind, keys.key ORDER BY keys.rank, keys.owner) AS place,
            count(*) OVER (PARTITION BY keys.kind, keys.key) AS members
        FROM keys
    ),

    pairs AS (
        SELECT one.owner AS leftKey, other.owner AS rightKey, array_agg(DISTINCT one.kind ORDER BY one.kind) AS matches
        FROM placed AS one
        INNER JOIN placed AS other
            ON
                other.kind = one.kind
                AND other.key = one.key
                AND other.place > one.place
                -- In a large group each is compared with the first only.
                AND (one.members <= 10 OR one.place = 1)
        GROUP BY one.owner, other.owner
    )

    SELECT array_agg(ROW(0, pairs.leftKey, pairs.rightKey, pairs.matches, NULL, NULL, moment, NULL)::ctr_duplicates)
    INTO found
    FROM pairs;

    INSERT INTO ctr_duplicates (leftKey, rightKey, matches, createdAt)
    SELECT pair.leftKey, pair.rightKey, pair.matches, moment
    FROM unnest(found) AS pair
    ON CONFLICT ON CONSTRAINT ctr_duplicates_pair DO NOTHING;
    GET DIAGNOSTICS fresh = ROW_COUNT;

    UPDATE ctr_duplicates
    SET matches = pair.matches
    FROM unnest(found) AS pair
    WHERE
        ctr_duplicates.leftKey = pair.leftKey
        AND ctr_duplicates.rightKey = pair.rightKey
        AND ctr_duplicates.matches <> pair.matches;

    DELETE FROM ctr_duplicates
    WHERE
        ctr_duplicates.decision IS NULL
        AND NOT EXISTS (
            SELECT
            FROM unnest(found) AS pair
            WHERE pair.leftKey = ctr_duplicates.leftKey AND pair.rightKey = ctr_duplicates.rightKey
        );

    RETURN done(
        'duplicates_found', format('%s new pairs.', fresh),
        jsonb_build_object('pairs', coalesce(cardinality(found), 0), 'new', fresh)
    );
END;
$$;

COMMENT ON FUNCTION ctr_findDuplicates IS
'Loader: by IČO, e-mail, phone, and name with city, whatever the spaces, capitals and diacritics; leading zeros count. Pairs that
are not alike any more go unless somebody has decided about them. Nothing is merged by it.';

GRANT EXECUTE ON FUNCTION ctr_findDuplicates TO portal_worker, portal_dba;
