-- Whether a text can be that of a campaign's step; null when it can, a refusal when not.
--
--   SELECT * FROM ntf_checkStepText('', 'Your bonuses end soon', 'Good day {name}.');
--
CREATE OR REPLACE FUNCTION ntf_checkStepText(channel text, subject text, body text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF channel <> 'sms' AND (subject IS NULL OR subject = '') THEN
        RETURN refuse('subject_missing', 'Write a subject.', '{"field": "subject"}');
    END IF;
    IF length(subject) > 200 THEN
        RETURN refuse('too_long', 'A subject has at most 200 characters.', '{"field": "subject", "maximum": 200}');
    END IF;
    IF subject ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]' THEN
        RETURN refuse('invalid_value', 'A subject stands on one line.', '{"field": "subject"}');
    END IF;
    IF body IS NULL OR body = '' THEN
        RETURN refuse('text_missing', 'Write a text.', '{"field": "body"}');
    END IF;
    IF length(body) > 10000 THEN
        RETURN refuse('too_long', 'A text has at most 10000 characters.', '{"field": "body", "maximum": 10000}');
    END IF;
    IF body ~ '[\u0001-\u0008\u000b-\u001f\u007f-\u009f]' THEN
        RETURN refuse('invalid_value', 'There are characters in it that nobody sees.', '{"field": "body"}');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ntf_checkStepText IS
'The form alone: what is common to every text. An SMS needs no subject.
Refuses: subject_missing, text_missing, too_long, invalid_value.';
