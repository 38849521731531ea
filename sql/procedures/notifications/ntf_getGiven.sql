-- When a person was given marketing messages on this day and the six before it, by the person's calendar.
--
--   SELECT ntf_getGiven('alice', 'Europe/Bratislava', clock_timestamp());
--
CREATE OR REPLACE FUNCTION ntf_getGiven(
    username text,
    timeZone text,
    moment timestamptz,
    without bigint DEFAULT NULL
)
RETURNS timestamptz[]
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    since timestamptz := ((moment AT TIME ZONE timeZone)::date - 6)::timestamp AT TIME ZONE timeZone;
BEGIN
    RETURN ARRAY(
        SELECT least(coalesce(job_outbox.handedOverAt, job_outbox.finishedAt, job_outbox.leaseUntil), moment)
        FROM job_outbox
        WHERE
            job_outbox.username = ntf_getGiven.username
            AND coalesce(job_outbox.handedOverAt, job_outbox.finishedAt, job_outbox.leaseUntil) >= since
            AND job_outbox.state IN ('sending', 'sent', 'unknown')
            AND job_outbox.channel <> 'cabinet'
            AND job_outbox.kind IN (SELECT ntf_kinds.code FROM ntf_kinds WHERE ntf_kinds.isMarketing)
            AND job_outbox.id IS DISTINCT FROM without
    );
END;
$$;

COMMENT ON FUNCTION ntf_getGiven IS
'What is being sent, was sent, or of which nobody knows; not what failed, and not what stands in the cabinet. without: the id of a
message that does not count.';
