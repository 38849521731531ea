-- The best set of promotions for a basket, or what one given set is worth.
--
--   SELECT loy_solve('{"lines": [{"line": 1, "sku": "a1", "qty": "1", "price": "10.00"}]}', '{}', '[]', now(), 1, NULL);
--
CREATE OR REPLACE FUNCTION loy_solve(
    basket jsonb, context jsonb, lots jsonb, at timestamptz, setVersion bigint, codes text[]
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
-- Lists of unknown length are joined with each other: row by row that takes longer than everything else.
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
<<deal>>
DECLARE
    settings jsonb := loy_getSetSettings(setVersion);
    nodeBudget integer := (settings ->> 'nodeBudget')::integer;
    earnValue bigint := (settings ->> 'earnValue')::bigint;
    bonusShare bigint := (settings ->> 'bonusShare')::bigint;
    isForced boolean := codes IS NOT NULL;
    startedAt timestamptz := clock_timestamp();
    fuse interval := make_interval(secs => (settings ->> 'fuseMs')::double precision / 1000);

    -- The lines.
    n integer;
    gross bigint[];
    prices bigint[];
    floors bigint[];
    quantities integer[];
    amountsOf numeric[];
    caps bigint[];
    isService boolean[];
    total bigint := 0::bigint;
    cappable bigint := 0::bigint;

    -- Which promotion touches what.
    hitNumbers integer[];
    hitParts integer[];
    hitLines integer[];

    -- The candidates, in the order of their priority.
    m integer;
    cNumber integer[];
    cCode text[];
    cKind text[];
    cWorth bigint[];
    cCap bigint[];
    cTotal bigint[];
    cIsNet boolean[];
    cClass integer[];
    cGroup integer[];
    cIsSolo boolean[];
    cIsJoint boolean[];
    cMaxTimes integer[];
    cOffer jsonb[];
    cPer text[];
    cGross bigint[];
    cIsOffer boolean[];
    cIsCheck boolean[];
    cMost bigint[];
    groupCount integer;
    classCount integer;

    -- Entries (promotion, line, amount) of phase 1, and of a candidate from which to which; then the options of offers.
    ePromotion integer[];
    eLine integer[];
    eAmount bigint[];
    eCell integer[];
    eFrom integer[];
    eTo integer[];
    entries integer;
    -- The same, without what cannot beat what is on in any case.
    xLine integer[];
    xCell integer[];
    xAmount bigint[];
    xEntries integer;
    oGain bigint[];
    oSlot integer[];
    needed bigint;
    looked bigint := 0::bigint;
    nextLook bigint := 64::bigint;
    kept integer;
    keptSlots integer;
    keptFirst integer;
    first integer;
    isWider boolean;
    mLine integer[];
    mMost bigint[];
    mFrom integer[];
    mTo integer[];
    lineMost bigint;
    partials integer := 0;
    -- Ways in which offers take units: entries of each and what it uses.
    tPromotion integer[] := ARRAY[]::integer[];
    tFrom integer[] := ARRAY[]::integer[];
    tTo integer[] := ARRAY[]::integer[];
    tUseFrom integer[] := ARRAY[]::integer[];
    tUseTo integer[] := ARRAY[]::integer[];
    useLine integer[] := ARRAY[]::integer[];
    useCount integer[] := ARRAY[]::integer[];
    takings integer := 0;
    isRestricted boolean := false;

    -- Promotions of the receipt.
    q integer := 0;
    qCandidate integer[] := ARRAY[]::integer[];
    qReach boolean[] := ARRAY[]::boolean[];
    isBeaten boolean[];

    -- Bonuses to pay with.
    pay text := coalesce(basket ->> 'pay', 'none');
    payAtMost bigint;
    lotIDs text[];
    lotAmounts bigint[];
    lotIsService boolean[];
    lotWorths bigint[];
    lotReach boolean[];
    lotCount integer := 0;
    serviceMost bigint := 0::bigint;
    payableMost bigint := 0::bigint;

    -- Earning rules.
    earnCodes text[];
    earnNumbers integer[];
    earnKinds text[];
    earnWorths bigint[];
    earnSteps bigint[];
    earnCaps bigint[];
    earnTotals bigint[];
    earnIsNet boolean[];
    earnClasses text[];
    earnGroups text[];
    earnIsSolo boolean[];
    earnIsJoint boolean[];
    earnBonuses text[];
    earnReach boolean[];
    earnMost bigint := 0::bigint;
    giftMost bigint := 0::bigint;

    isMonotone boolean := true;
    isNeutral boolean := true;

    -- One world: all that do not count alone, or one that does.
    solo integer;
    isIn boolean[];
    isOn boolean[];
    best bigint[];
    tops bigint[];
    startBest bigint[];
    startTops bigint[];
    cells integer;
    slots integer;
    slotFrom integer[];
    slotTo integer[];
    slotMost bigint[];
    slotOffer integer[];
    options integer;
    oFrom integer[];
    oTo integer[];
    oUseFrom integer[];
    oUseTo integer[];
    oGroup integer[];
    oChosen integer[];
    oTaking integer[];
    combinations bigint[];
    wider bigint[];
    checkBits bigint;
    isCut boolean;
    hasNet boolean;
    isPartial boolean[];
    isFirst boolean;
    ownLines integer[];
    uses integer := 0;
    worlds integer[];
    pattern bigint;
    bounds bigint[];
    highest bigint;
    gains bigint[];
    sortedAmounts bigint[];
    sortedWorths bigint[];
    isFalling boolean;
    i integer;

    -- The search.
    weights bigint[];
    heaviest bigint;
    constant bigint;
    isGroupUsed boolean[];
    unitsUsed integer[];
    suffix bigint[];
    slotOrder integer[];
    depth integer;
    tried integer[];
    chosen integer[];
    mark integer[];
    before bigint[];
    undoCell integer[];
    undoValue bigint[];
    undoLine integer[];
    top integer;
    f bigint;
    bound bigint;
    ceiling bigint;
    reached bigint;
    gain bigint;
    largest bigint;
    cell integer;
    line integer;
    option integer;
    oldTop bigint;
    isBack boolean;
    isFeasible boolean;
    nodes bigint := 0::bigint;
    isOver boolean := false;
    isBlown boolean := false;
    bestValue bigint := -1::bigint;
    bestTakings integer[] := ARRAY[]::integer[];
    bestOn boolean[];
    bestChecks bigint := 0::bigint;
    value bigint;
    taken bigint[];
    settled record;
    item record;
    offered record;
    amount bigint;
    lower bigint;
    tTimes integer[] := ARRAY[]::integer[];

    -- The best so far, and what is to be said of it.
    bestTaken bigint[];
    bestKinds text[];
    bestWorths bigint[];
    bestCaps bigint[];
    bestTotals bigint[];
    bestIsNet boolean[];
    bestReach boolean[];
    gPromotion integer[];
    gLine integer[];
    gAmount bigint[];
    answer jsonb;
    sums bigint[];
    times integer[];
    whys text[];
    rivals text[];
    inGroup integer[];
    inClass integer[];
    offering integer;
    said jsonb;
    qKinds text[];
    qWorths bigint[];
    qCaps bigint[];
    qTotals bigint[];
    qIsNet boolean[];
    qChosenReach boolean[];

BEGIN
    IF pay NOT IN ('none', 'max') THEN
        payAtMost := round(pay::numeric * 100)::bigint;
    ELSIF pay = 'none' THEN
        payAtMost := 0;
    END IF;

    SELECT
        count(*)::integer,
        array_agg(goods.gross),
        array_agg(goods.price),
        array_agg(goods.floor),
        array_agg(goods.quantity),
        array_agg(goods.qty),
        array_agg(CASE WHEN goods.isSpecial THEN 0 ELSE greatest(goods.gross - goods.least, 0) END),
        array_agg(goods.isService),
        coalesce(sum(goods.gross), 0)::bigint
    INTO n, gross, prices, floors, quantities, amountsOf, caps, isService, total
    FROM (
        SELECT
            round(l.price * l.qty * 100)::bigint AS gross,
            round(l.price * 100)::bigint AS price,
            round(coalesce(l.floor, 0) * 100)::bigint AS floor,
            CASE WHEN l.qty = trunc(l.qty) AND l.qty < 10000 THEN l.qty::integer ELSE 0 END AS quantity,
            l.qty,
            ceil(coalesce(l.floor, 0) * l.qty * 100)::bigint AS least,
            coalesce(l.special, false) AS isSpecial,
            coalesce(l."isService", false) AND NOT coalesce(l.special, false) AS isService
        FROM jsonb_to_recordset(basket -> 'lines') AS l (
            line integer, price numeric, qty numeric, floor numeric, special boolean, "isService" boolean
        )
        ORDER BY l.line
    ) AS goods;
    IF n = 0 THEN
        gross := '{}';
        prices := '{}';
        floors := '{}';
        quantities := '{}';
        caps := '{}';
        isService := '{}';
    END IF;
    FOR i IN 1..n LOOP
        cappable := cappable + caps[i];
    END LOOP;

    SELECT array_agg(found.number), array_agg(found.part), array_agg(found.line)
    INTO hitNumbers, hitParts, hitLines
    FROM loy_match(basket, context, at, setVersion) AS found;

    -- Candidates: what touches a line and whose threshold on gross is met.
    SELECT
        count(*)::integer,
        array_agg(c.number), array_agg(c.code), array_agg(c.kind), array_agg(c.worth), array_agg(c.cap),
        array_agg(c.least), array_agg(c.isNet), array_agg(c.class), array_agg(c.exclusion), array_agg(c.isSolo),
        array_agg(c.isJoint), array_agg(c.maxTimes), array_agg(c.offer), array_agg(c.gross), array_agg(c.isOffer),
        array_agg(c.isCheck), array_agg(c.per), coalesce(max(c.exclusion), 0), coalesce(max(c.class), 0),
        coalesce(bool_or(c.isNet AND c.isCheck), false)
    INTO
        m, cNumber, cCode, cKind, cWorth, cCap, cTotal, cIsNet, cClass, cGroup, cIsSolo, cIsJoint, cMaxTimes, cOffer,
        cGross, cIsOffer, cIsCheck, cPer, groupCount, classCount, isCut
    FROM (
        SELECT
            known.number,
            known.code,
            known.kind,
            round(coalesce(CASE known.kind WHEN 'giftBonus' THEN (known.offer ->> 'amount')::numeric ELSE known.value END, 0) * 100)::bigint
            AS worth,
            round(known.cap * 100)::bigint AS cap,
            round(known.minTotal * 100)::bigint AS least,
            known.basis = 'net' AS isNet,
            CASE WHEN known.class IS NOT NULL THEN dense_rank() OVER (ORDER BY known.class) END::integer AS class,
            CASE WHEN known.exclusionGroup IS NOT NULL THEN dense_rank() OVER (ORDER BY known.exclusionGroup) END::integer AS exclusion,
            known.isSolo,
            known.isJoint,
            known.maxTimes,
            known.offer,
            known.per,
            base.gross,
            known.kind IN ('nForM', 'bundle') OR (known.kind = 'freeItem' AND known.offer ? 'get') AS isOffer,
            known.phase = 2 OR known.kind = 'giftBonus' OR (known.kind = 'freeItem' AND NOT known.offer ? 'get') AS isCheck
        FROM loy_promotions AS known
        INNER JOIN (
            SELECT hits.number, sum(deal.gross[hits.line])::bigint AS gross
            FROM unnest(hitNumbers, hitParts, hitLines) AS hits (number, part, line)
            WHERE hits.part = 0
            GROUP BY hits.number
        ) AS base ON base.number = known.number
        WHERE
            known.setVersion = loy_solve.setVersion
            AND known.phase < 4
            AND (codes IS NULL OR known.code = ANY(codes))
            AND (known.basis = 'net' OR base.gross >= known.minTotal * 100)
        ORDER BY known.priority DESC, known.code COLLATE "C"
    ) AS c;
    IF m > 0 THEN
        -- A list of words, or one with gaps, is walked from its start to find an element, until it was written to once.
        cCode[1] := cCode[1];
        cKind[1] := cKind[1];
        cCap[1] := cCap[1];
        cClass[1] := cClass[1];
        cGroup[1] := cGroup[1];
        cMaxTimes[1] := cMaxTimes[1];
        cOffer[1] := cOffer[1];
        cPer[1] := cPer[1];
        amountsOf[1] := amountsOf[1];
    END IF;
    hasNet := isCut;

    -- What each promotion of phase 1 would take off each line, rounded once for the receipt.
    SELECT count(*)::integer, array_agg(e.promotion), array_agg(e.line), array_agg(e.amount), array_agg(e.class)
    INTO entries, ePromotion, eLine, eAmount, eCell
    FROM loy_listAmounts(
        hitNumbers, hitParts, hitLines,
        ARRAY(
            SELECT CASE WHEN NOT (own.isOffer OR own.isCheck) THEN own.number END
            FROM unnest(cNumber, cIsOffer, cIsCheck) WITH ORDINALITY AS own (number, isOffer, isCheck, place)
            ORDER BY own.place
        ),
        cKind, cWorth, cCap, cPer, cClass, cOffer, gross, prices, amountsOf
    ) AS e;
    eFrom := array_fill(1, ARRAY[m]);
    eTo := array_fill(0, ARRAY[m]);
    FOR e IN 1..entries LOOP
        IF e = 1 OR ePromotion[e] <> ePromotion[e - 1] THEN
            eFrom[ePromotion[e]] := e;
        END IF;
        eTo[ePromotion[e]] := e;
        eCell[e] := CASE WHEN eCell[e] IS NULL THEN classCount * n + e ELSE (eCell[e] - 1) * n + eLine[e] END;
    END LOOP;


    -- Promotions of the receipt.
    FOR i IN 1..m LOOP
        IF cIsCheck[i] AND q < 62 THEN
            q := q + 1;
            qCandidate[q] := i;
        END IF;
    END LOOP;
    IF q > 0 THEN
        SELECT array_agg(hits.line IS NOT NULL ORDER BY own.j, goods.line) INTO qReach
        FROM unnest(qCandidate) WITH ORDINALITY AS own (c, j)
        CROSS JOIN generate_series(1, n) AS goods (line)
        LEFT JOIN unnest(hitNumbers, hitParts, hitLines) AS hits (number, part, line)
            ON hits.part = 0 AND hits.number = cNumber[own.c] AND hits.line = goods.line;
    END IF;

    -- Bonuses, in the order in which they are used.
    IF pay <> 'none' AND n > 0 THEN
        SELECT
            count(*)::integer, array_agg(own.lotID), array_agg(own.amount), array_agg(own.isService), array_agg(10000 - own.keep)
        INTO lotCount, lotIDs, lotAmounts, lotIsService, lotWorths
        FROM (
            SELECT
                lot ->> 'lotID' AS lotID,
                round((lot ->> 'amount')::numeric * 100)::bigint AS amount,
                lot ->> 'unit' = 'service' AS isService,
                coalesce(
                    (lot ->> 'keepValue')::bigint,
                    CASE
                        WHEN (lot ->> 'validTo')::timestamptz <= at + make_interval(days => (settings ->> 'soonDays')::integer)
                            THEN (settings ->> 'keepValueSoon')::bigint
                        ELSE (settings ->> 'keepValueLate')::bigint
                    END
                ) AS keep
            FROM jsonb_array_elements(lots) AS given (lot)
            WHERE (lot ->> 'amount')::numeric > 0
            ORDER BY
                coalesce((lot ->> 'priority')::integer, 0), (lot ->> 'validTo')::timestamptz NULLS LAST,
                (lot ->> 'validFrom')::timestamptz NULLS FIRST, length(lot ->> 'lotID'), lot ->> 'lotID'
        ) AS own;
    END IF;
    IF lotCount > 0 THEN
        lotReach := array_fill(false, ARRAY[lotCount * n]);
        FOR item IN
            SELECT (own.place - 1) * n + goods.place AS place
            FROM unnest(lotIDs) WITH ORDINALITY AS own (lotID, place)
            INNER JOIN jsonb_array_elements(lots) AS given (lot) ON given.lot ->> 'lotID' = own.lotID
            INNER JOIN LATERAL (
                SELECT row_number() OVER (ORDER BY (l.line ->> 'line')::integer) AS place, l.line
                FROM jsonb_array_elements(basket -> 'lines') AS l (line)
            ) AS goods ON loy_holdsFor(given.lot -> 'scope', goods.line)
        LOOP
            lotReach[item.place] := true;
        END LOOP;
        FOR i IN 1..n LOOP
            IF isService[i] THEN
                FOR k IN 1..lotCount LOOP
                    IF lotIsService[k] AND lotReach[(k - 1) * n + i] THEN
                        serviceMost := serviceMost + caps[i] * 10000;
                        EXIT;
                    END IF;
                END LOOP;
            ELSE
                FOR k IN 1..lotCount LOOP
                    IF NOT lotIsService[k] AND lotReach[(k - 1) * n + i] THEN
                        payableMost := payableMost
                            + least(caps[i], div(gross[i]::numeric * (settings ->> 'lineShare')::bigint, 10000)::bigint);
                        EXIT;
                    END IF;
                END LOOP;
            END IF;
        END LOOP;
        SELECT
            least(serviceMost, coalesce(sum(own.amount * 10000) FILTER (WHERE own.isService), 0)::bigint)
            INTO serviceMost
        FROM unnest(lotAmounts, lotIsService) AS own (amount, isService);
        -- Sorted by what paying with them is worth, for the bound.
        SELECT array_agg(own.amount ORDER BY own.worth DESC), array_agg(own.worth ORDER BY own.worth DESC)
        INTO sortedAmounts, sortedWorths
        FROM unnest(lotAmounts, lotWorths, lotIsService) AS own (amount, worth, isService)
        WHERE NOT own.isService;
        SELECT coalesce(bool_and(pairs.worth <= pairs.previous), true)
        INTO isFalling
        FROM (
            SELECT own.worth, lag(own.worth) OVER (PARTITION BY own.isService ORDER BY own.place) AS previous
            FROM unnest(lotWorths, lotIsService) WITH ORDINALITY AS own (worth, isService, place)
        ) AS pairs
        WHERE pairs.previous IS NOT NULL;
    END IF;

    -- Earning rules.
    SELECT
        array_agg(known.code), array_agg(known.number), array_agg(known.kind), array_agg(round(known.value * 100)::bigint),
        array_agg(round((known.offer ->> 'step')::numeric * 100)::bigint), array_agg(round(known.cap * 100)::bigint),
        array_agg(round(known.minTotal * 100)::bigint), array_agg(known.basis = 'net'), array_agg(known.class),
        array_agg(known.exclusionGroup), array_agg(known.isSolo), array_agg(known.isJoint),
        array_agg(coalesce(known.offer ->> 'kind', 'regular'))
    INTO
        earnCodes, earnNumbers, earnKinds, earnWorths, earnSteps, earnCaps, earnTotals, earnIsNet, earnClasses, earnGroups,
        earnIsSolo, earnIsJoint, earnBonuses
    FROM (
        SELECT p.*
        FROM loy_promotions AS p
        WHERE p.setVersion = loy_solve.setVersion AND p.phase = 4 AND p.number = ANY(hitNumbers)
        ORDER BY p.priority DESC, p.code COLLATE "C"
    ) AS known;
    IF earnNumbers IS NOT NULL THEN
        SELECT array_agg(hits.line IS NOT NULL ORDER BY own.place, goods.line) INTO earnReach
        FROM unnest(earnNumbers) WITH ORDINALITY AS own (number, place)
        CROSS JOIN generate_series(1, n) AS goods (line)
        LEFT JOIN unnest(hitNumbers, hitParts, hitLines) AS hits (number, part, line)
            ON hits.part = 0 AND hits.number = own.number AND hits.line = goods.line;
        IF earnValue > 0 THEN
            -- More than all rules together would give for the full price it can never be.
            SELECT earnValue * coalesce(sum(one.amount), 0)::bigint INTO earnMost
            FROM unnest(
                loy_planEarning(
                    gross, gross, earnKinds, earnWorths, earnSteps, earnCaps, array_fill(0::bigint, ARRAY[cardinality(earnKinds)]),
                    earnIsNet, array_fill(NULL::text, ARRAY[cardinality(earnKinds)]),
                    array_fill(NULL::text, ARRAY[cardinality(earnKinds)]), array_fill(false, ARRAY[cardinality(earnKinds)]),
                    earnIsJoint, earnReach
                )
            ) AS one (amount);
        END IF;
    END IF;

    isNeutral := lotCount = 0 AND earnValue = 0 AND NOT hasNet;
    isMonotone := earnValue = 0 AND q = 0
        AND (
            lotCount = 0
            OR (isFalling AND (settings ->> 'lineShare')::bigint <= (settings ->> 'totalShare')::bigint)
        );

    -- Of promotions of the receipt of which one counts, one that takes more off the same lines leaves another nothing to win.
    isBeaten := array_fill(false, ARRAY[q]);
    IF isNeutral AND NOT isForced THEN
        FOR j IN 1..q LOOP
            i := qCandidate[j];
            -- Beside others that count too, a hundredth of rounding may go either way.
            IF cGroup[i] IS DISTINCT FROM cGroup[qCandidate[1]] OR cIsSolo[i] OR cGroup[i] IS NULL THEN
                isBeaten := array_fill(false, ARRAY[q]);
                EXIT;
            END IF;
            FOR k IN 1..q LOOP
                CONTINUE WHEN k = j OR cKind[qCandidate[k]] <> cKind[i] OR cKind[i] NOT IN ('percent', 'amount');
                CONTINUE WHEN cCap[qCandidate[k]] IS NOT NULL OR cWorth[qCandidate[k]] < cWorth[i];
                CONTINUE WHEN cWorth[qCandidate[k]] = cWorth[i] AND k > j;
                isFeasible := true;
                FOR l IN 1..n LOOP
                    EXIT WHEN NOT isFeasible;
                    isFeasible := qReach[(k - 1) * n + l] OR NOT qReach[(j - 1) * n + l];
                END LOOP;
                IF isFeasible THEN
                    isBeaten[j] := true;
                    EXIT;
                END IF;
            END LOOP;
        END LOOP;
    END IF;

    -- A given set: whether it is allowed.
    worlds := ARRAY[0];
    FOR i IN 1..m LOOP
        IF cIsSolo[i] THEN
            worlds := worlds || i;
        END IF;
        IF isForced THEN
            FOR j IN 1..i - 1 LOOP
                IF
                    (cGroup[i] = cGroup[j] AND NOT cIsSolo[i] AND NOT cIsSolo[j])
                    OR ((cIsSolo[i] OR cIsSolo[j]) AND NOT cIsJoint[i] AND NOT cIsJoint[j])
                THEN
                    RETURN NULL;
                END IF;
            END LOOP;
        END IF;
    END LOOP;
    IF isForced THEN
        worlds := ARRAY[0];
    END IF;

    cMost := array_fill(0::bigint, ARRAY[m]);
    isPartial := array_fill(false, ARRAY[m]);
    FOR attempt IN 1..2 LOOP
        -- The ways in which offers take units: first a few, and only if those do not prove the best, every one.
        bestValue := -1;
        FOR t IN 1..takings LOOP
            IF isPartial[tPromotion[t]] THEN
                tPromotion[t] := 0;
            END IF;
        END LOOP;
        mLine := '{}';
        mMost := '{}';
        mFrom := array_fill(1, ARRAY[m]);
        mTo := array_fill(0, ARRAY[m]);
        FOR offered IN
            WITH units AS MATERIALIZED (
                SELECT
                    own.c,
                    hits.line,
                    array_agg(hits.part) AS parts,
                    row_number() OVER (PARTITION BY own.c ORDER BY min(deal.prices[hits.line]) DESC, hits.line)::integer AS place
                FROM unnest(cNumber, cIsOffer) WITH ORDINALITY AS own (number, isOffer, c)
                INNER JOIN unnest(hitNumbers, hitParts, hitLines) AS hits (number, part, line) ON hits.number = own.number
                WHERE own.isOffer AND (attempt = 1 OR isPartial[own.c]) AND quantities[hits.line] > 0
                GROUP BY own.c, hits.line
                HAVING bool_or(hits.part = 0) AND bool_or(hits.part > 0)
            )
            SELECT
                own.c::integer AS c,
                own.lines,
                own.prices,
                own.floors,
                own.quantities,
                own.byLine,
                ARRAY(
                    SELECT pieces.part = ANY(units.parts)
                    FROM generate_series(1, jsonb_array_length(loy_getParts(cKind[own.c], cOffer[own.c]))) AS pieces (part)
                    CROSS JOIN units
                    WHERE units.c = own.c
                    ORDER BY pieces.part, units.place
                ) AS fits
            FROM (
                SELECT
                    units.c,
                    array_agg(units.line ORDER BY units.place) AS lines,
                    array_agg(deal.prices[units.line] ORDER BY units.place) AS prices,
                    array_agg(deal.floors[units.line] ORDER BY units.place) AS floors,
                    array_agg(deal.quantities[units.line] ORDER BY units.place) AS quantities,
                    array_agg(units.place ORDER BY units.line) AS byLine
                FROM units
                GROUP BY units.c
            ) AS own
            ORDER BY own.c
        LOOP
            i := offered.c;
            isPartial[i] := false;
            ownLines := offered.lines;
            FOR item IN
                SELECT way.times, way.usage, way.amounts, way.isComplete, way.most
                FROM loy_listTakings(
                    cKind[i], cOffer[i], offered.prices, offered.floors, offered.quantities, offered.fits, offered.byLine,
                    cMaxTimes[i], cCap[i],
                    CASE WHEN attempt = 1 THEN 40 WHEN partials > 4 THEN 40 WHEN partials > 2 THEN 1000 ELSE 2000 END
                ) AS way
            LOOP
                cMost[i] := item.most;
                isPartial[i] := isPartial[i] OR NOT item.isComplete;
                takings := takings + 1;
                tPromotion[takings] := i;
                tTimes[takings] := item.times;
                tFrom[takings] := entries + 1;
                tUseFrom[takings] := uses + 1;
                FOR k IN 1..cardinality(ownLines) LOOP
                    IF item.amounts[k] > 0 THEN
                        entries := entries + 1;
                        ePromotion[entries] := i;
                        eLine[entries] := ownLines[k];
                        eAmount[entries] := item.amounts[k];
                        eCell[entries] := CASE
                            WHEN cClass[i] IS NULL THEN classCount * n + entries ELSE (cClass[i] - 1) * n + ownLines[k]
                        END;
                    END IF;
                    IF item.usage[k] > 0 THEN
                        uses := uses + 1;
                        useLine[uses] := ownLines[k];
                        useCount[uses] := item.usage[k];
                    END IF;
                END LOOP;
                IF tFrom[takings] > entries THEN
                    -- It takes units and gives nothing.
                    takings := takings - 1;
                    uses := tUseFrom[takings + 1] - 1;
                ELSE
                    tTo[takings] := entries;
                    tUseTo[takings] := uses;
                END IF;
            END LOOP;
            IF isPartial[i] AND cClass[i] IS NOT NULL THEN
                -- What it could take off each line at best; where a line has a floor, others may bear its share.
                mFrom[i] := cardinality(mLine) + 1;
                FOR k IN 1..cardinality(ownLines) LOOP
                    lineMost := offered.quantities[k] * greatest(offered.prices[k] - offered.floors[k], 0);
                    IF cKind[i] = 'bundle' AND cOffer[i] ? 'percent' AND 0 = ALL(offered.floors) THEN
                        lineMost := least(
                            lineMost, (lineMost * (round((cOffer[i] ->> 'percent')::numeric * 100))::bigint) / 10000 + 2
                        );
                    END IF;
                    mLine := mLine || ownLines[k];
                    mMost := mMost || lineMost;
                END LOOP;
                mTo[i] := cardinality(mLine);
            END IF;
        END LOOP;
        cells := classCount * n + entries;
        partials := 0;
        FOR c IN 1..m LOOP
            partials := partials + isPartial[c]::integer;
        END LOOP;
        -- Of many such offers no more ways are tried the second time either.
        isWider := attempt = 1 AND partials BETWEEN 1 AND 4;

        <<stages>>
        FOR stage IN 1..2 LOOP
            -- First with all on that nothing excludes, then, where that could have done harm, with every one of them on or off.
            isCut := false;
            ceiling := -1;
            reached := -1;
            FOREACH solo IN ARRAY worlds LOOP
                isIn := array_fill(false, ARRAY[m]);
                FOR i IN 1..m LOOP
                    isIn[i] := isForced OR CASE WHEN solo = 0 THEN NOT cIsSolo[i] ELSE i = solo OR cIsJoint[i] END;
                END LOOP;

                -- What is on in any case, and what is to be chosen: a slot has options of which at most one counts.
                isOn := array_fill(false, ARRAY[m]);
                best := array_fill(0::bigint, ARRAY[cells]);
                tops := array_fill(0::bigint, ARRAY[n]);
                slots := 0;
                options := 0;
                slotFrom := '{}';
                slotTo := '{}';
                slotMost := '{}';
                slotOffer := '{}';
                oFrom := '{}';
                oTo := '{}';
                oUseFrom := '{}';
                oUseTo := '{}';
                oGroup := '{}';
                oChosen := '{}';
                oTaking := '{}';
                FOR i IN 1..m LOOP
                    CONTINUE WHEN NOT isIn[i] OR cIsOffer[i] OR cIsCheck[i] OR eTo[i] = 0;
                    IF isForced OR i = solo OR ((cGroup[i] IS NULL OR solo > 0) AND stage = 1) THEN
                        isOn[i] := true;
                        FOR e IN eFrom[i]..eTo[i] LOOP
                            cell := eCell[e];
                            IF eAmount[e] > best[cell] THEN
                                tops[eLine[e]] := tops[eLine[e]] + eAmount[e] - best[cell];
                                best[cell] := eAmount[e];
                            END IF;
                        END LOOP;
                    END IF;
                END LOOP;
                FOR i IN 1..m LOOP
                    CONTINUE WHEN NOT isIn[i] OR isOn[i] OR cIsCheck[i];
                    IF cIsOffer[i] THEN
                        slots := slots + 1;
                        slotFrom[slots] := options + 1;
                        slotMost[slots] := CASE WHEN isPartial[i] THEN cMost[i] ELSE 0 END;
                        slotOffer[slots] := i;
                        FOR t IN 1..takings LOOP
                            CONTINUE WHEN tPromotion[t] <> i;
                            options := options + 1;
                            oFrom[options] := tFrom[t];
                            oTo[options] := tTo[t];
                            oUseFrom[options] := tUseFrom[t];
                            oUseTo[options] := tUseTo[t];
                            oGroup[options] := CASE WHEN i <> solo THEN coalesce(cGroup[i], 0) ELSE 0 END;
                            oChosen[options] := i;
                            oTaking[options] := t;
                        END LOOP;
                        slotTo[slots] := options;
                    ELSIF eTo[i] > 0 THEN
                        isFirst := true;
                        FOR j IN 1..i - 1 LOOP
                            isFirst := isFirst
                                AND NOT (
                                    cGroup[j] IS NOT DISTINCT FROM cGroup[i] AND cGroup[i] IS NOT NULL AND isIn[j]
                                    AND NOT cIsOffer[j] AND NOT cIsCheck[j] AND eTo[j] > 0
                                );
                        END LOOP;
                        CONTINUE WHEN NOT isFirst;
                        slots := slots + 1;
                        slotFrom[slots] := options + 1;
                        slotMost[slots] := 0;
                        FOR j IN i..m LOOP
                            CONTINUE WHEN j > i AND cGroup[j] IS DISTINCT FROM cGroup[i];
                            CONTINUE WHEN j > i AND cGroup[i] IS NULL;
                            CONTINUE WHEN NOT isIn[j] OR cIsOffer[j] OR cIsCheck[j] OR eTo[j] = 0;
                            options := options + 1;
                            oFrom[options] := eFrom[j];
                            oTo[options] := eTo[j];
                            oUseFrom[options] := 1;
                            oUseTo[options] := 0;
                            oGroup[options] := coalesce(cGroup[j], 0);
                            oChosen[options] := j;
                            oTaking[options] := 0;
                        END LOOP;
                        slotTo[slots] := options;
                    END IF;
                END LOOP;
                startBest := best;
                startTops := tops;

                -- Only what can beat what is on in any case; of that, options and slots that are left.
                xEntries := 0;
                kept := 0;
                keptSlots := 0;
                FOR s IN 1..slots LOOP
                    keptFirst := kept + 1;
                    IF slotMost[s] > 0 AND mTo[slotOffer[s]] > 0 THEN
                        -- No more than it could take beyond the best of its class.
                        gain := 0;
                        FOR k IN mFrom[slotOffer[s]]..mTo[slotOffer[s]] LOOP
                            line := mLine[k];
                            gain := gain + greatest(
                                least(
                                    mMost[k] - startBest[(cClass[slotOffer[s]] - 1) * n + line], caps[line] - startTops[line]
                                ),
                                0
                            );
                        END LOOP;
                        slotMost[s] := least(slotMost[s], gain);
                    END IF;
                    FOR o IN slotFrom[s]..slotTo[s] LOOP
                        first := xEntries + 1;
                        gain := 0;
                        FOR e IN oFrom[o]..oTo[o] LOOP
                            line := eLine[e];
                            IF eAmount[e] > startBest[eCell[e]] AND startTops[line] < caps[line] THEN
                                xEntries := xEntries + 1;
                                xLine[xEntries] := line;
                                xCell[xEntries] := eCell[e];
                                xAmount[xEntries] := eAmount[e];
                                gain := gain + least(eAmount[e] - startBest[eCell[e]], caps[line] - startTops[line]);
                            END IF;
                        END LOOP;
                        IF xEntries >= first THEN
                            kept := kept + 1;
                            oFrom[kept] := first;
                            oTo[kept] := xEntries;
                            oUseFrom[kept] := oUseFrom[o];
                            oUseTo[kept] := oUseTo[o];
                            oGroup[kept] := oGroup[o];
                            oChosen[kept] := oChosen[o];
                            oTaking[kept] := oTaking[o];
                            oGain[kept] := gain;
                            oSlot[kept] := keptSlots + 1;
                        END IF;
                    END LOOP;
                    IF kept >= keptFirst OR slotMost[s] > 0 THEN
                        keptSlots := keptSlots + 1;
                        slotFrom[keptSlots] := keptFirst;
                        slotTo[keptSlots] := kept;
                        slotMost[keptSlots] := slotMost[s];
                    END IF;
                END LOOP;
                slots := keptSlots;
                options := kept;
                IF options > 0 THEN
                    -- The best option of a slot first, so that what comes later can be left out.
                    SELECT
                        array_agg(own.fromEntry), array_agg(own.toEntry), array_agg(own.fromUse), array_agg(own.toUse),
                        array_agg(own.exclusion), array_agg(own.chosen), array_agg(own.taking)
                    INTO oFrom, oTo, oUseFrom, oUseTo, oGroup, oChosen, oTaking
                    FROM (
                        SELECT one.*
                        FROM unnest(
                            oFrom[:options], oTo[:options], oUseFrom[:options], oUseTo[:options], oGroup[:options], oChosen[:options],
                            oTaking[:options], oSlot[:options], oGain[:options]
                        ) WITH ORDINALITY AS one (fromEntry, toEntry, fromUse, toUse, exclusion, chosen, taking, slot, gain, place)
                        ORDER BY one.slot, one.gain DESC, one.place
                    ) AS own;
                END IF;

                -- Which promotions of the receipt go together.
                combinations := ARRAY[0::bigint];
                isRestricted := false;
                FOR j IN 1..q LOOP
                    i := qCandidate[j];
                    CONTINUE WHEN NOT isIn[i] OR isBeaten[j];
                    checkBits := 1::bigint << (j - 1);
                    wider := '{}';
                    IF isForced OR i = solo OR ((cGroup[i] IS NULL OR solo > 0) AND stage = 1) THEN
                        FOREACH pattern IN ARRAY combinations LOOP
                            wider := wider || (pattern | checkBits);
                        END LOOP;
                    ELSIF cardinality(combinations) > 2000 THEN
                        isRestricted := true;
                        isCut := true;
                        CONTINUE;
                    ELSE
                        FOREACH pattern IN ARRAY combinations LOOP
                            isFeasible := true;
                            IF cGroup[i] IS NOT NULL THEN
                                FOR k IN 1..j - 1 LOOP
                                    IF
                                        cGroup[qCandidate[k]] = cGroup[i] AND isIn[qCandidate[k]]
                                        AND (pattern >> (k - 1)) & 1 = 1
                                    THEN
                                        isFeasible := false;
                                    END IF;
                                END LOOP;
                            END IF;
                            IF isFeasible THEN
                                wider := wider || (pattern | checkBits);
                            END IF;
                            wider := wider || pattern;
                        END LOOP;
                    END IF;
                    combinations := wider;
                END LOOP;
                FOR s IN 1..slots LOOP
                    isRestricted := isRestricted OR slotMost[s] > 0;
                END LOOP;

                -- Twice over the combinations: their bounds, then the search, from the most promising on.
                bounds := '{}';
                <<runs>>
                FOR run IN 1..2 LOOP
                    IF run = 2 THEN
                        SELECT array_agg(one.pattern ORDER BY one.bound DESC, one.place), max(one.bound)
                        INTO combinations, bound
                        FROM unnest(combinations, bounds) WITH ORDINALITY AS one (pattern, bound, place);
                        IF isRestricted THEN
                            ceiling := greatest(ceiling, highest);
                        END IF;
                        IF isCut THEN
                            reached := greatest(reached, highest);
                        END IF;
                        EXIT runs WHEN bound <= bestValue;
                    END IF;
                    highest := -1;
                    FOREACH pattern IN ARRAY combinations LOOP
                        -- What a hundredth off a line is worth when the receipt's own promotions take their share of the rest.
                        weights := array_fill(10000::bigint, ARRAY[n]);
                        constant := 0;
                        giftMost := 0;
                        isGroupUsed := array_fill(false, ARRAY[groupCount]);
                        FOR j IN 1..q LOOP
                            CONTINUE WHEN (pattern >> (j - 1)) & 1 = 0;
                            i := qCandidate[j];
                            IF cGroup[i] IS NOT NULL AND i <> solo THEN
                                isGroupUsed[cGroup[i]] := true;
                            END IF;
                            CASE cKind[i]
                                WHEN 'percent' THEN
                                    IF cCap[i] * 8000 <= cWorth[i] * cGross[i] * 0.64 THEN
                                        constant := constant + cCap[i] * 10000;
                                    ELSE
                                        constant := constant + cWorth[i] * cGross[i];
                                        FOR l IN 1..n LOOP
                                            IF qReach[(j - 1) * n + l] THEN
                                                weights[l] := greatest(weights[l] - cWorth[i], 0);
                                            END IF;
                                        END LOOP;
                                    END IF;
                                WHEN 'amount' THEN constant := constant + least(cWorth[i], cCap[i], cGross[i]) * 10000;
                                WHEN 'giftBonus' THEN giftMost := giftMost + cWorth[i] * earnValue;
                                ELSE NULL;
                            END CASE;
                        END LOOP;
                        f := constant;
                        heaviest := 0;
                        FOR l IN 1..n LOOP
                            f := f + weights[l] * least(caps[l], startTops[l]);
                            heaviest := greatest(heaviest, weights[l]);
                        END LOOP;

                        -- The gain of every slot at the beginning, the greatest first.
                        gains := array_fill(0::bigint, ARRAY[slots]);
                        bound := f;
                        gain := f;
                        FOR s IN 1..slots LOOP
                            largest := 0;
                            FOR o IN slotFrom[s]..slotTo[s] LOOP
                                CONTINUE WHEN oGroup[o] > 0 AND isGroupUsed[oGroup[o]];
                                amount := 0;
                                FOR e IN oFrom[o]..oTo[o] LOOP
                                    IF xAmount[e] > startBest[xCell[e]] THEN
                                        line := xLine[e];
                                        amount := amount + weights[line] * (
                                            least(caps[line], startTops[line] + xAmount[e] - startBest[xCell[e]])
                                            - least(caps[line], startTops[line])
                                        );
                                    END IF;
                                END LOOP;
                                largest := greatest(largest, amount);
                            END LOOP;
                            gains[s] := largest;
                            gain := gain + largest;
                            bound := bound + greatest(largest, slotMost[s] * heaviest);
                        END LOOP;
                        IF run = 1 THEN
                            bounds := bounds || loy_getBound(
                                gain, cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths
                            ) + serviceMost + earnMost + giftMost;
                            highest := greatest(
                                highest,
                                loy_getBound(bound, cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths)
                                + serviceMost + earnMost + giftMost
                            );
                            CONTINUE;
                        END IF;
                        bound := loy_getBound(gain, cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths)
                            + serviceMost + earnMost + giftMost;
                        CONTINUE WHEN bound <= bestValue;
                        IF isOver THEN
                            ceiling := greatest(ceiling, bound);
                            CONTINUE;
                        END IF;

                        -- The promotions of the receipt in this combination.
                        SELECT
                            array_agg(cKind[qCandidate[own.j]] ORDER BY own.j), array_agg(cWorth[qCandidate[own.j]] ORDER BY own.j),
                            array_agg(cCap[qCandidate[own.j]] ORDER BY own.j), array_agg(cTotal[qCandidate[own.j]] ORDER BY own.j),
                            array_agg(cIsNet[qCandidate[own.j]] ORDER BY own.j)
                        INTO qKinds, qWorths, qCaps, qTotals, qIsNet
                        FROM generate_series(1, q) AS own (j)
                        WHERE (pattern >> (own.j - 1)) & 1 = 1;
                        qChosenReach := '{}';
                        FOR j IN 1..q LOOP
                            IF (pattern >> (j - 1)) & 1 = 1 THEN
                                qChosenReach := qChosenReach || qReach[(j - 1) * n + 1:j * n];
                            END IF;
                        END LOOP;

                        SELECT array_agg(own.s::integer ORDER BY own.gain DESC, own.s) INTO slotOrder
                        FROM unnest(gains) WITH ORDINALITY AS own (gain, s);
                        suffix := array_fill(0::bigint, ARRAY[slots + 1]);
                        FOR s IN REVERSE slots..1 LOOP
                            suffix[s] := suffix[s + 1] + gains[slotOrder[s]];
                        END LOOP;

                        best := startBest;
                        tops := startTops;
                        unitsUsed := array_fill(0, ARRAY[n]);
                        tried := array_fill(0, ARRAY[slots + 1]);
                        chosen := array_fill(0, ARRAY[slots + 1]);
                        mark := array_fill(0, ARRAY[slots + 1]);
                        before := array_fill(0::bigint, ARRAY[slots + 1]);
                        undoCell := '{}';
                        undoValue := '{}';
                        undoLine := '{}';
                        top := 0;
                        depth := 1;
                        isBack := false;
                        WHILE depth > 0 LOOP
                            IF isBack THEN
                                WHILE top > mark[depth] LOOP
                                    cell := undoCell[top];
                                    tops[undoLine[top]] := tops[undoLine[top]] - best[cell] + undoValue[top];
                                    best[cell] := undoValue[top];
                                    top := top - 1;
                                END LOOP;
                                f := before[depth];
                                option := chosen[depth];
                                IF option > 0 THEN
                                    FOR u IN oUseFrom[option]..oUseTo[option] LOOP
                                        unitsUsed[useLine[u]] := unitsUsed[useLine[u]] - useCount[u];
                                    END LOOP;
                                    IF oGroup[option] > 0 THEN
                                        isGroupUsed[oGroup[option]] := false;
                                    END IF;
                                    chosen[depth] := 0;
                                END IF;
                                isBack := false;
                            END IF;

                            IF depth > slots THEN
                                value := loy_getBound(f, cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths)
                                    + serviceMost + earnMost + giftMost;
                                IF value > bestValue THEN
                                    taken := startTops;
                                    FOR l IN 1..n LOOP
                                        taken[l] := least(caps[l], tops[l]);
                                    END LOOP;
                                    IF NOT isNeutral OR stage = 2 THEN
                                        nodes := nodes + 3;
                                        bound := value;
                                        SELECT way.value INTO value
                                        FROM loy_settle(
                                            gross, caps, isService, taken, qKinds, qWorths, qCaps, qTotals, qIsNet, qChosenReach,
                                            lotAmounts, lotIsService, lotWorths, lotReach, payAtMost,
                                            earnKinds, earnWorths, earnSteps, earnCaps, earnTotals, earnIsNet, earnClasses, earnGroups,
                                            earnIsSolo, earnIsJoint, earnReach, settings
                                        ) AS way;
                                        IF stage = 1 AND NOT isMonotone AND NOT isForced THEN
                                            ceiling := greatest(ceiling, bound);
                                            reached := greatest(reached, bound);
                                        END IF;
                                    END IF;
                                    IF value > bestValue THEN
                                        bestValue := value;
                                        bestOn := isOn;
                                        bestTakings := '{}';
                                        FOR s IN 1..slots LOOP
                                            IF chosen[s] > 0 THEN
                                                IF oTaking[chosen[s]] > 0 THEN
                                                    bestTakings := bestTakings || oTaking[chosen[s]];
                                                ELSE
                                                    bestOn[oChosen[chosen[s]]] := true;
                                                END IF;
                                            END IF;
                                        END LOOP;
                                        bestChecks := pattern;
                                        bestTaken := taken;
                                        bestKinds := qKinds;
                                        bestWorths := qWorths;
                                        bestCaps := qCaps;
                                        bestTotals := qTotals;
                                        bestIsNet := qIsNet;
                                        bestReach := qChosenReach;
                                    END IF;
                                END IF;
                                depth := depth - 1;
                                isBack := true;
                                CONTINUE;
                            END IF;

                            -- What could still be gained: with the gains of the beginning, and only if that is too much, with those of now.
                            isFeasible := loy_getBound(
                                f + suffix[depth], cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths
                            ) + serviceMost + earnMost + giftMost > bestValue;
                            IF isFeasible THEN
                                bound := f;
                                needed := CASE WHEN isNeutral THEN bestValue + 5000 END;
                                FOR s IN depth..slots LOOP
                                    largest := 0;
                                    FOR o IN slotFrom[slotOrder[s]] + CASE WHEN s = depth THEN tried[depth] ELSE 0 END..slotTo[slotOrder[s]] LOOP
                                        CONTINUE WHEN oGroup[o] > 0 AND isGroupUsed[oGroup[o]];
                                        looked := looked + oTo[o] - oFrom[o] + 1;
                                        amount := 0;
                                        FOR e IN oFrom[o]..oTo[o] LOOP
                                            IF xAmount[e] > best[xCell[e]] THEN
                                                line := xLine[e];
                                                amount := amount + weights[line] * (
                                                    least(caps[line], tops[line] + xAmount[e] - best[xCell[e]])
                                                    - least(caps[line], tops[line])
                                                );
                                            END IF;
                                        END LOOP;
                                        largest := greatest(largest, amount);
                                    END LOOP;
                                    bound := bound + largest;
                                    -- Enough to go on, or too little whatever the rest gives.
                                    EXIT WHEN bound >= needed;
                                    IF bound + suffix[s + 1] < needed THEN
                                        bound := bound + suffix[s + 1];
                                        EXIT;
                                    END IF;
                                END LOOP;
                                bound := loy_getBound(
                                    bound, cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths
                                ) + serviceMost + earnMost + giftMost;
                                isFeasible := bound > bestValue;
                            END IF;
                            IF NOT isFeasible THEN
                                tried[depth] := 0;
                                depth := depth - 1;
                                isBack := true;
                                CONTINUE;
                            END IF;

                            -- A step, and one more for every 200 amounts that were looked at.
                            nodes := nodes + 1 + looked / 200;
                            looked := 0;
                            IF nodes > nodeBudget AND bestValue >= 0 THEN
                                isOver := true;
                            ELSIF nodes >= nextLook THEN
                                nextLook := nodes + 64;
                                isOver := bestValue >= 0 AND clock_timestamp() > startedAt + fuse;
                                isBlown := isOver;
                            END IF;
                            IF isOver THEN
                                ceiling := greatest(
                                    ceiling,
                                    loy_getBound(
                                        gain, cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths
                                    ) + serviceMost + earnMost + giftMost
                                );
                                EXIT;
                            END IF;

                            -- The next option that is possible, then none, then back.
                            LOOP
                                tried[depth] := tried[depth] + 1;
                                option := slotFrom[slotOrder[depth]] + tried[depth] - 1;
                                EXIT WHEN option > slotTo[slotOrder[depth]];
                                isFeasible := NOT (oGroup[option] > 0 AND isGroupUsed[greatest(oGroup[option], 1)]);
                                IF isFeasible THEN
                                    FOR u IN oUseFrom[option]..oUseTo[option] LOOP
                                        IF unitsUsed[useLine[u]] + useCount[u] > quantities[useLine[u]] THEN
                                            isFeasible := false;
                                            EXIT;
                                        END IF;
                                    END LOOP;
                                END IF;
                                EXIT WHEN isFeasible;
                            END LOOP;
                            mark[depth] := top;
                            before[depth] := f;
                            IF option > slotTo[slotOrder[depth]] + 1 THEN
                                tried[depth] := 0;
                                depth := depth - 1;
                                isBack := true;
                                CONTINUE;
                            END IF;
                            IF option <= slotTo[slotOrder[depth]] THEN
                                chosen[depth] := option;
                                FOR u IN oUseFrom[option]..oUseTo[option] LOOP
                                    unitsUsed[useLine[u]] := unitsUsed[useLine[u]] + useCount[u];
                                END LOOP;
                                IF oGroup[option] > 0 THEN
                                    isGroupUsed[oGroup[option]] := true;
                                END IF;
                                FOR e IN oFrom[option]..oTo[option] LOOP
                                    cell := xCell[e];
                                    IF xAmount[e] > best[cell] THEN
                                        line := xLine[e];
                                        top := top + 1;
                                        undoCell[top] := cell;
                                        undoLine[top] := line;
                                        undoValue[top] := best[cell];
                                        oldTop := tops[line];
                                        tops[line] := oldTop + xAmount[e] - best[cell];
                                        best[cell] := xAmount[e];
                                        f := f + weights[line] * (least(caps[line], tops[line]) - least(caps[line], oldTop));
                                    END IF;
                                END LOOP;
                            END IF;
                            depth := depth + 1;
                            tried[depth] := 0;
                        END LOOP;
                    END LOOP;
                END LOOP;
            END LOOP;

            -- Whether the best found really gives what was promised; if not, nothing may be taken for harmless.
            SELECT way.value, way.checks, way.isMet, way.payments, way.earnings INTO settled
            FROM loy_settle(
                gross, caps, isService, bestTaken, bestKinds, bestWorths, bestCaps, bestTotals, bestIsNet, bestReach,
                lotAmounts, lotIsService, lotWorths, lotReach, payAtMost,
                earnKinds, earnWorths, earnSteps, earnCaps, earnTotals, earnIsNet, earnClasses, earnGroups,
                earnIsSolo, earnIsJoint, earnReach, settings
            ) AS way;
            ceiling := greatest(ceiling, bestValue);
            reached := greatest(reached, bestValue);
            bestValue := settled.value;
            -- What the first stage says of all of them holds in the second too.
            lower := least(lower, ceiling);
            -- What only ways that were not tried could give, switching something off does not give either.
            EXIT stages WHEN reached <= bestValue OR isOver OR isWider;
        END LOOP;
        EXIT WHEN NOT isWider OR lower <= bestValue OR isOver;
    END LOOP;
    ceiling := lower;

    -- Who gave what on which line: of a class the best, and under the floor nothing, the lowest priority giving way.
    SELECT array_agg(g.promotion), array_agg(g.line), array_agg(g.amount)
    INTO gPromotion, gLine, gAmount
    FROM (
        WITH winners AS (
            SELECT DISTINCT ON (eLine[own.e], coalesce(cClass[ePromotion[own.e]], -ePromotion[own.e]))
                ePromotion[own.e] AS promotion,
                eLine[own.e] AS line,
                eAmount[own.e] AS amount
            FROM (
                SELECT spans.e
                FROM generate_series(1, m) AS on1 (c)
                CROSS JOIN LATERAL generate_series(eFrom[on1.c], eTo[on1.c]) AS spans (e)
                WHERE bestOn[on1.c]
                UNION ALL
                SELECT spans.e
                FROM unnest(bestTakings) AS ways (t)
                CROSS JOIN LATERAL generate_series(tFrom[ways.t], tTo[ways.t]) AS spans (e)
            ) AS own
            ORDER BY
                eLine[own.e], coalesce(cClass[ePromotion[own.e]], -ePromotion[own.e]), eAmount[own.e] DESC, ePromotion[own.e]
        ), limited AS (
            SELECT
                winners.promotion,
                winners.line,
                least(
                    winners.amount,
                    caps[winners.line] - coalesce(
                        sum(winners.amount) OVER (
                            PARTITION BY winners.line ORDER BY winners.promotion
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                        ),
                        0
                    )
                )::bigint AS amount
            FROM winners
        )
        SELECT limited.promotion, limited.line, limited.amount FROM limited WHERE limited.amount > 0
        UNION ALL
        SELECT qCandidate[own.j], goods.line, settled.checks[(own.turn - 1) * n + goods.line]
        FROM (
            SELECT bits.j, row_number() OVER (ORDER BY bits.j)::integer AS turn
            FROM generate_series(1, q) AS bits (j)
            WHERE (bestChecks >> (bits.j - 1)) & 1 = 1
        ) AS own
        CROSS JOIN generate_series(1, n) AS goods (line)
        WHERE settled.checks[(own.turn - 1) * n + goods.line] > 0
    ) AS g;

    SELECT jsonb_build_object(
        'lines', coalesce(jsonb_agg(
            jsonb_build_object(
                'line', goods.line,
                'gross', loy_money(goods.gross),
                'discount', loy_money(coalesce(discounts.amount, 0)),
                'bonus', loy_money(coalesce(paid.bonus, 0)),
                'service', loy_money(coalesce(paid.service, 0)),
                'net', loy_money(
                    (goods.gross - coalesce(discounts.amount, 0) - coalesce(paid.bonus, 0) - coalesce(paid.service, 0))::bigint
                ),
                'earned', loy_money(coalesce(earned.amount, 0)),
                'discounts', coalesce(discounts.given, '[]'),
                'payments', coalesce(paid.given, '[]'),
                'earnings', coalesce(earned.given, '[]')
            ) ORDER BY goods.line
        ), '[]'),
        'gross', loy_money(total),
        'discount', loy_money(coalesce(sum(discounts.amount), 0)::bigint),
        'bonus', loy_money(coalesce(sum(paid.bonus), 0)::bigint),
        'service', loy_money(coalesce(sum(paid.service), 0)::bigint),
        'net', loy_money(
            (
                total - coalesce(sum(discounts.amount), 0) - coalesce(sum(paid.bonus), 0) - coalesce(sum(paid.service), 0)
            )::bigint
        ),
        'earned', loy_money(coalesce(sum(earned.amount), 0)::bigint)
    ) INTO answer
    FROM unnest(gross) WITH ORDINALITY AS goods (gross, line)
    LEFT JOIN (
        SELECT
            g.line,
            sum(g.amount)::bigint AS amount,
            jsonb_agg(
                jsonb_strip_nulls(
                    jsonb_build_object(
                        'promotion', cCode[g.promotion], 'amount', loy_money(g.amount),
                        'units', CASE
                            WHEN cIsOffer[g.promotion] THEN (
                                SELECT sum(useCount[spans.u])::text
                                FROM unnest(bestTakings) AS ways (t)
                                CROSS JOIN LATERAL generate_series(tUseFrom[ways.t], tUseTo[ways.t]) AS spans (u)
                                WHERE tPromotion[ways.t] = g.promotion AND useLine[spans.u] = g.line
                            )
                        END
                    )
                ) ORDER BY g.promotion
            ) AS given
        FROM unnest(gPromotion, gLine, gAmount) AS g (promotion, line, amount)
        GROUP BY g.line
    ) AS discounts ON discounts.line = goods.line
    LEFT JOIN (
        SELECT
            spots.line,
            coalesce(sum(spots.amount) FILTER (WHERE NOT lotIsService[spots.lot]), 0)::bigint AS bonus,
            coalesce(sum(spots.amount) FILTER (WHERE lotIsService[spots.lot]), 0)::bigint AS service,
            jsonb_agg(
                jsonb_build_object('lotID', lotIDs[spots.lot], 'amount', loy_money(spots.amount)) ORDER BY spots.lot
            ) AS given
        FROM (
            SELECT ((p.place - 1) / n + 1)::integer AS lot, ((p.place - 1) % n + 1)::integer AS line, p.amount
            FROM unnest(settled.payments) WITH ORDINALITY AS p (amount, place)
            WHERE p.amount > 0
        ) AS spots
        GROUP BY spots.line
    ) AS paid ON paid.line = goods.line
    LEFT JOIN (
        SELECT
            spots.line,
            sum(spots.amount)::bigint AS amount,
            jsonb_agg(
                jsonb_build_object(
                    'promotion', earnCodes[spots.rule], 'kind', earnBonuses[spots.rule], 'amount', loy_money(spots.amount)
                ) ORDER BY spots.rule
            ) AS given
        FROM (
            SELECT ((p.place - 1) / n + 1)::integer AS rule, ((p.place - 1) % n + 1)::integer AS line, p.amount
            FROM unnest(settled.earnings) WITH ORDINALITY AS p (amount, place)
            WHERE p.amount > 0
        ) AS spots
        GROUP BY spots.line
    ) AS earned ON earned.line = goods.line;

    -- Bonuses earned rule by rule, and what is given beside the receipt.
    SELECT coalesce(jsonb_agg(
        jsonb_build_object(
            'promotion', earnCodes[rules.rule], 'kind', earnBonuses[rules.rule], 'amount', loy_money(rules.amount),
            'lines', rules.lines
        ) ORDER BY rules.rule
    ), '[]') INTO said
    FROM (
        SELECT
            ((p.place - 1) / n + 1)::integer AS rule,
            sum(p.amount)::bigint AS amount,
            jsonb_agg(jsonb_build_object('line', (p.place - 1) % n + 1, 'amount', loy_money(p.amount)) ORDER BY p.place) AS lines
        FROM unnest(settled.earnings) WITH ORDINALITY AS p (amount, place)
        WHERE p.amount > 0
        GROUP BY (p.place - 1) / n
    ) AS rules;
    answer := answer || jsonb_build_object('earnings', said);

    SELECT coalesce(jsonb_agg(
        CASE cKind[qCandidate[own.j]]
            WHEN 'giftBonus' THEN jsonb_build_object(
                'promotion', cCode[qCandidate[own.j]], 'kind', coalesce(cOffer[qCandidate[own.j]] ->> 'kind', 'regular'),
                'amount', loy_money(cWorth[qCandidate[own.j]])
            )
            ELSE jsonb_build_object(
                'promotion', cCode[qCandidate[own.j]], 'sku', cOffer[qCandidate[own.j]] ->> 'sku', 'amount', '1.00'
            )
        END ORDER BY own.j
    ), '[]') INTO said
    FROM (
        SELECT bits.j, row_number() OVER (ORDER BY bits.j)::integer AS turn
        FROM generate_series(1, q) AS bits (j)
        WHERE (bestChecks >> (bits.j - 1)) & 1 = 1
    ) AS own
    WHERE settled.isMet[own.turn] AND cKind[qCandidate[own.j]] IN ('giftBonus', 'freeItem');
    answer := answer || jsonb_build_object('gifts', said);

    -- Every promotion that touched the receipt: what it gave, or what stood in its way.
    FOR t IN 1..coalesce(cardinality(bestTakings), 0) LOOP
        bestOn[tPromotion[bestTakings[t]]] := true;
    END LOOP;
    FOR j IN 1..q LOOP
        bestOn[qCandidate[j]] := (bestChecks >> (j - 1)) & 1 = 1;
    END LOOP;
    sums := array_fill(0::bigint, ARRAY[m]);
    times := array_fill(0, ARRAY[m]);
    whys := array_fill(NULL::text, ARRAY[m]);
    rivals := array_fill(NULL::text, ARRAY[m]);
    inGroup := array_fill(0, ARRAY[groupCount]);
    inClass := array_fill(0, ARRAY[classCount]);
    solo := 0;
    offering := 0;
    FOR g IN 1..coalesce(cardinality(gPromotion), 0) LOOP
        sums[gPromotion[g]] := sums[gPromotion[g]] + gAmount[g];
    END LOOP;
    FOR c IN 1..m LOOP
        IF sums[c] > 0 THEN
            times[c] := 1;
        ELSIF bestOn[c] AND cKind[c] IN ('giftBonus', 'freeItem') AND cIsCheck[c] THEN
            times[c] := (said @> jsonb_build_array(jsonb_build_object('promotion', cCode[c])))::integer;
        END IF;
    END LOOP;
    FOREACH option IN ARRAY bestTakings LOOP
        times[tPromotion[option]] := tTimes[option];
    END LOOP;
    FOR c IN REVERSE m..1 LOOP
        CONTINUE WHEN NOT bestOn[c];
        IF cGroup[c] IS NOT NULL THEN
            inGroup[cGroup[c]] := c;
        END IF;
        IF cClass[c] IS NOT NULL AND sums[c] > 0 THEN
            inClass[cClass[c]] := c;
        END IF;
        IF cIsSolo[c] THEN
            solo := c;
        END IF;
        IF cIsOffer[c] THEN
            offering := c;
        END IF;
    END LOOP;
    FOR c IN 1..m LOOP
        CONTINUE WHEN times[c] > 0;
        i := 0;
        IF NOT bestOn[c] AND cGroup[c] IS NOT NULL AND inGroup[cGroup[c]] > 0 THEN
            whys[c] := 'group';
            i := inGroup[cGroup[c]];
        ELSIF NOT bestOn[c] AND NOT cIsJoint[c] AND solo > 0 THEN
            whys[c] := 'solo';
            i := solo;
        ELSIF NOT bestOn[c] AND cIsSolo[c] THEN
            whys[c] := 'solo';
            FOR j IN REVERSE m..1 LOOP
                IF times[j] > 0 AND NOT cIsJoint[j] THEN
                    i := j;
                END IF;
            END LOOP;
        ELSIF cClass[c] IS NOT NULL AND inClass[cClass[c]] > 0 THEN
            whys[c] := 'class';
            i := inClass[cClass[c]];
        ELSIF cIsOffer[c] AND NOT c = ANY(tPromotion) THEN
            whys[c] := 'no_units';
        ELSIF cIsOffer[c] AND offering > 0 THEN
            whys[c] := 'units';
            i := offering;
        ELSIF bestOn[c] THEN
            whys[c] := CASE WHEN cIsNet[c] THEN 'below_threshold' ELSE 'floor' END;
        ELSE
            whys[c] := 'no_gain';
        END IF;
        IF i > 0 THEN
            rivals[c] := cCode[i];
        ELSIF whys[c] = 'solo' THEN
            whys[c] := 'no_gain';
        END IF;
    END LOOP;
    SELECT coalesce(jsonb_agg(
        jsonb_strip_nulls(
            jsonb_build_object(
                'promotion', own.code,
                'state', CASE WHEN own.times > 0 THEN 'given' WHEN own.rival IS NULL THEN 'not_needed' ELSE 'beaten' END,
                'amount', loy_money(own.amount),
                'short', CASE
                    WHEN own.amount > 0 AND own.kind = 'amount' AND (own.isCheck OR own.per = 'receipt')
                        THEN loy_money(nullif(least(own.worth, own.cap) - own.amount, 0))
                END,
                'times', own.times,
                'why', CASE
                    WHEN own.why IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object('reason', own.why, 'by', own.rival))
                END
            )
        ) ORDER BY own.c
    ), '[]') INTO said
    FROM unnest(cCode, sums, times, whys, rivals, cKind, cPer, cWorth, cCap, cIsCheck)
    WITH ORDINALITY AS own (code, amount, times, why, rival, kind, per, worth, cap, isCheck, c);
    IF earnCodes IS NOT NULL THEN
        SELECT said || coalesce(jsonb_agg(
            jsonb_strip_nulls(
                jsonb_build_object(
                    'promotion', rules.code,
                    'state', CASE WHEN rules.amount > 0 THEN 'given' ELSE 'not_needed' END,
                    'amount', loy_money(rules.amount),
                    'why', CASE WHEN rules.amount = 0 THEN jsonb_build_object('reason', 'below_threshold') END
                )
            ) ORDER BY rules.place
        ), '[]') INTO said
        FROM (
            SELECT
                own.code,
                own.place,
                coalesce((
                    SELECT sum(p.amount) FROM unnest(settled.earnings[(own.place - 1) * n + 1:own.place * n]) AS p (amount)
                ), 0)::bigint AS amount
            FROM unnest(earnCodes) WITH ORDINALITY AS own (code, place)
        ) AS rules;
    END IF;
    answer := answer || jsonb_build_object('promotions', said);

    -- What was missed by little.
    SELECT coalesce(jsonb_agg(
        jsonb_build_object('promotion', near.code, 'missing', loy_money(near.missing)) ORDER BY near.missing, near.code
    ), '[]') INTO said
    FROM (
        SELECT known.code, (round(known.minTotal * 100) - sum(deal.gross[hits.line]))::bigint AS missing
        FROM (
            SELECT p.number, p.code, p.minTotal
            FROM loy_promotions AS p
            WHERE p.setVersion = loy_solve.setVersion AND p.basis = 'gross' AND p.minTotal > 0 AND p.number <> ALL(coalesce(cNumber, ARRAY[]::integer[]))
        ) AS known
        INNER JOIN unnest(hitNumbers, hitParts, hitLines) AS hits (number, part, line)
            ON hits.number = known.number AND hits.part = 0
        GROUP BY known.code, known.minTotal
        HAVING sum(deal.gross[hits.line]) < round(known.minTotal * 100)
        ORDER BY 2, 1
        LIMIT 3
    ) AS near;

    answer := answer || jsonb_build_object(
        'advice', said,
        'setVersion', setVersion::text,
        'at', at,
        'proved', ceiling <= bestValue AND NOT isBlown,
        'gap', loy_money(greatest(ceil((ceiling - bestValue)::numeric / 10000)::bigint, 0)),
        'nodes', nodes,
        'value', (bestValue::numeric / 1000000)::numeric(20, 6)::text
    );
    IF isBlown THEN
        answer := answer || jsonb_build_object('fuse', true);
    END IF;
    RETURN answer;
END;
$$;

COMMENT ON FUNCTION loy_solve IS
'The one engine behind loy_decide (codes null) and loy_valueOf (exactly these codes; null where they do not go together). Branch
and bound over whole numbers: see docs/loyalty.md for what is searched and when it is proved.';
