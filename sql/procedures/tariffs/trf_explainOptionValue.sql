-- Why an option has the value that it has: every candidate, strongest first, and the winner.
--
--   SELECT * FROM trf_explainOptionValue('alice', 'storage');
--
CREATE OR REPLACE FUNCTION trf_explainOptionValue(username text, optionCode text)
RETURNS TABLE (rank integer, source text, value text, isWinner boolean, explanation text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    personal text;
    offered text;
    standard text;
    tariffID bigint;
    tariffName text;
    isDisabled boolean;
BEGIN
    SELECT source.personal, source.tariff, source.standard, source.tariffID, source.isDisabled
    INTO personal, offered, standard, tariffID, isDisabled
    FROM trf_getOptionSources(username, optionCode) AS source;
    IF NOT FOUND THEN
        RETURN QUERY SELECT
            0, 'none'::text, NULL::text, true,
            CASE
                WHEN EXISTS (SELECT FROM as_users WHERE as_users.username = trf_explainOptionValue.username)
                    THEN format('There is no option %s: not set.', optionCode)
                ELSE format('There is no user %s: not set.', username)
            END;
        RETURN;
    END IF;
    IF isDisabled THEN
        RETURN QUERY SELECT
            0, 'none'::text, NULL::text, true, format('The option %s is disabled: not set.', optionCode);
        RETURN;
    END IF;

    SELECT as_trf_tariffs.name INTO tariffName FROM as_trf_tariffs WHERE as_trf_tariffs.id = tariffID;

    RETURN QUERY SELECT
        1, 'personal'::text, personal, personal IS NOT NULL,
        CASE WHEN personal IS NULL THEN 'No personal value today.' ELSE 'A personal value in force today.' END;
    RETURN QUERY SELECT
        2, 'tariff'::text, offered, personal IS NULL AND offered IS NOT NULL,
        CASE
            WHEN tariffID IS NULL THEN 'No tariff is in force, and there is no default tariff.'
            WHEN offered IS NULL THEN format('%s is in force and does not set it.', tariffName)
            ELSE format('%s is in force.', tariffName)
        END;
    RETURN QUERY SELECT
        3, 'default'::text, standard,
        coalesce(personal, offered) IS NULL AND standard IS NOT NULL,
        CASE
            WHEN tariffID IS NULL THEN 'The default holds only together with a tariff.'
            WHEN standard IS NULL THEN 'The option has no default.'
            ELSE 'The default of the option.'
        END;
END;
$$;

COMMENT ON FUNCTION trf_explainOptionValue IS
'The candidates of trf_getUserTariffOptionValue by rank: 1 personal, 2 tariff, 3 default, with the one that wins and a
sentence for each. One row of rank 0 where the question has no candidates: unknown person or option, disabled option.';

GRANT EXECUTE ON FUNCTION trf_explainOptionValue TO portal_web, portal_dba;
