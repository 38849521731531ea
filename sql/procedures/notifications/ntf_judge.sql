-- Whether a message of a kind may go to a person on a channel at a moment.
--
--   SELECT * FROM ntf_judge('alice', 'tariff_deadline', 'email', '{}', clock_timestamp());
--
CREATE OR REPLACE FUNCTION ntf_judge(
    username text,
    kind text,
    channel text,
    details jsonb,
    moment timestamptz,
    messageID bigint DEFAULT NULL
)
RETURNS ntf_verdict
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    about record;
BEGIN
    SELECT
        coalesce(ntf_kinds.isMarketing, false) AS isMarketing,
        coalesce(ntf_kinds.isUrgent, false) AS isUrgent,
        ntf_channels.isEnabled,
        ntf_kindChannels.isFixed OR coalesce(ntf_consents.isOn, ntf_kindChannels.isOn) AS isOn
    INTO about
    FROM ntf_kinds
    INNER JOIN ntf_kindChannels ON ntf_kindChannels.kind = ntf_kinds.code
    INNER JOIN ntf_channels ON ntf_channels.code = ntf_kindChannels.channel
    LEFT JOIN ntf_consents
        ON
            ntf_consents.username = ntf_judge.username
            AND ntf_consents.kind = ntf_kinds.code
            AND ntf_consents.channel = ntf_channels.code
    WHERE ntf_kinds.code = ntf_judge.kind AND ntf_channels.code = ntf_judge.channel;

    IF NOT FOUND THEN
        RETURN ROW('drop', NULL, 'not_on_this_channel')::ntf_verdict;
    END IF;
    IF NOT about.isEnabled THEN
        RETURN ROW('hold', moment + interval '15 minutes', 'channel_off')::ntf_verdict;
    END IF;
    IF NOT about.isOn THEN
        RETURN ROW('drop', NULL, 'switched_off')::ntf_verdict;
    END IF;
    IF NOT about.isMarketing AND (about.isUrgent OR channel <> 'sms') THEN
        RETURN ROW('send', NULL, NULL)::ntf_verdict;
    END IF;

    RETURN ntf_judgeTime(username, channel, details, moment, messageID, about.isMarketing);
END;
$$;

COMMENT ON FUNCTION ntf_judge IS
'Asked right before a message is sent, in the transaction that takes it: send, hold until a moment, or drop. Who asks for several of
one person marks each as sending before asking about the next, for what is being sent counts for the limits. messageID: the one of
the outbox that is asked about, so that it does not count itself, and what has waited too long is given up. Not to be asked again
for what was handed over: that is asked about, not sent. why: not_on_this_channel, channel_off, switched_off, locked, over (its
details say validUntil), quiet_hours, busy (the person''s row is being changed), limit_day, limit_week, waited_too_long.';
