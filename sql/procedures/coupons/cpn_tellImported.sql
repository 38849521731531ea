-- Tell people of the personal discounts that an import has brought them.
--
--   SELECT cpn_tellImported(42);
--
CREATE OR REPLACE FUNCTION cpn_tellImported(importID bigint)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    told bigint;
BEGIN
    IF as_getSetting('discountNotices') <> 'true' THEN
        RETURN 0::bigint;
    END IF;

    INSERT INTO job_outbox (
        username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt
    )
    SELECT
        fresh.username, 'coupon_given', 'coupon_given:import:' || importID, ntf_kindChannels.channel, fresh.details, 'new', 0,
        moment, moment
    FROM (
        -- Of several the best one.
        SELECT DISTINCT ON (cpn_personalDiscounts.username)
            cpn_personalDiscounts.username,
            cpn_describeDiscount(cpn_personalDiscounts) AS details
        FROM cpn_personalDiscounts
        INNER JOIN as_users ON as_users.username = cpn_personalDiscounts.username AND NOT as_users.isLocked
        WHERE
            cpn_personalDiscounts.importID = cpn_tellImported.importID
            AND cpn_personalDiscounts.endedAt IS NULL
            -- What is no better than what it stands in for is no news.
            AND NOT EXISTS (
                SELECT
                FROM cpn_personalDiscounts AS earlier
                WHERE
                    earlier.endedByImportID = cpn_tellImported.importID
                    AND earlier.username = cpn_personalDiscounts.username
                    AND earlier.percentage >= cpn_personalDiscounts.percentage
            )
        ORDER BY cpn_personalDiscounts.username, cpn_personalDiscounts.percentage DESC, cpn_personalDiscounts.id
    ) AS fresh
    INNER JOIN ntf_kindChannels ON ntf_kindChannels.kind = 'coupon_given'
    INNER JOIN ntf_channels ON ntf_channels.code = ntf_kindChannels.channel AND ntf_channels.isEnabled
    LEFT JOIN ntf_consents
        ON
            ntf_consents.username = fresh.username
            AND ntf_consents.kind = ntf_kindChannels.kind
            AND ntf_consents.channel = ntf_kindChannels.channel
    WHERE ntf_kindChannels.isFixed OR coalesce(ntf_consents.isOn, ntf_kindChannels.isOn)
    ON CONFLICT ON CONSTRAINT job_outbox_once DO NOTHING;
    GET DIAGNOSTICS told = ROW_COUNT;

    RETURN told;
END;
$$;

COMMENT ON FUNCTION cpn_tellImported IS
'Loader, part of the import''s transaction: one message a person, import and channel, for whoever has got something new or better,
where the setting discountNotices says so and the person has not switched such messages off. Answers how many.';
