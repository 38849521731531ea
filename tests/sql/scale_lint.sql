-- Every breach of the rules that keep the way to a sharded database open; empty in a healthy schema.
--
-- design.md's words: an account table is keyed by username, a reference table is copied to every server, a lookup table
-- has its own key, a single table lives in one place, a local one on one server.
WITH
classes AS (
    SELECT
        to_regclass('portal.' || as_tableClasses.name)::oid AS oid,
        as_tableClasses.name,
        as_tableClasses.class
    FROM portal.as_tableClasses
),

tables AS (
    SELECT pg_class.oid, pg_class.relname AS name
    FROM pg_class
    WHERE
        pg_class.relnamespace = 'portal'::regnamespace
        AND pg_class.relkind IN ('r', 'p')
        AND NOT pg_class.relispartition
),

keyed AS (
    SELECT
        classes.oid,
        classes.name,
        pg_attribute.attnum,
        pg_attribute.atttypid,
        pg_attribute.attnotnull,
        pg_attribute.attgenerated,
        pg_type.typtype
    FROM classes
    LEFT JOIN pg_attribute ON pg_attribute.attrelid = classes.oid AND pg_attribute.attname = 'username'
    LEFT JOIN pg_type ON pg_type.oid = pg_attribute.atttypid
    WHERE classes.class = 'account' AND classes.oid IS NOT NULL
),

foreign_keys AS (
    SELECT
        pg_constraint.*,
        here.name AS here,
        here.class AS here_class,
        there.name AS there,
        there.class AS there_class
    FROM pg_constraint
    INNER JOIN classes AS here ON here.oid = pg_constraint.conrelid
    LEFT JOIN classes AS there ON there.oid = pg_constraint.confrelid
    WHERE pg_constraint.contype = 'f'
),

functions AS (
    SELECT
        pg_proc.*,
        pg_language.lanname AS language,
        -- A comment may speak of anything, and FOR UPDATE changes nothing.
        regexp_replace(
            regexp_replace(pg_proc.prosrc, '--[^\n]*', '', 'g'), '\mFOR\s+(NO\s+KEY\s+)?UPDATE\M', '', 'gi'
        ) AS code
    FROM pg_proc
    INNER JOIN pg_language ON pg_language.oid = pg_proc.prolang
    WHERE pg_proc.pronamespace = 'portal'::regnamespace
)

SELECT 'table without a class' AS rule, tables.name AS object, '' AS detail
FROM tables
WHERE tables.oid NOT IN (SELECT classes.oid FROM classes WHERE classes.oid IS NOT NULL)

UNION ALL
SELECT 'class without a table', classes.name, classes.class
FROM classes
WHERE classes.oid IS NULL

UNION ALL
SELECT 'account table without a plain username that is never null', keyed.name, ''
FROM keyed
WHERE keyed.attnum IS NULL OR NOT keyed.attnotnull OR keyed.attgenerated <> '' OR keyed.typtype = 'd'

UNION ALL
SELECT 'username is not text', keyed.name, keyed.atttypid::regtype::text
FROM keyed
WHERE keyed.atttypid <> 'text'::regtype AND keyed.typtype <> 'd'

UNION ALL
SELECT 'unique key that does not begin with username', keyed.name, pg_index.indexrelid::regclass::text
FROM keyed
INNER JOIN pg_index ON pg_index.indrelid = keyed.oid
WHERE
    (pg_index.indisunique AND pg_index.indkey[0] IS DISTINCT FROM keyed.attnum)
    -- What excludes has to hold the name; a faster column may stand before it.
    OR (pg_index.indisexclusion AND NOT coalesce(keyed.attnum = ANY (pg_index.indkey), false))

UNION ALL
SELECT 'foreign key across classes', foreign_keys.here, foreign_keys.conname
FROM foreign_keys
WHERE
    foreign_keys.there_class IS DISTINCT FROM 'reference'
    AND NOT coalesce(
        foreign_keys.here_class = foreign_keys.there_class
        AND (foreign_keys.here_class IN ('account', 'single', 'local') OR foreign_keys.conrelid = foreign_keys.confrelid),
        false
    )

UNION ALL
SELECT 'foreign key from a reference table to what is not one', foreign_keys.here, foreign_keys.conname
FROM foreign_keys
WHERE foreign_keys.here_class = 'reference' AND foreign_keys.there_class IS DISTINCT FROM 'reference'

UNION ALL
SELECT 'foreign key between account tables that does not map username to username', foreign_keys.here, foreign_keys.conname
FROM foreign_keys
INNER JOIN keyed AS here ON here.oid = foreign_keys.conrelid
INNER JOIN keyed AS there ON there.oid = foreign_keys.confrelid
WHERE foreign_keys.conkey[1] IS DISTINCT FROM here.attnum OR foreign_keys.confkey[1] IS DISTINCT FROM there.attnum

UNION ALL
SELECT 'foreign key that would change username by itself', foreign_keys.here, foreign_keys.conname
FROM foreign_keys
INNER JOIN keyed ON keyed.oid = foreign_keys.conrelid
WHERE
    keyed.attnum = ANY (foreign_keys.conkey)
    AND (foreign_keys.confdeltype IN ('n', 'd') OR foreign_keys.confupdtype IN ('n', 'd', 'c'))

UNION ALL
SELECT 'trigger', classes.name, pg_trigger.tgname
FROM pg_trigger
INNER JOIN classes ON classes.oid = pg_trigger.tgrelid
WHERE NOT pg_trigger.tgisinternal

UNION ALL
SELECT 'counted column that is not bigint', tables.name, pg_attribute.attname
FROM tables
INNER JOIN pg_attribute ON pg_attribute.attrelid = tables.oid
LEFT JOIN pg_attrdef ON pg_attrdef.adrelid = pg_attribute.attrelid AND pg_attrdef.adnum = pg_attribute.attnum
WHERE
    pg_attribute.attnum > 0
    AND pg_attribute.atttypid <> 'int8'::regtype
    AND (
        pg_attribute.attidentity <> ''
        OR pg_get_expr(pg_attrdef.adbin, pg_attrdef.adrelid) LIKE 'nextval(%'
    )

UNION ALL
SELECT 'sequence that belongs to no column', pg_class.relname, ''
FROM pg_class
WHERE
    pg_class.relnamespace = 'portal'::regnamespace
    AND pg_class.relkind = 'S'
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE
            pg_depend.classid = 'pg_class'::regclass
            AND pg_depend.objid = pg_class.oid
            AND pg_depend.refclassid = 'pg_class'::regclass
            AND pg_depend.deptype IN ('a', 'i')
    )

UNION ALL
SELECT 'rule, inheritance or materialized view', pg_class.relname, ''
FROM pg_class
WHERE
    pg_class.relnamespace = 'portal'::regnamespace
    AND (
        pg_class.relkind = 'm'
        OR (pg_class.relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_rewrite WHERE pg_rewrite.ev_class = pg_class.oid))
        OR (NOT pg_class.relispartition AND EXISTS (SELECT FROM pg_inherits WHERE pg_inherits.inhrelid = pg_class.oid))
    )

UNION ALL
SELECT 'constraint without a name of its own', tables.name, pg_constraint.conname
FROM tables
INNER JOIN pg_constraint ON pg_constraint.conrelid = tables.oid
WHERE
    pg_constraint.contype IN ('c', 'f', 'x', 'u')
    AND pg_constraint.conname ~ '_(check|fkey|key|excl)[0-9]*$'

UNION ALL
SELECT 'statement that means nothing on another server', functions.proname, words.word
FROM functions
INNER JOIN (
    VALUES
    ('pg_advisory'), ('pg_try_advisory'), ('pg_notify'), ('LISTEN '), ('NOTIFY '), ('currval'), ('lastval'), ('setval'),
    ('LOCK TABLE'), ('MERGE INTO'), ('set_config'), ('SET LOCAL')
) AS words (word) ON functions.code ILIKE '%' || words.word || '%'

UNION ALL
SELECT 'volatile call inside UPDATE', functions.proname, found.call[1]
FROM functions
CROSS JOIN LATERAL regexp_match(
    functions.code,
    '\mUPDATE\s[^;]*?\m(clock_timestamp|random|nextval|gen_random_uuid|uuidv7|uuidv4|timeofday|statement_timestamp)\s*\(',
    'i'
) AS found (call)
WHERE found.call IS NOT NULL

UNION ALL
SELECT 'writable CTE', functions.proname, ''
FROM functions
WHERE functions.code ~* '\mAS\s*((NOT\s+)?MATERIALIZED\s*)?\(\s*(INSERT|UPDATE|DELETE|MERGE)\M'

UNION ALL
SELECT 'function without a pinned search_path', functions.proname, functions.language
FROM functions
WHERE functions.language <> 'sql' AND NOT coalesce(functions.proconfig::text, '') LIKE '%search_path=portal, pg_temp%'

UNION ALL
SELECT 'VARIADIC argument', functions.proname, ''
FROM functions
WHERE functions.provariadic <> 0

ORDER BY 1, 2, 3
