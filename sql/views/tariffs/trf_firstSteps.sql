-- What a new customer has done of what comes first: a tariff, money, somewhere to be reached.
--
--   SELECT is_new, has_tariff, has_money, has_contacts FROM trf_firstSteps WHERE username = 'alice';
--
CREATE OR REPLACE VIEW trf_firstSteps AS
SELECT
    member.username,
    member.createdAt > now() + clock.shift - interval '30 days' AS is_new,
    EXISTS (  -- noqa: LT01,LT06
        SELECT
        FROM as_trf_tariffLog AS purchase
        WHERE
            purchase.username = member.username
            AND NOT purchase.isReversed
            AND (purchase.number > 1 OR purchase.tariffID IS DISTINCT FROM clock.defaultTariffID)
    ) AS has_tariff,
    account.version > 0 AS has_money,
    member.email IS NOT NULL AND member.phone IS NOT NULL AS has_contacts
FROM as_users AS member
CROSS JOIN as_clock AS clock
INNER JOIN fin_accounts AS account ON member.username = account.username;

COMMENT ON VIEW trf_firstSteps IS
'One row a person: is_new for 30 days; has_tariff: has ever chosen one beyond the default of the registration; has_money: any
movement so far; has_contacts: e-mail and phone are known.';

GRANT SELECT ON trf_firstSteps TO portal_web, portal_dba, portal_report;
