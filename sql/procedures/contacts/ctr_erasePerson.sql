-- Erase a person's data: name, keys, address, and everything that could bring them back from Pohoda.
--
--   SELECT * FROM ctr_erasePerson('alice', 'asked for it in writing on 1 March');
--
CREATE OR REPLACE FUNCTION ctr_erasePerson(
    username text,
    note text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    member as_users;
    contact ctr_contacts;
    profile ctr_profiles;
    keys text[];
    emails text[];
    others bigint[];
    club text[];
    packs bigint[];
    answer outcome;
BEGIN
    answer := as_judgeByAdmin(username, 'ctr_erasePerson', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT member FROM as_users WHERE as_users.username = ctr_erasePerson.username;
    answer := as_checkNote(note);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    IF EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || member.username) THEN
        RETURN refuse('already_erased', 'This person was erased already.');
    END IF;
    IF member.role <> 'user' THEN
        RETURN refuse('is_staff', 'Make this person a customer first.', jsonb_build_object('role', member.role));
    END IF;
    IF EXISTS (
        SELECT FROM fin_accounts WHERE fin_accounts.username = member.username AND fin_accounts.balance <> 0
    ) THEN
        RETURN refuse('balance_left', 'There is money on the account: pay it out first.');
    END IF;

    SELECT * INTO contact FROM ctr_contacts WHERE ctr_contacts.username = member.username FOR NO KEY UPDATE;
    SELECT * INTO profile FROM ctr_profiles WHERE ctr_profiles.username = member.username;
    SELECT array_agg(as_userKeys.key) INTO keys FROM as_userKeys WHERE as_userKeys.username = member.username;
    SELECT array_agg(DISTINCT address.email) INTO emails
    FROM (
        SELECT member.email
        UNION
        SELECT as_registrations.email FROM as_registrations WHERE as_registrations.username = member.username
    ) AS address (email)
    WHERE address.email IS NOT NULL;
    -- The person may be in Pohoda more than once.
    SELECT array_agg(ctr_seen.pohodaID) INTO others
    FROM ctr_seen
    WHERE ctr_seen.username IS NULL AND ctr_getEmails(ctr_seen.content ->> 'email') && emails;

    INSERT INTO ctr_erased (key, createdAt)
    SELECT tombstone.key, moment
    FROM unnest(
        ARRAY[
            'username:' || member.username,
            'contact:' || contact.pohodaID,
            'email:' || encode(sha256(convert_to(member.email, 'UTF8')), 'hex')
        ]
        || ARRAY(SELECT 'contact:' || one FROM unnest(others) AS one)
    ) AS tombstone (key)
    WHERE tombstone.key IS NOT NULL
    ON CONFLICT DO NOTHING;

    UPDATE ctr_seen
    SET content = '{}', username = NULL, verdict = NULL, changedAt = moment
    WHERE ctr_seen.username = member.username OR ctr_seen.pohodaID = ANY (others);
    UPDATE ctr_staged
    SET content = '{}'
    WHERE ctr_staged.pohodaID = contact.pohodaID OR ctr_staged.pohodaID = ANY (others);
    DELETE FROM ctr_duplicates
    WHERE 'user:' || member.username IN (ctr_duplicates.leftKey, ctr_duplicates.rightKey);
    DELETE FROM ctr_conflicts WHERE ctr_conflicts.username = member.username;
    DELETE FROM ctr_contacts WHERE ctr_contacts.username = member.username;
    DELETE FROM ctr_profiles WHERE ctr_profiles.username = member.username;

    -- The XML of the packs and of every list holds the same data once more.
    UPDATE ctr_packItems
    SET ours = '{}', sent = '{}', note = NULL, state = CASE ctr_packItems.state WHEN 'open' THEN 'dropped' ELSE ctr_packItems.state END
    WHERE ctr_packItems.username = member.username;
    SELECT array_agg(DISTINCT ctr_packItems.packID) INTO packs
    FROM ctr_packItems
    WHERE ctr_packItems.username = member.username;
    UPDATE ctr_packs
    SET sentXML = NULL, receivedXML = NULL
    WHERE ctr_packs.kind = 'list' OR ctr_packs.id = ANY (packs);

    UPDATE job_outbox
    SET
        address = NULL,
        details = '{}',
        error = NULL,
        state = CASE job_outbox.state WHEN 'new' THEN 'cancelled' ELSE job_outbox.state END,
        finishedAt = CASE job_outbox.state WHEN 'new' THEN moment ELSE job_outbox.finishedAt END
    WHERE job_outbox.username = member.username OR job_outbox.address = ANY (emails);
    DELETE FROM ntf_inbox WHERE ntf_inbox.username = member.username;
    DELETE FROM ntf_consents WHERE ntf_consents.username = member.username;
    DELETE FROM ntf_preferences WHERE ntf_preferences.username = member.username;
    -- What a source named the person by; that there was such a discount stays.
    UPDATE cpn_personalDiscounts
    SET identity = format('erased:%s:%s', member.username, cpn_personalDiscounts.id)
    WHERE
        cpn_personalDiscounts.identity IS NOT NULL
        AND (cpn_personalDiscounts.username = member.username OR cpn_personalDiscounts.identity = ANY (keys));
    DELETE FROM as_attempts
    WHERE as_attempts.key IN (
        SELECT 'signin:' || one FROM unnest(keys) AS one UNION ALL SELECT 'signin:email:' || one FROM unnest(emails) AS one
    );
    club := loy_eraseAccount(member.username, request, actor);
    DELETE FROM as_userKeys WHERE as_userKeys.username = member.username;
    DELETE FROM as_passwords WHERE as_passwords.username = member.username;
    DELETE FROM as_tokens WHERE as_tokens.username = member.username;
    DELETE FROM as_registrations
    WHERE as_registrations.username = member.username OR as_registrations.email = ANY (emails);
    -- With the network addresses that are in them.
    DELETE FROM as_sessions WHERE as_sessions.username = member.username;
    UPDATE as_users
    SET name = 'Erased', login = NULL, email = NULL, phone = NULL, isLocked = true
    WHERE as_users.username = member.username;

    answer := as_record(
        username, 'ctr_erasePerson', asked, request, actor,
        done(
            'person_erased',
            'The person''s data are erased here. Erase the contact in Pohoda too.',
            jsonb_build_object('pohodaID', contact.pohodaID)
        )
    );
    -- Last, because a note may name the person too.
    PERFORM ctr_blankAudit(
        member.username,
        emails || club || ARRAY[
            member.name, member.login, member.phone, profile.company, profile.street, profile.city, profile.zip,
            profile.ico, profile.dic, profile.icDph, profile.phone, profile.web
        ]
    );
    RETURN answer;
END;
$$;

COMMENT ON FUNCTION ctr_erasePerson IS
'For administrators. The username stays with the movements of money, which the law keeps, and so does the audit without the
values of the person; name, keys, password, sessions, address, contact data, messages and consents, conflicts, the XML of exchanges, bonuses, cards and
birthday go. No import brings the person back: Pohoda''s number, our identifier and the SHA-256 of the e-mail address are
remembered, and what Pohoda lists under such a number is not kept. Pohoda is not told; erase the contact there. details: pohodaID.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, note_required, already_erased, is_staff, balance_left.';

GRANT EXECUTE ON FUNCTION ctr_erasePerson TO portal_web, portal_dba;
