-- The providers: in which order they are tried, how they do, and what today has cost.
--
--   SELECT code, health, open_until, spent_today FROM ntf_providerList ORDER BY channel, position;
--
CREATE OR REPLACE VIEW ntf_providerList AS
SELECT
    ntf_providers.code,
    ntf_providers.name,
    ntf_providers.channel,
    ntf_channels.sortOrder AS channel_order,
    ntf_providers.driver,
    ntf_providers.position,
    ntf_providers.isEnabled AS is_enabled,
    ntf_providers.settings,
    ntf_providers.ratePerSecond AS rate_per_second,
    ntf_providers.burst,
    ntf_providers.dailyCap AS daily_cap,
    ntf_providers.pricePerPart AS price_per_part,
    ntf_providers.slowSeconds AS slow_seconds,
    ntf_providers.failuresToOpen AS failures_to_open,
    CASE
        WHEN NOT ntf_providers.isEnabled THEN 'off'
        WHEN ntf_providerStates.openUntil > statement_timestamp() THEN 'open'
        WHEN ntf_providerStates.openUntil IS NOT NULL THEN 'trying'
        WHEN ntf_providerStates.failures > 0 THEN 'shaky'
        ELSE 'well'
    END AS health,
    ntf_providerStates.failures,
    ntf_providerStates.openUntil AS open_until,
    ntf_providerStates.error,
    ntf_providerStates.errorAt AS error_at,
    coalesce(ntf_providerDays.messages, 0) AS messages_today,
    coalesce(ntf_providerDays.parts, 0) AS parts_today,
    coalesce(ntf_providerDays.spent, 0) AS spent_today,
    ntf_providers.updatedAt AS updated
FROM ntf_providers
INNER JOIN ntf_channels ON ntf_channels.code = ntf_providers.channel
INNER JOIN ntf_providerStates ON ntf_providerStates.provider = ntf_providers.code
CROSS JOIN as_clock
LEFT JOIN ntf_providerDays
    ON
        ntf_providerDays.provider = ntf_providers.code
        AND ntf_providerDays.day = (statement_timestamp() AT TIME ZONE as_clock.timeZone)::date;

COMMENT ON VIEW ntf_providerList IS
'health: well, shaky (it failed lately), open (left alone until open_until), trying (the next message tells) or off. What was
handed over today is counted where it costs something; amounts in the installation''s currency.';

GRANT SELECT ON ntf_providerList TO portal_web, portal_worker, portal_dba, portal_report;
