-- Whether a person may be put on a tariff for a period; null when so, a refusal when not.
--
--   SELECT (trf_judgeChange(as_users, as_trf_tariffs, 12, 'alice')).*
--   FROM as_users CROSS JOIN as_trf_tariffs WHERE as_users.username = 'alice' AND as_trf_tariffs.id = 2;
--
CREATE OR REPLACE FUNCTION trf_judgeChange(member as_users, tariff as_trf_tariffs, period integer, actor text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    beyondSelf outcome;
BEGIN
    IF tariff.id IS NULL THEN
        RETURN refuse('no_such_tariff', 'There is no such tariff.', '{"field": "tariffID"}');
    END IF;
    IF period IS NULL OR period NOT IN (0, 1, 6, 12, 36) THEN
        RETURN refuse(
            'no_such_period', 'A period is 1, 6, 12 or 36 months, or 0 for without end.', '{"field": "period"}'
        );
    END IF;
    -- Whoever has it keeps it, and may prolong it.
    IF tariff.isDisabled AND tariff.id IS DISTINCT FROM member.tariffID THEN
        RETURN refuse(
            'tariff_disabled', format('%s is not offered any more.', tariff.name),
            jsonb_build_object('field', 'tariffID', 'tariff', tariff.name)
        );
    END IF;

    IF period = 0 AND trf_getPrice(tariff, 1) > 0 THEN
        beyondSelf := as_checkActor(actor, NULL, 'admin');
        IF beyondSelf.result = 0 THEN
            RETURN refuse(
                'endless_needs_admin', format('%s costs money; only an administrator gives it without end.', tariff.name),
                jsonb_build_object('field', 'period', 'tariff', tariff.name)
            );
        END IF;
    END IF;

    IF member.tariffID = tariff.id AND member.tariffDeadline IS NULL THEN
        RETURN refuse(
            'already_without_end', format('%s has %s already, without end.', member.username, tariff.name),
            jsonb_build_object('field', 'tariffID', 'tariff', tariff.name)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION trf_judgeChange IS
'Null when the change is possible, money aside. A disabled tariff can be taken again only by who has it; a tariff with a
price is given without end only by an administrator or a DBA.
Refuses: no_such_tariff, no_such_period, tariff_disabled, endless_needs_admin, already_without_end.';
