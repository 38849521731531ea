-- Take the right to talk with Pohoda; of many workers that ask one gets it, with all that connecting takes.
--
--   SELECT * FROM ctr_takeLink('host:4711');
--
CREATE OR REPLACE FUNCTION ctr_takeLink(worker text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    link ctr_link;
BEGIN
    SELECT * INTO link FROM ctr_link;
    IF worker IS NULL THEN
        RETURN refuse('invalid_value', 'A worker has a name.', jsonb_build_object('field', 'worker'));
    END IF;
    IF link.channel = 'off' THEN
        RETURN refuse('link_off', 'The link with Pohoda is switched off.');
    END IF;

    UPDATE ctr_linkState
    SET worker = ctr_takeLink.worker, leaseUntil = moment + make_interval(secs => link.timeout + 60)
    WHERE ctr_linkState.worker IS NULL OR ctr_linkState.worker = ctr_takeLink.worker OR ctr_linkState.leaseUntil < moment;
    IF NOT FOUND THEN
        RETURN refuse('link_busy', 'Another worker talks with Pohoda at this moment.');
    END IF;

    RETURN done(
        'link_taken',
        format('%s talks with Pohoda.', worker),
        jsonb_build_object(
            'channel', link.channel, 'url', link.url, 'userName', link.userName, 'password', link.password,
            'certificateIsChecked', link.certificateIsChecked, 'requestFolder', link.requestFolder,
            'responseFolder', link.responseFolder, 'ico', link.ico, 'databaseName', link.databaseName,
            'exSystemName', link.exSystemName, 'encoding', link.encoding, 'timeout', link.timeout,
            'isPackOut', EXISTS (
                SELECT
                FROM ctr_packs
                WHERE ctr_packs.kind = 'send' AND ctr_packs.finishedAt IS NULL AND ctr_packs.handedOverAt IS NOT NULL
            ),
            'listing', (
                SELECT
                    jsonb_build_object(
                        'listingID', ctr_listings.id, 'kind', ctr_listings.kind, 'lastChanges', ctr_listings.since
                    )
                FROM ctr_listings
                WHERE ctr_listings.state = 'reading'
            ),
            'cut', (SELECT jsonb_object_agg(ctr_fields.code, ctr_fields.length) FROM ctr_fields WHERE ctr_fields.mayBeCut)
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_takeLink IS
'A lease of the time-out and a minute more. details: everything to connect, the password included; cut: the fields that may be
shortened, with their lengths. isPackOut and listing: what waits for an answer in a folder.
Refuses: invalid_value, link_off, link_busy.';

GRANT EXECUTE ON FUNCTION ctr_takeLink TO portal_worker, portal_dba;
