-- How the options of a person would change from one tariff to another.
--
--   SELECT * FROM trf_compareTariffs('alice', 2, 3);
--
CREATE OR REPLACE FUNCTION trf_compareTariffs(username text, fromTariffID bigint, toTariffID bigint)
RETURNS TABLE (code text, name text, before text, after text, change text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
    SELECT
        compared.code,
        compared.name,
        compared.before,
        compared.after,
        CASE
            WHEN compared.before IS NOT DISTINCT FROM compared.after THEN 'same'
            WHEN compared.after IS NULL OR compared.after = 'denied' THEN 'gone'
            WHEN compared.before IS NULL OR compared.before = 'denied' THEN 'new'
            WHEN compared.rankAfter < compared.rankBefore THEN 'less'
            WHEN compared.rankAfter > compared.rankBefore THEN 'more'
            ELSE 'other'
        END
    FROM (
        SELECT
            option.code,
            option.name,
            option.sortOrder,
            option.id,
            coalesce(old.value, CASE WHEN fromTariffID IS NOT NULL THEN option.defaultValue END) AS before,
            coalesce(new.value, option.defaultValue) AS after,
            trf_rankOptionValue(option.type, coalesce(old.value, option.defaultValue)) AS rankBefore,
            trf_rankOptionValue(option.type, coalesce(new.value, option.defaultValue)) AS rankAfter
        FROM as_trf_tariffOptions AS option
        LEFT JOIN as_trf_tariffOptionValues AS old ON option.id = old.optionID AND old.tariffID = fromTariffID
        LEFT JOIN as_trf_tariffOptionValues AS new ON option.id = new.optionID AND new.tariffID = toTariffID
        WHERE
            NOT option.isDisabled
            -- What a person has of his own stays whatever the tariff.
            AND NOT EXISTS (
                SELECT
                FROM as_trf_userOptionValues AS personal
                WHERE
                    personal.username = trf_compareTariffs.username
                    AND personal.optionID = option.id
                    AND personal.during @> as_today()
            )
    ) AS compared
    ORDER BY compared.sortOrder, compared.id
$$;

COMMENT ON FUNCTION trf_compareTariffs IS
'Per option that is not disabled and not overridden for the person: the value before and after (null: not set), and change:
same, more, less, new, gone, or other where values have no order.';

GRANT EXECUTE ON FUNCTION trf_compareTariffs TO portal_web, portal_dba;
