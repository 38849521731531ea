-- Register a contact that the rule chooses.
--
--   SELECT * FROM ctr_registerContact(15);
--
CREATE OR REPLACE FUNCTION ctr_registerContact(pohodaID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    verdict text;
    answer outcome;
BEGIN
    SELECT ctr_seen.verdict INTO verdict
    FROM ctr_seen
    INNER JOIN ctr_rule ON ctr_rule.isOn
    WHERE ctr_seen.pohodaID = ctr_registerContact.pohodaID
    FOR NO KEY UPDATE OF ctr_seen;
    IF verdict IS DISTINCT FROM 'register' THEN
        RETURN refuse('not_chosen', format('The rule does not choose contact %s.', pohodaID));
    END IF;

    answer := ctr_makeAccount(pohodaID, 'contact:' || pohodaID, NULL);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    RETURN as_record(
        answer.details ->> 'username', 'ctr_registerContact', jsonb_build_object('pohodaID', pohodaID), 'contact:' || pohodaID,
        NULL, answer
    );
END;
$$;

COMMENT ON FUNCTION ctr_registerContact IS
'Called for every row of ctr_toRegister: account, keys, address, and one message with a link for the password. Once a contact.
details: username, name.
Refuses: not_chosen, no_such_contact, already_registered, was_erased, processing_restricted, several_emails, no_email, invalid_name,
no_such_kind, invalid_email, invalid_phone, invalid_login, email_taken, phone_taken, login_taken, invalid_password_hash,
invalid_username, username_taken, no_such_locale, no_such_role.';

GRANT EXECUTE ON FUNCTION ctr_registerContact TO portal_worker, portal_dba;
