-- What is given beside the receipt.
--
--   SELECT loy_tellGifts(candidates, checks, '{t}');
--
CREATE OR REPLACE FUNCTION loy_tellGifts(candidates loy_candidates, checks loy_checks, isMet boolean[])
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    gifts jsonb := jsonb_build_array();
    own integer;
BEGIN
    FOR c IN 1..coalesce(cardinality(isMet), 0) LOOP
        own := checks.candidates[c];
        CONTINUE WHEN NOT isMet[c] OR candidates.kinds[own] NOT IN ('giftBonus', 'freeItem');
        gifts := gifts || jsonb_build_array(
            CASE candidates.kinds[own]
                WHEN 'giftBonus' THEN jsonb_build_object(
                    'promotion', candidates.codes[own], 'kind', coalesce(candidates.offers[own] ->> 'kind', 'regular'),
                    'amount', loy_money(candidates.worths[own])
                )
                ELSE jsonb_build_object(
                    'promotion', candidates.codes[own], 'sku', candidates.offers[own] ->> 'sku', 'amount', '1.00'
                )
            END
        );
    END LOOP;
    RETURN gifts;
END;
$$;

COMMENT ON FUNCTION loy_tellGifts IS
'isMet: the promotions of the receipt that are on and whose threshold is met.';
