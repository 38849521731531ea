-- The lines of a portion of history, each with what is the matter with it.
--
--   SELECT place, username, reason FROM loy_readOldHistory(0, 'Europe/Bratislava');
--
CREATE OR REPLACE FUNCTION loy_readOldHistory(before bigint, timeZone text)
RETURNS TABLE (
    place bigint, username text, number text, at timestamptz, kind text, amount numeric, store text, note text,
    reason text, card text, given text
)
LANGUAGE sql
STABLE
AS $$
    SELECT
        before + read.line - first.line + 1,
        loy_cards.username,
        read.number,
        read.at,
        read.kind,
        read.amount,
        read.store,
        read.note,
        CASE
            WHEN read.broken IS NOT NULL THEN 'line_unreadable'
            WHEN read.number IS NULL THEN 'number_unreadable'
            WHEN loy_cards.username IS NULL THEN 'card_unknown'
            WHEN read.at IS NULL THEN 'date_unreadable'
            WHEN read.kind NOT IN ('purchase', 'return', 'earn', 'spend', 'expire', 'adjust') THEN 'kind_unknown'
            WHEN read.amount IS NULL OR read.amount <> round(read.amount, 2) OR abs(read.amount) > 999999999999.99
                THEN 'amount_unreadable'
        END,
        left(coalesce(read.number, read.numberGiven), 64),
        left(coalesce(
            read.broken,
            CASE
                WHEN read.number IS NULL THEN read.numberGiven
                WHEN loy_cards.username IS NULL THEN NULL
                WHEN read.at IS NULL THEN read.atGiven
                WHEN read.kind NOT IN ('purchase', 'return', 'earn', 'spend', 'expire', 'adjust') THEN read.kind
                ELSE read.amountGiven
            END,
            ''
        ), 200)
    FROM (
        SELECT
            lines.line,
            lines.broken,
            lines.number AS numberGiven,
            CASE
                WHEN lines.number ~ '^[A-Z0-9]{4,32}$' THEN lines.number ELSE as_normaliseKey('card', lines.number)
            END AS number,
            lines.at AS atGiven,
            cpn_readMoment(btrim(lines.at), timeZone) AS at,
            coalesce(lower(btrim(lines.kind)), '') AS kind,
            lines.amount AS amountGiven,
            cpn_readNumber(btrim(lines.amount)) AS amount,
            coalesce(btrim(lines.store), '') AS store,
            coalesce(btrim(lines.note), '') AS note
        FROM loy_oldLines AS lines
        -- So that what is read of a line is read once, however often it is named above.
        OFFSET 0
    ) AS read
    CROSS JOIN (SELECT min(loy_oldLines.line) AS line FROM loy_oldLines) AS first
    LEFT JOIN loy_cards ON loy_cards.number = read.number
$$;

COMMENT ON FUNCTION loy_readOldHistory IS
'Whose card it is now, and the moment and the amount read. kinds: purchase and return in money; earn, spend, expire and adjust in
bonuses. reason: why a line is left out.';
