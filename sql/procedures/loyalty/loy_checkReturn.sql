-- Whether a till says readably what comes back; null when it does, a refusal when not.
--
--   SELECT * FROM loy_checkReturn('{"till": "1", "businessDay": "2026-11-22", "number": "17"}', '[{"line": 1, "quantity": "1"}]');
--
CREATE OR REPLACE FUNCTION loy_checkReturn(sale jsonb, lines jsonb)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    wrong record;
    place jsonb;
BEGIN
    IF sale IS NULL OR jsonb_typeof(sale) <> 'object'
        OR jsonb_typeof(sale -> 'till') IS DISTINCT FROM 'string'
        OR jsonb_typeof(sale -> 'number') IS DISTINCT FROM 'string'
        OR jsonb_typeof(coalesce(sale -> 'store', '""')) <> 'string'
        OR jsonb_typeof(sale -> 'businessDay') IS DISTINCT FROM 'string'
        OR loy_readDay(sale ->> 'businessDay') IS NULL
    THEN
        RETURN refuse(
            'wrong_sale', 'The sale is {"till": "1", "businessDay": "2026-11-22", "number": "17"}.', '{"field": "sale"}'
        );
    END IF;
    IF lines IS NULL OR jsonb_typeof(lines) <> 'array' OR jsonb_array_length(lines) = 0 THEN
        RETURN refuse('no_lines', 'Nothing comes back.', '{"field": "lines"}');
    END IF;
    IF jsonb_array_length(lines) > 2000 THEN
        RETURN refuse('too_many_lines', 'A return has at most 2000 lines.', '{"field": "lines", "maximum": 2000}');
    END IF;

    SELECT judged.position, judged.field INTO wrong
    FROM (
        SELECT
            given.position,
            CASE
                WHEN jsonb_typeof(given.line) <> 'object' THEN 'line'
                WHEN jsonb_typeof(given.line -> 'line') IS DISTINCT FROM 'number' OR given.line ->> 'line' !~ '^[1-9][0-9]{0,3}$' THEN 'line'
                WHEN count(*) OVER (PARTITION BY given.line -> 'line') > 1 THEN 'line'
                WHEN jsonb_typeof(given.line -> 'quantity') IS NULL OR jsonb_typeof(given.line -> 'quantity') NOT IN ('string', 'number')
                    OR given.line ->> 'quantity' !~ '^[0-9]{1,6}(\.[0-9]{1,3})?$' OR given.line ->> 'quantity' ~ '^[0.]+$' THEN 'quantity'
            END AS field
        FROM jsonb_array_elements(lines) WITH ORDINALITY AS given (line, position)
    ) AS judged
    WHERE judged.field IS NOT NULL
    ORDER BY judged.position
    LIMIT 1;

    place := jsonb_build_object('field', format('lines[%s].%s', wrong.position - 1, wrong.field), 'line', wrong.position);
    IF wrong.field = 'quantity' THEN
        RETURN refuse(
            'wrong_quantity',
            format('The quantity of line %s is not a number above 0 with at most three decimals.', wrong.position), place
        );
    END IF;
    IF wrong.field IS NOT NULL THEN
        RETURN refuse(
            'wrong_line', format('Entry %s names no line of the sale, or one that is named twice.', wrong.position), place
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkReturn IS
'Null when the sale is named and each line is named once, with a quantity above 0 of at most three decimals.
Refuses: wrong_sale, no_lines, too_many_lines, wrong_line, wrong_quantity.';
