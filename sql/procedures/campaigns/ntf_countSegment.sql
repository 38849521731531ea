-- Count the people of whom conditions are true, and those of them who can be written to.
--
--   SELECT * FROM ntf_countSegment('[{"field": "bonusExpiring", "operator": "atLeast", "value": "5", "days": 14},
--       {"field": "tier", "operator": "in", "value": ["silver", "gold"]}]');
--
CREATE OR REPLACE FUNCTION ntf_countSegment(conditions jsonb, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    answer outcome;
    moment timestamptz := as_now();
    previous text := '';
    last text := ntf_getPortionEnd('', 20000);
    people bigint := 0::bigint;
BEGIN
    answer := as_checkActor(actor, NULL, 'admin');
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    answer := ntf_checkSegment(conditions);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    WHILE last IS NOT NULL LOOP
        people := people + cardinality(ntf_findPeople(answer.details -> 'conditions', previous, last, moment));
        previous := last;
        last := ntf_getPortionEnd(previous, 20000);
    END LOOP;

    RETURN done(
        'people_counted', format('%s people.', people),
        jsonb_build_object('people', people, 'conditions', answer.details -> 'conditions')
    );
END;
$$;

COMMENT ON FUNCTION ntf_countSegment IS
'For administrators; it changes nothing. details: people, conditions (as they are kept).
Done: people_counted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, conditions_unreadable, too_many_conditions, condition_unknown,
condition_value_missing, condition_value_invalid, days_out_of_range.';

GRANT EXECUTE ON FUNCTION ntf_countSegment TO portal_web, portal_dba;
