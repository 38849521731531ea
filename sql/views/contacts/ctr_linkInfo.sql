-- How Pohoda is reached, and how that goes.
--
--   SELECT channel, state, failure FROM ctr_linkInfo;
--
CREATE OR REPLACE VIEW ctr_linkInfo AS
SELECT
    ctr_link.channel,
    CASE
        WHEN ctr_link.channel = 'off' THEN 'off'
        WHEN ctr_linkState.failures > 0 THEN 'failing'
        WHEN ctr_linkState.leaseUntil > clock_timestamp() THEN 'talking'
        WHEN ctr_linkState.answeredAt IS NULL THEN 'new'
        ELSE 'ready'
    END AS state,
    ctr_link.url,
    ctr_link.userName AS user_name,
    ctr_link.password <> '' AS has_password,
    ctr_link.certificateIsChecked AS certificate_is_checked,
    ctr_link.requestFolder AS request_folder,
    ctr_link.responseFolder AS response_folder,
    ctr_link.ico,
    ctr_link.databaseName AS database_name,
    ctr_link.exSystemName AS ex_system_name,
    ctr_link.encoding,
    ctr_link.timeout,
    ctr_link.packSize AS pack_size,
    ctr_link.cityWhenUnknown AS city_when_unknown,
    ctr_link.newGroup AS new_group,
    ctr_link.newIsCustomer AS new_is_customer,
    ctr_link.goneShare AS gone_share,
    ctr_link.pullUser AS pull_user,
    ctr_link.pullPasswordHash <> '' AS has_pull_password,
    ctr_linkState.company,
    ctr_linkState.mark,
    ctr_linkState.listedFrom AS listed,
    ctr_linkState.comparedAt AS compared,
    ctr_linkState.answeredAt AS answered,
    ctr_linkState.failure,
    ctr_linkState.failureSaid AS failure_said,
    ctr_linkState.failures,
    ctr_linkState.failedAt AS failed,
    ctr_linkState.worker,
    ctr_linkState.leaseUntil AS lease_until
FROM ctr_link
CROSS JOIN ctr_linkState;

COMMENT ON VIEW ctr_linkInfo IS
'One row. state: off, new (no answer yet), ready, talking, failing (failure says why, failure_said the same as code
and details, failures how often in a row). Passwords are in
no view.';

GRANT SELECT ON ctr_linkInfo TO portal_web, portal_worker, portal_dba, portal_report;
