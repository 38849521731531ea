-- Whether an actor may change what a person wants; null when so, else the refusal.
--
--   SELECT * FROM ntf_judgeConsents('alice', '{top_up:email}', '{}', NULL, 'alice');
--
CREATE OR REPLACE FUNCTION ntf_judgeConsents(
    username text,
    shown text[],
    wanted text[],
    note text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    wrong text;
BEGIN
    IF shown IS NULL OR wanted IS NULL OR cardinality(shown) > 1000 OR NOT wanted <@ shown THEN
        RETURN refuse(
            'invalid_value', 'Name what was offered, and what of it is wanted.', jsonb_build_object('field', 'shown')
        );
    END IF;
    SELECT min(one) INTO wrong
    FROM unnest(shown) AS one
    WHERE
        one IS NULL
        OR NOT EXISTS (
            SELECT
            FROM ntf_kindChannels
            WHERE ntf_kindChannels.kind || ':' || ntf_kindChannels.channel = one
        );
    IF wrong IS NOT NULL OR array_position(shown, NULL) IS NOT NULL THEN
        RETURN refuse(
            'no_such_choice', format('There is no kind and channel %s.', wrong),
            jsonb_build_object('field', 'shown', 'choice', wrong)
        );
    END IF;
    SELECT min(ntf_kindChannels.kind || ':' || ntf_kindChannels.channel) INTO wrong
    FROM ntf_kindChannels
    WHERE
        ntf_kindChannels.isFixed
        AND ntf_kindChannels.kind || ':' || ntf_kindChannels.channel = ANY (shown)
        AND NOT ntf_kindChannels.kind || ':' || ntf_kindChannels.channel = ANY (wanted);
    IF wrong IS NOT NULL THEN
        RETURN refuse(
            'always_sent', format('%s is always sent.', wrong), jsonb_build_object('field', 'shown', 'choice', wrong)
        );
    END IF;
    IF note IS NOT NULL AND note ~ '\S' OR ntf_addsMarketing(username, wanted) AND actor <> username THEN
        RETURN as_checkNote(note);
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ntf_judgeConsents IS
'shown, wanted: kind:channel. Whoever is not the person says, in a note, where the consent to marketing came from.
Refuses: invalid_value (something wanted that was not shown, or over 1000), no_such_choice, always_sent, note_required.';
