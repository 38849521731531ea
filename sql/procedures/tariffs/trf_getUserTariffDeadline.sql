-- The end of a person's tariff: the first day without it.
--
--   SELECT trf_getUserTariffDeadline('alice');
--
CREATE OR REPLACE FUNCTION trf_getUserTariffDeadline(username text)
RETURNS date
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
    SELECT as_users.tariffDeadline
    FROM as_users
    WHERE as_users.username = trf_getUserTariffDeadline.username
$$;

COMMENT ON FUNCTION trf_getUserTariffDeadline IS
'The stored end of the tariff (yyyy-mm-dd), also when it is past; null without a deadline, without a tariff, and for an
unknown person.';

GRANT EXECUTE ON FUNCTION trf_getUserTariffDeadline TO portal_web, portal_worker, portal_dba;
