-- Set how Pohoda is reached, or switch the link off.
--
--   SELECT * FROM ctr_saveLink('mserver', url => 'http://192.168.1.10:444', userName => 'web', password => 'secret', ico => '12345678');
--
CREATE OR REPLACE FUNCTION ctr_saveLink(
    channel text,
    url text DEFAULT '',
    userName text DEFAULT '',
    password text DEFAULT NULL,
    certificateIsChecked boolean DEFAULT true,
    requestFolder text DEFAULT '',
    responseFolder text DEFAULT '',
    ico text DEFAULT '',
    databaseName text DEFAULT '',
    exSystemName text DEFAULT 'portal',
    encoding text DEFAULT 'windows-1250',
    timeout integer DEFAULT 120,
    packSize integer DEFAULT 100,
    cityWhenUnknown text DEFAULT '-',
    newGroup text DEFAULT '',
    newIsCustomer boolean DEFAULT true,
    goneShare integer DEFAULT 20,
    pullUser text DEFAULT '',
    pullPasswordHash text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    -- Whether a password is given, never which.
    asked jsonb := jsonb_build_object(
        'channel', channel, 'url', url, 'userName', userName, 'hasPassword', password IS NOT NULL,
        'certificateIsChecked', certificateIsChecked, 'requestFolder', requestFolder, 'responseFolder', responseFolder,
        'ico', ico, 'databaseName', databaseName, 'exSystemName', exSystemName, 'encoding', encoding, 'timeout', timeout,
        'packSize', packSize, 'cityWhenUnknown', cityWhenUnknown, 'newGroup', newGroup, 'newIsCustomer', newIsCustomer,
        'goneShare', goneShare, 'pullUser', pullUser, 'hasPullPassword', pullPasswordHash IS NOT NULL
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    longest jsonb := jsonb_build_object(
        'url', 500, 'userName', 100, 'requestFolder', 500, 'responseFolder', 500, 'ico', 15, 'databaseName', 100,
        'exSystemName', 64, 'cityWhenUnknown', 45, 'newGroup', 255, 'pullUser', 100
    );
    field record;
    before ctr_link;
    answer outcome;
BEGIN
    answer := ctr_judgeByAdmin('ctr_saveLink', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO before FROM ctr_link FOR NO KEY UPDATE;

    FOR field IN
        SELECT pair.key, pair.value, (longest ->> pair.key)::integer AS most
        FROM jsonb_each_text(asked) AS pair
        ORDER BY pair.key
    LOOP
        IF field.value IS NULL OR length(field.value) > field.most OR field.value ~ '[\u0001-\u001f\u007f-\u009f]' THEN
            RETURN refuse(
                'invalid_value', format('The value of %s cannot be kept.', field.key), jsonb_build_object('field', field.key)
            );
        END IF;
    END LOOP;
    IF channel NOT IN ('off', 'mserver', 'folder') THEN
        RETURN refuse('no_such_channel', 'The channels are off, mserver and folder.', jsonb_build_object('field', 'channel'));
    END IF;
    IF encoding NOT IN ('windows-1250', 'utf-8') THEN
        RETURN refuse('no_such_encoding', 'Pohoda reads windows-1250 or utf-8.', jsonb_build_object('field', 'encoding'));
    END IF;
    IF NOT (timeout BETWEEN 5 AND 3600) THEN
        RETURN refuse('out_of_range', 'From 5 to 3600 seconds.', '{"field": "timeout", "minimum": 5, "maximum": 3600}');
    END IF;
    IF NOT (packSize BETWEEN 1 AND 1000) THEN
        RETURN refuse('out_of_range', 'From 1 to 1000 contacts.', '{"field": "packSize", "minimum": 1, "maximum": 1000}');
    END IF;
    IF NOT (goneShare BETWEEN 0 AND 100) THEN
        RETURN refuse('out_of_range', 'From 0 to 100 per cent.', '{"field": "goneShare", "minimum": 0, "maximum": 100}');
    END IF;
    IF exSystemName !~ '\S' THEN
        RETURN refuse(
            'ex_system_missing', 'Our identifiers need a name in Pohoda.', jsonb_build_object('field', 'exSystemName')
        );
    END IF;
    IF channel <> 'off' AND ico !~ '\S' THEN
        RETURN refuse('ico_missing', 'Give the IČO of the accounting unit.', jsonb_build_object('field', 'ico'));
    END IF;
    IF channel = 'mserver' AND url !~ '^https?://[^/\s]+' THEN
        RETURN refuse('url_missing', 'Give the address of the mServer: http://…', jsonb_build_object('field', 'url'));
    END IF;
    IF channel = 'folder' AND (requestFolder = '' OR responseFolder = '') THEN
        RETURN refuse(
            'folder_missing', 'Give both folders.',
            jsonb_build_object('field', CASE WHEN requestFolder = '' THEN 'requestFolder' ELSE 'responseFolder' END)
        );
    END IF;
    -- Identifiers and numbers are of one accounting unit and one name.
    IF (exSystemName <> before.exSystemName OR (ico <> before.ico AND before.ico <> ''))
        AND EXISTS (SELECT FROM ctr_contacts WHERE ctr_contacts.pohodaID IS NOT NULL)
    THEN
        RETURN refuse(
            'unit_in_use', 'People are linked with contacts of this unit under this name already.',
            jsonb_build_object('field', CASE WHEN ico <> before.ico THEN 'ico' ELSE 'exSystemName' END)
        );
    END IF;
    IF (channel <> before.channel OR ico <> before.ico OR databaseName <> before.databaseName)
        AND EXISTS (
            SELECT
            FROM ctr_packs
            WHERE ctr_packs.kind = 'send' AND ctr_packs.finishedAt IS NULL AND ctr_packs.handedOverAt IS NOT NULL
        )
        AND channel <> 'off'
    THEN
        RETURN refuse('pack_open', 'A pack is still without an answer. Wait for it, or give it up first.');
    END IF;

    UPDATE ctr_link
    SET
        channel = ctr_saveLink.channel,
        url = rtrim(ctr_saveLink.url, '/'),
        userName = ctr_saveLink.userName,
        password = coalesce(ctr_saveLink.password, ctr_link.password),
        certificateIsChecked = ctr_saveLink.certificateIsChecked,
        requestFolder = ctr_saveLink.requestFolder,
        responseFolder = ctr_saveLink.responseFolder,
        ico = btrim(ctr_saveLink.ico),
        databaseName = ctr_saveLink.databaseName,
        exSystemName = ctr_saveLink.exSystemName,
        encoding = ctr_saveLink.encoding,
        timeout = ctr_saveLink.timeout,
        packSize = ctr_saveLink.packSize,
        cityWhenUnknown = btrim(ctr_saveLink.cityWhenUnknown),
        newGroup = btrim(ctr_saveLink.newGroup),
        newIsCustomer = ctr_saveLink.newIsCustomer,
        goneShare = ctr_saveLink.goneShare,
        pullUser = ctr_saveLink.pullUser,
        pullPasswordHash = coalesce(ctr_saveLink.pullPasswordHash, ctr_link.pullPasswordHash),
        updatedAt = moment;
    IF (channel = 'off') <> (before.channel = 'off') THEN
        UPDATE job_schedules
        SET isEnabled = ctr_saveLink.channel <> 'off', updatedAt = moment
        WHERE job_schedules.code IN ('contacts.send', 'contacts.receive', 'contacts.compare');
    END IF;
    IF channel <> 'off' AND EXISTS (SELECT FROM ctr_contacts WHERE ctr_contacts.queuedAt IS NOT NULL) THEN
        PERFORM ctr_wakeSender();
    END IF;

    RETURN as_record(
        asker, 'ctr_saveLink', asked, request, actor,
        done(
            'link_saved',
            CASE channel WHEN 'off' THEN 'The link with Pohoda is off.' ELSE 'The link with Pohoda is saved.' END,
            jsonb_build_object(
                'channel', channel,
                'before', to_jsonb(before) - '{isonly,password,pullpasswordhash}'::text[]
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_saveLink IS
'channel: off, mserver (url, userName, password) or folder (both folders). A password that is not given stays; it is in no answer, no
view and no audit. Switching on or off switches the three schedules with it. pullPasswordHash: argon2id, for Pohoda''s own pull.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_channel,
no_such_encoding, out_of_range, ex_system_missing, ico_missing, url_missing, folder_missing, unit_in_use, pack_open.';

GRANT EXECUTE ON FUNCTION ctr_saveLink TO portal_web, portal_dba;
