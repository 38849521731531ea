-- Where the people of a segment stand: FROM and WHERE of a query, in which p is as_users and a loy_accounts.
--
--   SELECT ntf_segmentSource('[{"field": "tier", "operator": "in", "value": ["gold"]}]', as_today());
--
CREATE OR REPLACE FUNCTION ntf_segmentSource(conditions jsonb, today date, isPart boolean DEFAULT false)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    condition jsonb;
    chosen text[];
    days integer;
    fragment text;
    -- The names of a part of the people are compared in every table, so that each is read by its key alone.
    part text := CASE WHEN isPart THEN ' AND %1$s.username > $2 AND %1$s.username <= $3' ELSE '' END;
    source text;
BEGIN
    source := 'FROM portal.as_users AS p INNER JOIN portal.loy_accounts AS a ON a.username = p.username'
        || ' WHERE NOT p.isLocked AND a.mergedInto IS NULL' || format(part, 'p') || format(part, 'a');

    FOR condition IN SELECT given.value FROM jsonb_array_elements(conditions) AS given (value) LOOP
        chosen := ARRAY(SELECT one.value FROM jsonb_array_elements_text(condition -> 'value') AS one (value));
        days := (condition ->> 'days')::integer;
        fragment := CASE condition ->> 'field' || ' ' || (condition ->> 'operator')
            WHEN 'tariff in' THEN format(
                '(p.tariffID = ANY (%L::bigint[]) AND (p.tariffDeadline IS NULL OR p.tariffDeadline > %L::date))', chosen, today
            )
            WHEN 'tariff notIn' THEN format(
                '(p.tariffID = ANY (%L::bigint[]) AND (p.tariffDeadline IS NULL OR p.tariffDeadline > %L::date)) IS NOT TRUE',
                chosen, today
            )
            WHEN 'deadline within' THEN format(
                'p.tariffDeadline > %L::date AND p.tariffDeadline <= %L::date', today, today + days
            )
            WHEN 'deadline after' THEN format('p.tariffDeadline > %L::date', today + days)
            WHEN 'deadline ended' THEN format(
                'p.tariffDeadline <= %L::date AND p.tariffDeadline >= %L::date', today, today - days
            )
            WHEN 'tier in' THEN format('a.tier = ANY (%L::text[])', chosen)
            WHEN 'tier notIn' THEN format('a.tier <> ALL (%L::text[])', chosen)
            WHEN 'birthday within' THEN format(
                'to_char(a.birthday, ''MMDD'') = ANY (%L::text[])',
                ARRAY(
                    SELECT to_char(day, 'MMDD') FROM generate_series(today, today + days, interval '1 day') AS day
                    UNION
                    -- Who was born on 29 February has birthday on the 28th in other years.
                    SELECT '0229'
                    FROM generate_series(today, today + days, interval '1 day') AS day
                    WHERE to_char(day, 'MMDD') = '0228'
                )
            )
            WHEN 'birthday in' THEN format('extract(MONTH FROM a.birthday) = ANY (%L::numeric[])', chosen)
            WHEN 'language in' THEN format('p.locale = ANY (%L::text[])', chosen)
            WHEN 'registered within' THEN format('p.createdAt > $1 - make_interval(days => %L)', days)
            WHEN 'registered before' THEN format('p.createdAt <= $1 - make_interval(days => %L)', days)
            WHEN 'registered since' THEN format('p.createdAt >= %L::date', chosen[1])
            WHEN 'consent has' THEN ntf_consentSource(chosen)
            WHEN 'consent hasNot' THEN 'NOT ' || ntf_consentSource(chosen)
        END;
        -- What is added up or looked for elsewhere: those who have it, or those who have not.
        fragment := coalesce(fragment, format(
            '%s EXISTS (SELECT FROM (%s) AS found WHERE found.username = p.username)',
            CASE WHEN condition ->> 'operator' IN ('atMost', 'notIn') THEN 'NOT' ELSE '' END,
            CASE condition ->> 'field'
                WHEN 'city' THEN format(
                    'SELECT c.username FROM portal.ctr_profiles AS c WHERE c.city IN ('
                    'SELECT spelt.city FROM (SELECT DISTINCT c.city FROM portal.ctr_profiles AS c WHERE c.city <> '''' %s) AS spelt'
                    ' WHERE portal.ctr_matchName(''x'', spelt.city) = ANY (%L::text[])) %s',
                    format(part, 'c'),
                    ARRAY(SELECT ctr_matchName('x', one.value) FROM unnest(chosen) AS one (value)),
                    format(part, 'c')
                )
                WHEN 'bonusExpiring' THEN format(
                    'SELECT l.username FROM portal.loy_lots AS l INNER JOIN portal.loy_kinds AS k ON k.code = l.kind'
                    ' WHERE k.unit = ''bonus'' AND NOT l.isSpent AND l.validFrom <= $1 AND l.validTo > $1'
                    ' AND l.validTo <= $1 + make_interval(days => %L) %s GROUP BY l.username HAVING sum(l.remaining) >= %L::numeric',
                    days, format(part, 'l'), greatest(chosen[1]::numeric, 0.01)
                )
                WHEN 'bonusBalance' THEN format(
                    'SELECT l.username FROM portal.loy_lots AS l INNER JOIN portal.loy_kinds AS k ON k.code = l.kind'
                    ' WHERE k.unit = ''bonus'' AND NOT l.isSpent AND l.validFrom <= $1 AND l.validTo > $1'
                    ' %s GROUP BY l.username HAVING sum(l.remaining) %s %L::numeric',
                    format(part, 'l'), CASE condition ->> 'operator' WHEN 'atMost' THEN '>' ELSE '>=' END, chosen[1]
                )
                WHEN 'purchaseSum' THEN format(
                    'SELECT b.username FROM portal.ntf_purchases AS b WHERE b.bought > $1 - make_interval(days => %L)'
                    ' %s GROUP BY b.username HAVING sum(b.amount) %s %L::numeric',
                    days, format(part, 'b'), CASE condition ->> 'operator' WHEN 'atMost' THEN '>' ELSE '>=' END, chosen[1]
                )
                WHEN 'purchaseCount' THEN format(
                    'SELECT b.username FROM portal.ntf_purchases AS b WHERE b.amount > 0'
                    ' AND b.bought > $1 - make_interval(days => %L) %s GROUP BY b.username HAVING count(*) %s %L::bigint',
                    days, format(part, 'b'), CASE condition ->> 'operator' WHEN 'atMost' THEN '>' ELSE '>=' END, chosen[1]
                )
            END
        ));
        IF fragment IS NULL THEN
            RAISE EXCEPTION 'No people stand behind %.', condition;
        END IF;
        source := source || ' AND ' || fragment;
    END LOOP;

    RETURN source;
END;
$$;

COMMENT ON FUNCTION ntf_segmentSource IS
'Of conditions that ntf_checkSegment has kept: fixed pieces of SQL joined by AND, values only as quoted literals. The query takes
$1, the moment by the business clock; with isPart also the names between which the people are, $2 (before the first) and $3
(the last). Nobody locked and no club account that has become a part of another. A city is that of the person''s address
(ctr_profiles), whatever its capitals and diacritics; bonuses count with what a till has set aside; purchases are those of
ntf_purchases; a tariff that has ended is none; at least 0.00 of expiring bonuses means any.';
