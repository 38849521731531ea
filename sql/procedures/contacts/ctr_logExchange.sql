-- Keep what was asked for and what came back, for whoever looks after the link.
--
--   SELECT * FROM ctr_logExchange('host:4711', 42, 'portal-list-42-1', '<dat:dataPack …>', '<rsp:responsePack …>', true);
--
CREATE OR REPLACE FUNCTION ctr_logExchange(
    worker text,
    listingID bigint,
    packKey text,
    sentXML text,
    receivedXML text,
    isAnswered boolean,
    note text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    IF num_nulls(packKey, worker) > 0 THEN
        RETURN refuse('invalid_value', 'Say which pack was sent, and by which worker.', '{"field": "packKey"}');
    END IF;

    INSERT INTO ctr_packs (
        packKey, kind, listingID, state, channel, worker, attempts, note, sentXML, receivedXML, counts, createdAt, handedOverAt,
        finishedAt
    )
    SELECT
        ctr_logExchange.packKey, 'list', ctr_logExchange.listingID, CASE WHEN isAnswered THEN 'done' ELSE 'refused' END,
        ctr_link.channel, ctr_logExchange.worker, 1, left(ctr_logExchange.note, 2000), left(ctr_logExchange.sentXML, 100000),
        left(ctr_logExchange.receivedXML, 100000), '{}', moment, moment, moment
    FROM ctr_link
    ON CONFLICT ON CONSTRAINT ctr_packs_packkey DO NOTHING;

    RETURN done('exchange_logged', 'Kept.');
END;
$$;

COMMENT ON FUNCTION ctr_logExchange IS
'One request of a listing and the beginning of its answer (100,000 characters); a packKey that is there already is not written
again.
Refuses: invalid_value.';

GRANT EXECUTE ON FUNCTION ctr_logExchange TO portal_worker, portal_dba;
