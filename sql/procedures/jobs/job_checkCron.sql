-- Whether a cron text can be kept; null when it can, a refusal when not.
--
--   SELECT * FROM job_checkCron('15 8 * * 1-5');
--
CREATE OR REPLACE FUNCTION job_checkCron(cron text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    fields text[] := regexp_split_to_array(cron, ' ');
    names text[] := ARRAY['minute', 'hour', 'day', 'month', 'weekday'];
    lowest integer[] := ARRAY[0, 0, 1, 1, 0];
    highest integer[] := ARRAY[59, 23, 31, 12, 7];
    days integer[];
    months integer[];
BEGIN
    IF cron IS NULL OR cardinality(fields) <> 5 THEN
        RETURN refuse(
            'invalid_cron',
            'Write five fields with one space between: minute, hour, day, month, weekday.',
            jsonb_build_object('field', 'cron', 'part', 'all')
        );
    END IF;

    FOR place IN 1 .. 5 LOOP
        IF job_cronValues(fields[place], lowest[place], highest[place]) IS NULL THEN
            RETURN refuse(
                'invalid_cron',
                format(
                    'The %s field %s cannot be read: numbers from %s to %s, *, ranges 1-5, lists 1,3, steps */5.',
                    names[place], quote_literal(fields[place]), lowest[place], highest[place]
                ),
                jsonb_build_object('field', 'cron', 'part', names[place])
            );
        END IF;
    END LOOP;

    -- With a weekday as well, either of the two is enough.
    days := job_cronValues(fields[3], 1, 31);
    months := job_cronValues(fields[4], 1, 12);
    IF fields[5] = '*' AND NOT EXISTS (
        SELECT
        FROM unnest(months) AS month
        WHERE (ARRAY[31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[month] >= (SELECT min(day) FROM unnest(days) AS day)
    ) THEN
        RETURN refuse(
            'never_due',
            'No month of these has such a day, so this would never run.',
            jsonb_build_object('field', 'cron')
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION job_checkCron IS
'Null when the five fields (minute, hour, day, month, weekday; 0 and 7 are Sunday) name a time that comes, else the refusal;
details.part says which field.
Refuses: invalid_cron, never_due.';
