-- Turn the conditions of a set into the tokens by which promotions are found.
--
--   SELECT loy_compileSet(1);
--
CREATE OR REPLACE FUNCTION loy_compileSet(setVersion bigint)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    known record;
    term record;
    pieces jsonb;
    part integer;
    wanted text[];
    tokens text[];
    places integer[];
    dimensions text[];
    needs integer[];
    needed integer;
    first integer;
    hasOwn boolean;
    bounds numeric[];
    written bigint := 0::bigint;
BEGIN
    DELETE FROM loy_promotionTokens AS old WHERE old.setVersion = loy_compileSet.setVersion;

    -- Ranges of prices overlap: cut into bands at every end that any of them has, a line is in one band whatever is asked for.
    bounds := ARRAY(
        SELECT DISTINCT ends.price
        FROM loy_promotions AS p
        CROSS JOIN LATERAL (
            SELECT p.conditions AS given
            UNION ALL
            SELECT p.exceptions
            UNION ALL
            SELECT coalesce(own.piece -> 'conditions', '{}') FROM jsonb_array_elements(loy_getParts(p.kind, p.offer)) AS own (piece)
        ) AS pieces
        CROSS JOIN LATERAL jsonb_each(pieces.given) AS terms (name, given)
        CROSS JOIN LATERAL jsonb_array_elements_text(
            CASE jsonb_typeof(terms.given) WHEN 'array' THEN terms.given ELSE jsonb_build_array(terms.given) END
        ) AS listed (entry)
        CROSS JOIN LATERAL (VALUES (lower(loy_readPrices(listed.entry))), (upper(loy_readPrices(listed.entry)))) AS ends (price)
        WHERE p.setVersion = loy_compileSet.setVersion AND lower(terms.name) IN ('price', 'has.price') AND ends.price IS NOT NULL
        ORDER BY 1
    );
    UPDATE loy_promotionSets SET priceBounds = bounds WHERE loy_promotionSets.version = loy_compileSet.setVersion;

    FOR known IN
        SELECT p.number, p.kind, p.offer, p.conditions, p.exceptions
        FROM loy_promotions AS p
        WHERE p.setVersion = loy_compileSet.setVersion
        ORDER BY p.number
    LOOP
        tokens := ARRAY[]::text[];
        places := ARRAY[]::integer[];
        dimensions := ARRAY[]::text[];
        needs := ARRAY[]::integer[];
        -- What the receipt must be, what a line must be, the parts of an offer, then what makes an exception.
        pieces := jsonb_build_array(known.conditions, known.conditions) || coalesce(
            (
                SELECT jsonb_agg(coalesce(own.piece -> 'conditions', '{}') ORDER BY own.place)
                FROM jsonb_array_elements(loy_getParts(known.kind, known.offer)) WITH ORDINALITY AS own (piece, place)
            ),
            '[]'
        ) || jsonb_build_array(known.exceptions, known.exceptions);
        FOR k IN 0..jsonb_array_length(pieces) - 1 LOOP
            part := CASE
                WHEN k = jsonb_array_length(pieces) - 1 THEN -3
                WHEN k = jsonb_array_length(pieces) - 2 THEN -2
                ELSE k - 1
            END;
            needed := 0;
            hasOwn := false;
            first := cardinality(tokens) + 1;
            FOR term IN
                SELECT
                    lower(terms.name) AS name,
                    CASE jsonb_typeof(terms.given) WHEN 'array' THEN terms.given ELSE jsonb_build_array(terms.given) END AS given
                FROM jsonb_each(pieces -> k) AS terms (name, given)
                ORDER BY 1
            LOOP
                CONTINUE WHEN loy_isOfReceipt(term.name) <> (part IN (-1, -3));
                wanted := ARRAY(
                    SELECT DISTINCT lower(listed.entry) FROM jsonb_array_elements_text(term.given) AS listed (entry) ORDER BY 1
                );
                IF term.name IN ('category', 'has.category') THEN
                    -- A category stands for what is below it, so that a line has at most one of those that are listed.
                    wanted := ARRAY(
                        SELECT one.entry
                        FROM unnest(wanted) AS one (entry)
                        WHERE NOT EXISTS (
                            SELECT FROM unnest(wanted) AS above (entry) WHERE starts_with(one.entry, above.entry || '/')
                        )
                    );
                ELSIF term.name IN ('price', 'has.price') THEN
                    -- Each band once, however many of the ranges share it.
                    wanted := ARRAY(
                        SELECT DISTINCT band.n::text
                        FROM (SELECT loy_readPrices(listed.entry) AS prices FROM unnest(wanted) AS listed (entry)) AS own
                        CROSS JOIN LATERAL generate_series(
                            coalesce(width_bucket(lower(own.prices), bounds), 0),
                            coalesce(width_bucket(upper(own.prices), bounds) - 1, cardinality(bounds))
                        ) AS band (n)
                        WHERE own.prices IS NOT NULL
                        ORDER BY 1
                    );
                END IF;
                hasOwn := true;
                needed := needed + 1;
                FOR v IN 1..cardinality(wanted) LOOP
                    tokens := tokens || (term.name || '=' || wanted[v]);
                    places := places || part;
                    dimensions := dimensions || term.name;
                END LOOP;
            END LOOP;
            IF NOT hasOwn AND part >= -1 THEN
                -- What has no condition asks for the token that everything carries.
                tokens := tokens || '*'::text;
                places := places || part;
                dimensions := dimensions || '*'::text;
                needed := 1;
            END IF;
            FOR t IN first..cardinality(tokens) LOOP
                needs := needs || CASE WHEN part < -1 THEN 0 ELSE needed END;
            END LOOP;
        END LOOP;
        INSERT INTO loy_promotionTokens (setVersion, token, number, part, dimension, needed)
        SELECT loy_compileSet.setVersion, own.token, known.number, own.part, own.dimension, own.needed
        FROM unnest(tokens, places, dimensions, needs) AS own (token, part, dimension, needed);
        written := written + cardinality(tokens);
    END LOOP;
    RETURN written;
END;
$$;

COMMENT ON FUNCTION loy_compileSet IS
'Writes loy_promotionTokens of a set anew, and the priceBounds to which those of prices belong, and answers how many tokens there
are: when it is published, and before a draft is tried.';
