-- Set which contacts of Pohoda's become accounts by themselves.
--
--   SELECT * FROM ctr_saveRule(true, 'customers', groups => '{Eshop}', expected => 12);
--
CREATE OR REPLACE FUNCTION ctr_saveRule(
    isOn boolean,
    kind text DEFAULT 'customers',
    groups text[] DEFAULT '{}',
    labels text[] DEFAULT '{}',
    seenSince date DEFAULT NULL,
    emailChoice text DEFAULT 'none',
    locale text DEFAULT 'en',
    expected bigint DEFAULT NULL,
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
    asked jsonb := jsonb_build_object(
        'isOn', isOn, 'kind', kind, 'groups', groups, 'labels', labels, 'seenSince', seenSince, 'emailChoice', emailChoice,
        'locale', locale, 'expected', expected
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    before ctr_rule;
    fresh bigint;
    answer outcome;
BEGIN
    answer := ctr_judgeByAdmin('ctr_saveRule', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO before FROM ctr_rule FOR NO KEY UPDATE;
    IF isOn IS NULL THEN
        RETURN refuse('invalid_value', 'Say whether the rule is switched on.', jsonb_build_object('field', 'isOn'));
    END IF;
    answer := ctr_checkRule(kind, groups, labels, emailChoice, locale);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    IF isOn THEN
        -- Nobody switches it on without having seen how many messages go out.
        SELECT count(*) INTO fresh
        FROM ctr_judgeContacts(kind, groups, labels, seenSince, emailChoice) AS verdicts
        WHERE verdicts.verdict = 'register';
        IF fresh > 0 AND fresh IS DISTINCT FROM expected THEN
            RETURN refuse(
                'count_changed',
                format('%s contacts would be registered now: look at them and confirm that number.', fresh),
                jsonb_build_object('field', 'expected', 'register', fresh)
            );
        END IF;
    END IF;

    UPDATE ctr_rule
    SET
        isOn = ctr_saveRule.isOn,
        kind = ctr_saveRule.kind,
        groups = ctr_saveRule.groups,
        labels = ctr_saveRule.labels,
        seenSince = ctr_saveRule.seenSince,
        emailChoice = ctr_saveRule.emailChoice,
        locale = ctr_saveRule.locale,
        updatedAt = moment;
    PERFORM ctr_writeVerdicts();
    IF isOn AND fresh > 0 THEN
        PERFORM job_wake('contacts.receive', asker);
    END IF;

    RETURN as_record(
        asker, 'ctr_saveRule', asked, request, actor,
        done(
            'rule_saved',
            CASE WHEN isOn THEN format('The rule is on; it registers %s contacts now.', fresh) ELSE 'The rule is off.' END,
            jsonb_build_object('isOn', isOn, 'register', coalesce(fresh, 0), 'before', to_jsonb(before) - 'isonly')
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_saveRule IS
'All conditions that are given must hold; groups and labels: any of them. Switched on it needs expected, the number that ctr_tryRule
told, unless there is nobody to register yet. Accounts are made by the job contacts.receive.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_locale, count_changed.';

GRANT EXECUTE ON FUNCTION ctr_saveRule TO portal_web, portal_dba;
