-- Everything that could say what an option is for a person, in one row.
--
--   SELECT * FROM trf_getOptionSources('alice', 'storage');
--
CREATE OR REPLACE FUNCTION trf_getOptionSources(username text, optionCode text)
RETURNS TABLE (personal text, tariff text, standard text, tariffID bigint, isDisabled boolean)
LANGUAGE sql
STABLE
AS $$
    SELECT
        CASE WHEN member.hasOverrides THEN (
            SELECT own.value
            FROM as_trf_userOptionValues AS own
            WHERE
                own.username = member.username
                AND own.optionID = option.id
                AND own.during @> ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date
        ) END,
        (
            SELECT offered.value
            FROM as_trf_tariffOptionValues AS offered
            WHERE
                offered.tariffID
                = trf_effectiveTariff(member, clock, ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date)
                AND offered.optionID = option.id
        ),
        -- Without any tariff nothing is allowed by default.
        CASE
            WHEN trf_effectiveTariff(member, clock, ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date) IS NOT NULL
                THEN option.defaultValue
        END,
        trf_effectiveTariff(member, clock, ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date),
        option.isDisabled
    FROM as_users AS member
    CROSS JOIN as_clock AS clock
    CROSS JOIN as_trf_tariffOptions AS option
    WHERE
        member.username = trf_getOptionSources.username
        AND option.code = trf_getOptionSources.optionCode
$$;

COMMENT ON FUNCTION trf_getOptionSources IS
'The personal value in force, the value of the tariff in force, the option''s default, strongest first; no row for an
unknown person or option. Inlined into its callers, which therefore agree.';
