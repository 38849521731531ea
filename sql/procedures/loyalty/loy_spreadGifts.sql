-- A decision with the bonuses that it gives beside the receipt counted as earned by its lines.
--
--   SELECT loy_spreadGifts('{"lines": [{"line": 1, "net": "10.00", "earned": "0.00"}], "earnings": [], "earned": "0.00", "gifts": [{"promotion": "gift", "kind": "regular", "amount": "5.00"}]}');
--
CREATE OR REPLACE FUNCTION loy_spreadGifts(decision jsonb)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    told jsonb := decision;
    gift record;
    weights bigint[];
    shares bigint[];
    parts jsonb;
BEGIN
    IF decision -> 'gifts' = '[]' THEN
        RETURN decision;
    END IF;

    FOR gift IN
        SELECT given.promotion, given.kind, given.amount
        FROM jsonb_to_recordset(decision -> 'gifts') AS given (promotion text, kind text, amount numeric)
        WHERE given.kind IS NOT NULL AND given.amount > 0
    LOOP
        SELECT array_agg((line.net * 100)::bigint ORDER BY line.line) INTO weights
        FROM jsonb_to_recordset(told -> 'lines') AS line (line integer, net numeric);
        -- Where nothing had to be paid, every line has the same part in it.
        IF 0 = ALL (weights) THEN
            weights := array_fill(1::bigint, ARRAY[cardinality(weights)]);
        END IF;
        shares := loy_spread((gift.amount * 100)::bigint, weights);

        SELECT jsonb_agg(
            jsonb_build_object('line', share.line, 'amount', (share.amount / 100.0)::numeric(14, 2)::text) ORDER BY share.line
        )
        INTO parts
        FROM unnest(shares) WITH ORDINALITY AS share (amount, line)
        WHERE share.amount > 0;
        told := told || jsonb_build_object(
            'earnings', told -> 'earnings' || jsonb_build_object(
                'promotion', gift.promotion, 'kind', gift.kind, 'amount', gift.amount::numeric(14, 2)::text, 'lines', parts
            ),
            'earned', ((told ->> 'earned')::numeric + gift.amount)::numeric(14, 2)::text,
            'lines', (
                SELECT jsonb_agg(
                    lines.line || jsonb_build_object(
                        'earned',
                        ((lines.line ->> 'earned')::numeric + shares[lines.place] / 100.0)::numeric(14, 2)::text
                    )
                    ORDER BY lines.place
                )
                FROM jsonb_array_elements(told -> 'lines') WITH ORDINALITY AS lines (line, place)
            )
        );
    END LOOP;

    RETURN told;
END;
$$;

COMMENT ON FUNCTION loy_spreadGifts IS
'So that a returned line takes its part of them back. In proportion to what is paid for the lines, by the largest remainder.';
