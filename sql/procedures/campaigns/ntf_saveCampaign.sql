-- Prepare a campaign, or change one that has not started.
--
--   SELECT * FROM ntf_saveCampaign(NULL, 'Winter', 1, '{email,cabinet}', lastDay => '2027-03-01');
--
CREATE OR REPLACE FUNCTION ntf_saveCampaign(
    campaignID bigint,
    name text,
    segmentID bigint,
    channels text[],
    lastDay date,
    startsAt timestamp DEFAULT NULL,
    controlShare integer DEFAULT 10,
    purchaseDays integer DEFAULT 14,
    goal text DEFAULT '',
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object(
        'campaignID', campaignID, 'name', name, 'segmentID', segmentID, 'channels', channels, 'lastDay', lastDay,
        'startsAt', startsAt, 'controlShare', controlShare, 'purchaseDays', purchaseDays, 'goal', goal
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    wanted text := btrim(name);
    begins timestamptz := startsAt AT TIME ZONE zone;
    ends timestamptz := (lastDay + 1)::timestamp AT TIME ZONE zone;
    ways text[] := ARRAY(
        SELECT way.code
        FROM unnest(channels) WITH ORDINALITY AS way (code, place)
        WHERE way.code <> ''
        GROUP BY way.code
        ORDER BY min(way.place)
    );
    unknown text;
    number bigint;
    answer outcome;
BEGIN
    IF campaignID IS NULL THEN
        answer := as_judgeCatalogue('ntf_saveCampaign', asked, requestKey, actor);
    ELSE
        answer := ntf_judgeSave('ntf_saveCampaign', asked, campaignID, '{draft}', requestKey, actor);
    END IF;
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    IF wanted IS NULL OR wanted = '' THEN
        RETURN refuse('name_missing', 'Give it a name.', '{"field": "name"}');
    END IF;
    IF length(wanted) > 100 THEN
        RETURN refuse('too_long', 'A name has at most 100 characters.', '{"field": "name", "maximum": 100}');
    END IF;
    IF wanted ~ '[\u0001-\u001f\u007f-\u009f]' THEN
        RETURN refuse('invalid_value', 'A name stands on one line.', '{"field": "name"}');
    END IF;
    IF EXISTS (
        SELECT
        FROM ntf_campaigns
        WHERE lower(ntf_campaigns.name) = lower(wanted) AND ntf_campaigns.id IS DISTINCT FROM campaignID
    ) THEN
        RETURN refuse(
            'name_taken', format('There is a campaign named %s already.', wanted),
            jsonb_build_object('field', 'name', 'name', wanted)
        );
    END IF;
    IF length(goal) > 1000 THEN
        RETURN refuse('too_long', 'A goal has at most 1000 characters.', '{"field": "goal", "maximum": 1000}');
    END IF;
    PERFORM FROM ntf_segments WHERE ntf_segments.id = ntf_saveCampaign.segmentID FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_segment', 'Choose a segment.', '{"field": "segmentID"}');
    END IF;

    IF cardinality(ways) = 0 THEN
        RETURN refuse('channels_missing', 'Choose at least one channel.', '{"field": "channels"}');
    END IF;
    SELECT way.code INTO unknown
    FROM unnest(ways) AS way (code)
    WHERE NOT EXISTS (
        SELECT FROM ntf_kindChannels WHERE ntf_kindChannels.kind = 'campaign' AND ntf_kindChannels.channel = way.code
    )
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'no_such_channel', format('Campaigns do not go on the channel %s.', quote_literal(left(unknown, 40))),
            '{"field": "channels"}'
        );
    END IF;
    IF controlShare IS NULL OR controlShare NOT BETWEEN 0 AND 50 THEN
        RETURN refuse(
            'control_out_of_range', 'The control group is 0 to 50 per cent.', '{"field": "controlShare", "maximum": 50}'
        );
    END IF;
    IF purchaseDays IS NULL OR purchaseDays NOT BETWEEN 1 AND 366 THEN
        RETURN refuse(
            'days_out_of_range', 'Purchases count 1 to 366 days.', '{"field": "purchaseDays", "maximum": 366}'
        );
    END IF;

    IF lastDay IS NULL OR NOT isfinite(lastDay) OR lastDay > as_today() + 3660 THEN
        RETURN refuse('day_missing', 'Say the last day on which messages may go out.', '{"field": "lastDay"}');
    END IF;
    IF startsAt IS NOT NULL AND (NOT isfinite(startsAt) OR startsAt < timestamp '2000-01-01') THEN
        RETURN refuse('invalid_value', 'That moment cannot be.', '{"field": "startsAt"}');
    END IF;
    IF ends <= as_now() THEN
        RETURN refuse('over_already', 'That day is over already.', '{"field": "lastDay"}');
    END IF;
    IF ends <= begins THEN
        RETURN refuse('ends_before_start', 'It would end before it begins.', '{"field": "lastDay"}');
    END IF;

    IF campaignID IS NULL THEN
        INSERT INTO ntf_campaigns (
            name, segmentID, goal, channels, state, controlShare, startsAt, validUntil, purchaseDays, createdAt, updatedAt
        )
        VALUES (
            wanted, segmentID, btrim(coalesce(goal, '')), ways, 'draft', controlShare, begins, ends, purchaseDays, moment, moment
        )
        RETURNING ntf_campaigns.id INTO number;
        INSERT INTO ntf_campaignSteps (campaignID, position, waitHours, condition, gift, updatedAt)
        VALUES (number, 1, 0, 'always', 'none', moment);
    ELSE
        number := campaignID;
        UPDATE ntf_campaigns
        SET
            name = wanted,
            segmentID = ntf_saveCampaign.segmentID,
            goal = btrim(coalesce(ntf_saveCampaign.goal, '')),
            channels = ways,
            controlShare = ntf_saveCampaign.controlShare,
            startsAt = begins,
            validUntil = ends,
            purchaseDays = ntf_saveCampaign.purchaseDays,
            updatedAt = moment
        WHERE ntf_campaigns.id = number;
    END IF;

    RETURN as_record(
        asker, 'ntf_saveCampaign', asked, request, actor,
        done(
            CASE WHEN campaignID IS NULL THEN 'campaign_added' ELSE 'campaign_saved' END,
            format('The campaign %s is saved as a draft.', wanted),
            jsonb_build_object('campaignID', number, 'name', wanted)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_saveCampaign IS
'Adds a draft (campaignID null) with one step, or saves one. channels: the first one that a person wants carries the message.
startsAt: local time of the installation, null: as soon as it is started. lastDay: the last day on which messages go out.
controlShare: per cent of the people who get nothing. purchaseDays: so long a purchase counts in the results. details:
campaignID, name.
Done: campaign_added, campaign_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
campaign_started, name_missing, too_long, name_taken, no_such_segment, channels_missing, no_such_channel, control_out_of_range,
days_out_of_range, day_missing, over_already, ends_before_start.';

GRANT EXECUTE ON FUNCTION ntf_saveCampaign TO portal_web, portal_dba;
