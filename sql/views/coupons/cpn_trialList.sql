-- What was asked of sources without changing anything, and the answers.
--
--   SELECT kind, state, result ->> 'msg' AS msg FROM cpn_trialList WHERE source_id = 3 ORDER BY trial_id DESC;
--
CREATE OR REPLACE VIEW cpn_trialList AS
SELECT
    cpn_trials.id AS trial_id,
    cpn_trials.sourceID AS source_id,
    cpn_trials.kind,
    CASE
        WHEN cpn_trials.finishedAt IS NOT NULL THEN 'done'
        WHEN cpn_trials.startedAt IS NOT NULL THEN 'running'
        ELSE 'waiting'
    END AS state,
    (cpn_trials.result ->> 'ok')::boolean AS is_ok,
    cpn_trials.result,
    cpn_trials.importID AS import_id,
    cpn_trials.actor,
    cpn_trials.createdAt AS created,
    cpn_trials.startedAt AS started,
    cpn_trials.finishedAt AS finished
FROM cpn_trials;

COMMENT ON VIEW cpn_trialList IS
'Trials: waiting, running, done. result: {ok, reason, msg, details}; of a preview also holds and rows. import_id: the dry run,
whose counts stand in cpn_importList.';

GRANT SELECT ON cpn_trialList TO portal_web, portal_dba, portal_report;
