-- Try out which contacts a rule would register, and write nothing.
--
--   SELECT * FROM ctr_tryRule('customers', groups => '{Eshop}');
--
CREATE OR REPLACE FUNCTION ctr_tryRule(
    kind text DEFAULT 'customers',
    groups text[] DEFAULT '{}',
    labels text[] DEFAULT '{}',
    seenSince date DEFAULT NULL,
    emailChoice text DEFAULT 'none',
    locale text DEFAULT 'en',
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    counts jsonb;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := ctr_checkRule(kind, groups, labels, emailChoice, locale);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT coalesce(jsonb_object_agg(judged.verdict, judged.contacts), '{}') INTO counts
    FROM (
        SELECT verdicts.verdict, count(*) AS contacts
        FROM ctr_judgeContacts(kind, groups, labels, seenSince, emailChoice) AS verdicts
        GROUP BY verdicts.verdict
    ) AS judged;

    RETURN done(
        'rule_tried',
        format('%s contacts would be registered, each with one message.', coalesce(counts ->> 'register', '0')),
        jsonb_build_object('register', coalesce((counts ->> 'register')::bigint, 0), 'verdicts', counts)
    );
END;
$$;

COMMENT ON FUNCTION ctr_tryRule IS
'A dry run over Pohoda''s contacts as they were last seen. details: register, how many accounts and messages there would be, and
verdicts, how many contacts end where.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, invalid_value, no_such_locale.';

GRANT EXECUTE ON FUNCTION ctr_tryRule TO portal_web, portal_dba;
