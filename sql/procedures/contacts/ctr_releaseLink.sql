-- Give the right to talk with Pohoda back, and say how it went.
--
--   SELECT * FROM ctr_releaseLink('host:4711', isAnswered => true, company => 'Novák s.r.o.');
--
CREATE OR REPLACE FUNCTION ctr_releaseLink(
    worker text,
    isAnswered boolean,
    failure text DEFAULT NULL,
    company text DEFAULT NULL,
    said jsonb DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    UPDATE ctr_linkState
    SET
        worker = NULL,
        leaseUntil = NULL,
        answeredAt = CASE WHEN isAnswered THEN moment ELSE ctr_linkState.answeredAt END,
        company = coalesce(ctr_releaseLink.company, ctr_linkState.company),
        failure = CASE
            WHEN ctr_releaseLink.failure IS NOT NULL THEN left(ctr_releaseLink.failure, 2000)
            WHEN NOT isAnswered THEN ctr_linkState.failure
        END,
        failureSaid = CASE
            WHEN ctr_releaseLink.failure IS NOT NULL THEN ctr_releaseLink.said
            WHEN NOT isAnswered THEN ctr_linkState.failureSaid
        END,
        failures = CASE
            WHEN ctr_releaseLink.failure IS NOT NULL THEN ctr_linkState.failures + 1
            WHEN isAnswered THEN 0
            ELSE ctr_linkState.failures
        END,
        failedAt = CASE
            WHEN ctr_releaseLink.failure IS NOT NULL THEN moment
            WHEN NOT isAnswered THEN ctr_linkState.failedAt
        END
    WHERE ctr_linkState.worker = ctr_releaseLink.worker;

    IF NOT FOUND THEN
        RETURN refuse('not_yours', format('%s does not talk with Pohoda any more.', worker));
    END IF;
    RETURN done('link_released', format('%s is through.', worker));
END;
$$;

COMMENT ON FUNCTION ctr_releaseLink IS
'failure: why Pohoda could not be talked to, shown until it answers again; said is the same as code and details, for other languages. isAnswered without a failure: all is well. company: what
Pohoda calls the accounting unit behind the port.
Refuses: not_yours.';

GRANT EXECUTE ON FUNCTION ctr_releaseLink TO portal_worker, portal_dba;
