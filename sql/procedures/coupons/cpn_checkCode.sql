-- Whether a text can be the code of a coupon; null when it can, a refusal when not.
--
--   SELECT * FROM cpn_checkCode('SUMMER-2026');
--
CREATE OR REPLACE FUNCTION cpn_checkCode(code text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF cpn_normaliseCode(code) IS NULL THEN
        RETURN refuse('code_missing', 'Give the coupon a code.', '{"field": "code"}');
    END IF;
    -- The kept form may be longer than what was given: the one letter ﷺ becomes eighteen.
    IF greatest(length(cpn_trimCode(code)), length(cpn_normaliseCode(code))) > 255 THEN
        RETURN refuse('code_too_long', 'A code has at most 255 characters.', '{"field": "code", "maximum": 255}');
    END IF;
    IF cpn_normaliseCode(code) ~ E'[\\u0001-\\u001f\\u007f-\\u009f]' THEN
        RETURN refuse('code_unreadable', 'A code is one line of characters that can be typed.', '{"field": "code"}');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION cpn_checkCode IS
'Null when the code, without outer white space, has 1 to 255 characters and none that steers a screen or printer.
Refuses: code_missing, code_too_long, code_unreadable.';
