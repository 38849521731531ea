-- Bonuses earned, rule by rule, as the text of a JSON list.
--
--   SELECT loy_tellEarnings(1, rules, '{500}');
--
CREATE OR REPLACE FUNCTION loy_tellEarnings(n integer, rules loy_rules, earnings bigint[])
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF NOT 0 < ANY(earnings) THEN
        RETURN '[]';
    END IF;
    RETURN (
        SELECT
            '[' || string_agg(
                '{"promotion":' || to_json(rules.codes[given.rule]) || ',"kind":' || to_json(rules.bonuses[given.rule])
                || ',"amount":"' || loy_money(given.amount) || '","lines":[' || given.lines || ']}',
                ',' ORDER BY given.rule
            ) || ']'
        FROM (
            SELECT
                ((planned.place - 1) / n + 1)::integer AS rule,
                sum(planned.amount)::bigint AS amount,
                string_agg(
                    '{"line":' || ((planned.place - 1) % n + 1) || ',"amount":"' || loy_money(planned.amount) || '"}',
                    ',' ORDER BY planned.place
                ) AS lines
            FROM unnest(earnings) WITH ORDINALITY AS planned (amount, place)
            WHERE planned.amount > 0
            GROUP BY (planned.place - 1) / n
        ) AS given
    );
END;
$$;

COMMENT ON FUNCTION loy_tellEarnings IS
'n: how many lines there are; earnings run rule by rule, line by line.';
