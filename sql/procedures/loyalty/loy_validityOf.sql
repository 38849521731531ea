-- From when to when bonuses of a kind count that are earned at a moment.
--
--   SELECT * FROM loy_validityOf('regular', as_now());
--
CREATE OR REPLACE FUNCTION loy_validityOf(kind text, at timestamptz, timeZone text DEFAULT NULL)
RETURNS TABLE (validFrom timestamptz, validTo timestamptz)
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    zone text := coalesce(timeZone, (SELECT as_clock.timeZone FROM as_clock));
    rule loy_kinds;
    earned date := (at AT TIME ZONE zone)::date;
    begins date;
    ends date;
BEGIN
    SELECT * INTO STRICT rule FROM loy_kinds WHERE loy_kinds.code = kind;
    begins := earned + rule.pendingDays;

    ends := CASE rule.validity
        WHEN 'days' THEN begins + rule.validityLength + 1
        WHEN 'months' THEN (begins + make_interval(months => rule.validityLength))::date + 1
        WHEN 'endOfMonth' THEN date_trunc('month', begins + make_interval(months => rule.validityLength + 1))::date
        WHEN 'endOfYear' THEN
            date_trunc('year', begins + make_interval(months => rule.validityLength + 12))::date
        -- Who earns in January or February has the whole next year: the coming 1 March would be too near.
        WHEN 'march' THEN make_date(extract(YEAR FROM earned)::integer + 1, 3, 1)
    END;
    IF rule.validity = 'march' AND ends <= begins THEN
        ends := make_date(extract(YEAR FROM begins)::integer + 1, 3, 1);
    END IF;

    validFrom := CASE WHEN rule.pendingDays = 0 THEN at ELSE begins::timestamp AT TIME ZONE zone END;
    validTo := coalesce(ends::timestamp AT TIME ZONE zone, 'infinity');
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION loy_validityOf IS
'By the rule of the kind, in whole days of the time zone (the installation''s where left out). pendingDays later it begins, at
midnight. days and months: the day so many later is the last. endOfMonth, endOfYear: the last day of the month or year that day
is in. march: until the 1 March of the next year, so until the one after the coming one where earned in January or February.
never: infinity.';
