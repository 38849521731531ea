-- The numbers that a field of a cron text stands for; null where it cannot be read.
--
--   SELECT job_cronValues('*/15', 0, 59);
--
CREATE OR REPLACE FUNCTION job_cronValues(field text, lowest integer, highest integer)
RETURNS integer[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    item text;
    parts text[];
    first integer;
    last integer;
    step integer;
    wanted integer[] := ARRAY[]::integer[];
BEGIN
    FOREACH item IN ARRAY string_to_array(field, ',') LOOP
        parts := regexp_match(item, '^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$');
        IF parts IS NULL THEN
            RETURN NULL;
        END IF;

        first := coalesce(parts[1]::integer, lowest);
        last := coalesce(parts[2]::integer, parts[1]::integer, highest);
        step := coalesce(parts[3]::integer, 1);
        -- A step needs something to step through: */5 and 10-30/5, not 10/5.
        IF first < lowest OR last > highest OR first > last OR step = 0
            OR (parts[3] IS NOT NULL AND parts[1] IS NOT NULL AND parts[2] IS NULL)
        THEN
            RETURN NULL;
        END IF;

        wanted := wanted || ARRAY(SELECT generate_series(first, last, step));
    END LOOP;

    RETURN nullif(wanted, ARRAY[]::integer[]);
END;
$$;

COMMENT ON FUNCTION job_cronValues IS
'The numbers of one cron field: *, 5, 1-5, */10, 8-18/2 and lists of these with commas; null where it cannot be read.';
