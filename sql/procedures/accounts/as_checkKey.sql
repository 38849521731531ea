-- Whether a login, e-mail or phone can be a person's; null when yes, a refusal when not.
--
--   SELECT * FROM as_checkKey('email', 'alice@example.com');
--
CREATE OR REPLACE FUNCTION as_checkKey(kind text, value text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    wanted text := as_normaliseKey(kind, value);
    blame jsonb := jsonb_build_object('field', kind);
BEGIN
    IF wanted IS NULL THEN
        RETURN CASE kind
            WHEN 'email' THEN refuse('invalid_email', 'An e-mail address looks like name@example.com.', blame)
            WHEN 'phone' THEN refuse('invalid_phone', 'A phone number looks like +421 903 123 456.', blame)
            WHEN 'login' THEN refuse(
                'invalid_login',
                'A login has 3 to 64 small Latin letters, digits, dots and underscores and begins with a letter.',
                blame
            )
            ELSE refuse('no_such_kind', 'People sign in by login, email or phone.', jsonb_build_object('field', 'kind'))
        END;
    END IF;

    IF EXISTS (SELECT FROM as_userKeys WHERE as_userKeys.key = kind || ':' || wanted) THEN
        RETURN CASE kind
            WHEN 'email' THEN refuse('email_taken', 'This e-mail address belongs to another account.', blame)
            WHEN 'phone' THEN refuse('phone_taken', 'This phone number belongs to another account.', blame)
            ELSE refuse('login_taken', 'This login belongs to another account.', blame)
        END;
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION as_checkKey IS
'Null when the value can be read as a key of this kind (login, email, phone) and belongs to nobody, else a refusal.
Refuses: no_such_kind, invalid_email, invalid_phone, invalid_login, email_taken, phone_taken, login_taken.';
