-- Book a payment that a provider has told us of, once a reference.
--
--   SELECT * FROM fin_receivePayment('alice', 'acme', 'tx-1', 50.00, 'EUR', '2027-03-01 10:00+01', 'sha256 of the notice');
--
CREATE OR REPLACE FUNCTION fin_receivePayment(
    username text,
    provider text,
    reference text,
    amount numeric,
    currency text,
    occurredAt timestamptz,
    bodyHash text,
    status text DEFAULT 'paid',
    financeID bigint DEFAULT NULL,
    requestKey text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    -- As text in UTC, so that the same notice reads the same in every session.
    happened text := to_char(occurredAt AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
    asked jsonb := jsonb_build_object(
        'provider', provider, 'reference', reference, 'amount', trim_scale(amount)::text, 'currency', currency,
        'occurredAt', happened, 'bodyHash', bodyHash, 'financeID', financeID
    );
    request text := coalesce(requestKey, format('payment:%s:%s', provider, reference));
    account fin_accounts;
    movement fin_finances;
    booked fin_paymentReferences;
    source text;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_receivePayment.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username), '{"field": "username"}');
    END IF;
    IF provider IS NULL OR provider !~ '^[a-z][a-z0-9-]{0,39}$' THEN
        RETURN refuse('no_such_provider', 'A provider is named by small letters, digits and hyphens.');
    END IF;
    IF reference IS NULL OR reference !~ '\S' OR length(reference) > 100 THEN
        RETURN refuse(
            'reference_missing', 'A payment has a reference of 1 to 100 characters.', '{"field": "reference"}'
        );
    END IF;
    IF occurredAt IS NULL OR bodyHash IS NULL THEN
        RETURN refuse('invalid_value', 'Say when it was paid, and the hash of the notice.', '{"field": "occurredAt"}');
    END IF;
    -- Money that may still come or will not come is no movement; the notice of the payment itself decides.
    IF status IN ('pending', 'failed', 'cancelled') THEN
        RETURN done('payment_noted', format('%s is %s: nothing to book.', reference, status));
    END IF;
    IF status IS DISTINCT FROM 'paid' THEN
        RETURN refuse(
            'no_such_payment_status', 'The status is paid, pending, failed or cancelled.', '{"field": "status"}'
        );
    END IF;

    SELECT * INTO booked
    FROM fin_paymentReferences
    WHERE fin_paymentReferences.provider = fin_receivePayment.provider AND fin_paymentReferences.reference = fin_receivePayment.reference;

    IF FOUND THEN
        IF (booked.username, booked.bodyHash) IS DISTINCT FROM (username, bodyHash) THEN
            RETURN refuse('reference_reused', format('%s was booked with another notice.', reference));
        END IF;
        RETURN as_replay(username, 'fin_receivePayment', asked, booked.requestKey, NULL);
    END IF;
    earlier := as_replay(username, 'fin_receivePayment', asked, request, NULL);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := fin_checkAmount(amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT * INTO STRICT account
    FROM fin_accounts
    WHERE fin_accounts.username = fin_receivePayment.username;
    IF currency IS DISTINCT FROM account.currency THEN
        RETURN refuse(
            'wrong_currency', format('The account is in %s.', account.currency),
            jsonb_build_object('field', 'currency', 'currency', account.currency)
        );
    END IF;
    refusal := fin_checkRoom(account, amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    INSERT INTO fin_paymentReferences (provider, reference, username, requestKey, bodyHash, createdAt)
    VALUES (provider, reference, username, request, bodyHash, as_now())
    ON CONFLICT ON CONSTRAINT fin_paymentreferences_pkey DO NOTHING;

    -- Another account's notice of the same reference was faster.
    IF NOT FOUND THEN
        RETURN refuse('reference_reused', format('%s was booked with another notice.', reference));
    END IF;

    SELECT * INTO movement
    FROM fin_finances
    WHERE
        fin_finances.username = fin_receivePayment.username
        AND fin_finances.id = financeID
        AND fin_finances.statusID = 1
        AND fin_finances.amount = fin_receivePayment.amount
        AND fin_finances.details ->> 'kind' = 'request';

    IF FOUND THEN
        movement := fin_postOpen(username, financeID, NULL);
    ELSE
        -- The provider's own system account where there is one, else that of cards.
        SELECT max(fin_counterparties.code) INTO source
        FROM fin_counterparties
        WHERE fin_counterparties.code = 'source:' || provider;

        movement := fin_post(
            username, amount, coalesce(source, 'source:card'), 'Payment ' || reference, request, NULL,
            jsonb_build_object(
                'provider', provider, 'reference', reference, 'occurredAt', happened, 'request', financeID
            )
        );
    END IF;
    PERFORM job_queueMessage(username, 'top_up', 'top_up:' || movement.id, fin_getFigures(movement));

    RETURN as_record(
        username, 'fin_receivePayment', asked, request, NULL,
        done(
            'payment_received',
            format('%s %s have come; the balance is %s %s.',
                movement.amount, movement.currency, movement.balanceAfter, movement.currency),
            fin_getFigures(movement) || jsonb_build_object('provider', provider, 'reference', reference)
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_receivePayment IS
'Books a provider''s payment, once a (provider, reference): the same notice again gets the first answer, another notice
of that reference is refused. With the financeID of an open request of the same amount that request is posted, else a
movement of its own. A status other than paid (pending, failed, cancelled) is answered payment_noted and books
nothing. The signature of the notice is checked before the call. The person is told by e-mail.
Refuses: no_such_user, no_such_provider, reference_missing, no_such_payment_status, reference_reused,
request_key_reused, invalid_value, amount_missing, amount_not_a_number, amount_not_positive, amount_too_large,
amount_too_precise, wrong_currency, balance_too_large.';

GRANT EXECUTE ON FUNCTION fin_receivePayment TO portal_web, portal_dba;
