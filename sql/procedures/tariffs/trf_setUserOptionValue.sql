-- Give one person his own value of an option for some days, stronger than his tariff's.
--
--   SELECT * FROM trf_setUserOptionValue('alice', 'storage', '500', note => 'Apology for the outage');
--
CREATE OR REPLACE FUNCTION trf_setUserOptionValue(
    username text,
    optionCode text,
    value text,
    validFrom date DEFAULT NULL,
    validUntil date DEFAULT NULL,
    note text DEFAULT NULL,
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
        'optionCode', optionCode, 'value', value, 'validFrom', validFrom, 'validUntil', validUntil, 'note', note
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    today date := as_today();
    moment timestamptz := as_now();
    starts date := coalesce(validFrom, today);
    member as_users;
    option as_trf_tariffOptions;
    other as_trf_userOptionValues;
    own as_trf_userOptionValues;
    earlier outcome;
    refusal outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_setUserOptionValue.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'trf_setUserOptionValue', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    -- Its type shall not change before the value stands.
    SELECT * INTO option
    FROM as_trf_tariffOptions
    WHERE as_trf_tariffOptions.code = optionCode
    FOR SHARE;
    IF NOT FOUND THEN
        RETURN refuse(
            'no_such_option', format('There is no option with the code %s.', optionCode), '{"field": "optionCode"}'
        );
    END IF;
    IF option.isDisabled THEN
        RETURN refuse(
            'option_disabled', format('The option %s is off: a value of it would have no effect.', option.name),
            jsonb_build_object('field', 'optionCode', 'option', option.name)
        );
    END IF;
    refusal := trf_checkOptionValue(option, value);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF note IS NULL OR note !~ '\S' THEN
        RETURN refuse('note_missing', 'Say why this person gets a value of their own.', '{"field": "note"}');
    END IF;
    IF length(note) > 500 THEN
        RETURN refuse('too_long', 'A note has at most 500 characters.', '{"field": "note", "maximum": 500}');
    END IF;
    IF starts < today THEN
        RETURN refuse(
            'starts_in_past', 'It can start today at the earliest.',
            jsonb_build_object('field', 'validFrom', 'earliest', today)
        );
    END IF;
    IF NOT isfinite(starts) OR NOT isfinite(validUntil) THEN
        RETURN refuse(
            'invalid_value', 'Give a day, or none for no end.',
            jsonb_build_object('field', CASE WHEN isfinite(starts) THEN 'validUntil' ELSE 'validFrom' END)
        );
    END IF;
    IF validUntil <= starts THEN
        RETURN refuse(
            'ends_before_it_starts', 'The first day without it comes after its first day.',
            jsonb_build_object('field', 'validUntil', 'from', starts)
        );
    END IF;

    SELECT * INTO other
    FROM as_trf_userOptionValues
    WHERE
        as_trf_userOptionValues.username = member.username
        AND as_trf_userOptionValues.optionID = option.id
        AND as_trf_userOptionValues.during && daterange(starts, validUntil)
    ORDER BY as_trf_userOptionValues.during
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'overlaps',
            format(
                'From %s until %s the value is %s already. End that one first.',
                lower(other.during), coalesce(upper(other.during)::text, 'further notice'), other.value
            ),
            jsonb_build_object(
                'field', 'validFrom', 'id', other.id, 'from', lower(other.during), 'until', upper(other.during),
                'value', other.value
            )
        );
    END IF;

    INSERT INTO as_trf_userOptionValues (username, optionID, during, value, note, actor, createdAt)
    VALUES (
        member.username, option.id, daterange(starts, validUntil),
        trf_readOptionValue(option.type, option.choices, value), btrim(note), actor, moment
    )
    RETURNING * INTO own;

    IF NOT member.hasOverrides THEN
        UPDATE as_users
        SET hasOverrides = true
        WHERE as_users.username = member.username;
    END IF;

    RETURN as_record(
        username, 'trf_setUserOptionValue', asked, request, actor,
        done(
            'user_option_value_set',
            format(
                '%s has %s %s from %s until %s.',
                member.name, option.name, own.value, starts, coalesce(validUntil::text, 'further notice')
            ),
            jsonb_build_object(
                'username', member.username, 'id', own.id, 'option', option.name, 'code', option.code,
                'value', own.value, 'from', starts, 'until', validUntil, 'note', own.note
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_setUserOptionValue IS
'Gives one person a value of an option from validFrom (today unless given) until validUntil, the first day without it (null:
no end), stronger than his tariff''s value. Two such values of one option never overlap. details: {username, id, option,
code, value, from, until, note}. Answers user_option_value_set.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused,
invalid_value, no_such_option, option_disabled, value_missing, too_long, value_not_a_number, value_not_yes_or_no,
value_not_a_choice, note_missing, starts_in_past, ends_before_it_starts, overlaps (details names the other).';

GRANT EXECUTE ON FUNCTION trf_setUserOptionValue TO portal_web, portal_dba;
