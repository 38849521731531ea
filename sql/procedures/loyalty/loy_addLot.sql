-- Give bonuses: a lot and the move that gives it.
--
--   SELECT loy_addLot('alice', 'regular', 50, requestKey => 'receipt 17');
--
CREATE OR REPLACE FUNCTION loy_addLot(
    username text,
    kind text,
    amount numeric,
    scope jsonb DEFAULT NULL,
    validFrom timestamptz DEFAULT NULL,
    validTo timestamptz DEFAULT NULL,
    receiptID bigint DEFAULT NULL,
    lineNumber integer DEFAULT NULL,
    promotion text DEFAULT NULL,
    restoresID bigint DEFAULT NULL,
    moveKind text DEFAULT 'earn',
    note text DEFAULT '',
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    begins timestamptz := validFrom;
    ends timestamptz := validTo;
    fresh bigint;
BEGIN
    IF begins IS NULL OR ends IS NULL THEN
        SELECT coalesce(begins, rule.validFrom), coalesce(ends, rule.validTo) INTO begins, ends
        FROM loy_validityOf(kind, coalesce(begins, moment)) AS rule;
    END IF;

    INSERT INTO loy_lots (
        username, kind, scope, amount, remaining, isSpent, validFrom, validTo, receiptID, lineNumber, promotion, restoresID,
        note, createdAt
    )
    VALUES (
        username, kind, scope, amount, amount, false, begins, ends, receiptID, lineNumber, promotion, restoresID, note, moment
    )
    RETURNING loy_lots.lotID INTO fresh;

    INSERT INTO loy_moves (username, lotID, kind, amount, receiptID, lineNumber, requestKey, actor, createdAt)
    VALUES (
        username, fresh, moveKind, amount, receiptID, lineNumber, coalesce(requestKey, gen_random_uuid()::text), actor, moment
    );

    RETURN fresh;
END;
$$;

COMMENT ON FUNCTION loy_addLot IS
'Called under the lock of the account, with an amount over zero and a kind that is there. validFrom and validTo left out: by the
rule of the kind, counted from now or from validFrom. Answers the lotID.';
