-- The trials that a worker has to do.
--
--   SELECT trial_id FROM cpn_dueTrials ORDER BY trial_id;
--
CREATE OR REPLACE VIEW cpn_dueTrials AS
SELECT
    cpn_trials.id AS trial_id,
    cpn_trials.sourceID AS source_id,
    cpn_trials.kind
FROM cpn_trials
WHERE cpn_trials.finishedAt IS NULL;

COMMENT ON VIEW cpn_dueTrials IS 'Trials without a result, begun or not.';

GRANT SELECT ON cpn_dueTrials TO portal_worker, portal_dba, portal_report;
