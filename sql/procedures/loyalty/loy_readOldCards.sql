-- The lines of a portion of cards, each with what is the matter with it.
--
--   SELECT place, number, reason FROM loy_readOldCards(0, '{"": "blue", "vip": "gold"}', '{"regular": "infinity"}', 'UTC');
--
CREATE OR REPLACE FUNCTION loy_readOldCards(before bigint, tiers jsonb, rules jsonb, timeZone text)
RETURNS TABLE (
    place bigint, number text, accountKey text, name text, tier text, kind text, amount numeric, validTo timestamptz,
    purchases numeric, reason text, notice text, card text, given text
)
LANGUAGE sql
STABLE
AS $$
    SELECT
        before + read.line - first.line + 1,
        read.number,
        coalesce(read.phone, 'card:' || read.number),
        read.name,
        coalesce(tiers ->> read.tier, tiers ->> ''),
        read.kind,
        read.amount,
        CASE WHEN read.validTo IS NULL THEN (rules ->> read.kind)::timestamptz ELSE read.ends END,
        read.purchases,
        CASE
            WHEN read.broken IS NOT NULL THEN 'line_unreadable'
            WHEN read.number IS NULL THEN 'number_unreadable'
            WHEN read.amount IS NULL OR read.amount <> round(read.amount, 2) OR read.amount > 999999999999.99
                THEN 'balance_unreadable'
            WHEN read.amount < 0 THEN 'balance_negative'
            WHEN NOT rules ? read.kind THEN 'kind_unknown'
            WHEN read.validTo IS NOT NULL AND read.ends IS NULL THEN 'date_unreadable'
            WHEN
                read.purchases IS NULL OR read.purchases < 0 OR read.purchases <> round(read.purchases, 2)
                OR read.purchases > 999999999999.99
                THEN 'purchases_unreadable'
        END,
        CASE
            WHEN read.phoneGiven IS NULL THEN 'phone_missing'
            WHEN read.phone IS NULL THEN 'phone_broken'
            WHEN NOT tiers ? read.tier THEN 'tier_unknown'
        END,
        left(coalesce(read.number, read.numberGiven), 64),
        left(coalesce(
            read.broken,
            CASE
                WHEN read.number IS NULL THEN read.numberGiven
                WHEN read.amount IS NULL OR read.amount <> round(read.amount, 2) OR read.amount < 0 THEN read.balance
                WHEN NOT rules ? read.kind THEN read.kind
                WHEN read.validTo IS NOT NULL AND read.ends IS NULL THEN read.validTo
                WHEN NOT tiers ? read.tier THEN read.tier
            END,
            ''
        ), 200)
    FROM (
        SELECT
            lines.line,
            lines.broken,
            lines.number AS numberGiven,
            -- Most are in their one form already, and are not sent through the function that makes it.
            CASE
                WHEN lines.number ~ '^[A-Z0-9]{4,32}$' THEN lines.number ELSE as_normaliseKey('card', lines.number)
            END AS number,
            nullif(btrim(lines.phone), '') AS phoneGiven,
            CASE
                WHEN lines.phone ~ '^\+[1-9][0-9]{7,14}$' THEN lines.phone
                WHEN lines.phone ~ '\S' THEN as_normaliseKey('phone', lines.phone)
            END AS phone,
            nullif(btrim(left(
                CASE
                    WHEN lines.name ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'
                        THEN regexp_replace(lines.name, '[\u0001-\u001f\u007f-\u009f\u2028\u2029]', ' ', 'g')
                    ELSE lines.name
                END,
                200
            )), '') AS name,
            coalesce(lower(btrim(lines.tier)), '') AS tier,
            coalesce(nullif(lower(btrim(lines.kind)), ''), 'regular') AS kind,
            lines.balance,
            CASE WHEN lines.balance ~ '\S' THEN cpn_readNumber(btrim(lines.balance)) ELSE 0 END AS amount,
            CASE WHEN lines.purchases ~ '\S' THEN cpn_readNumber(btrim(lines.purchases)) ELSE 0 END AS purchases,
            nullif(btrim(lines.validTo), '') AS validTo,
            CASE
                WHEN lower(btrim(lines.validTo)) IN ('never', 'infinity') THEN 'infinity'
                ELSE cpn_readEnd(btrim(lines.validTo), NULL, timeZone)
            END AS ends
        FROM loy_oldLines AS lines
        -- So that what is read of a line is read once, however often it is named above.
        OFFSET 0
    ) AS read
    CROSS JOIN (SELECT min(loy_oldLines.line) AS line FROM loy_oldLines) AS first
$$;

COMMENT ON FUNCTION loy_readOldCards IS
'Numbers and phones in their one form, amounts and dates read. tiers: which of ours each word is, the empty one the lowest. rules:
of each kind, when a balance without a date ends. reason: why a line is left out; notice: what somebody should know of one that
is not.';
