-- HMAC-SHA-256 of a message, as RFC 2104 has it.
--
--   SELECT encode(loy_sign('\x4a656665', convert_to('what do ya want for nothing?', 'UTF8')), 'hex');
--
CREATE OR REPLACE FUNCTION loy_sign(secret bytea, message bytea)
RETURNS bytea
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT sha256(pads.outside || sha256(pads.inside || loy_sign.message))
    FROM (
        SELECT
            string_agg(int8send(words.word # x'3636363636363636'::bigint), '' ORDER BY words.place) AS inside,
            string_agg(int8send(words.word # x'5c5c5c5c5c5c5c5c'::bigint), '' ORDER BY words.place) AS outside
        FROM (
            SELECT
                place,
                ('x' || substr(rpad(encode(loy_sign.secret, 'hex'), 128, '0'), place * 16 + 1, 16))::bit(64)::bigint AS word
            FROM generate_series(0, 7) AS place
        ) AS words
    ) AS pads
$$;

COMMENT ON FUNCTION loy_sign IS 'For secrets of at most 64 bytes, as ours are.';
