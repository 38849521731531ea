-- What the functions of the best deal hand each other. Money is whole hundredths of the currency, values are ten-thousandths of
-- those; lists run side by side, and a list of lines for each of several things is one list after the other.

CREATE TYPE loy_goods AS (
    n integer,
    gross bigint [],
    prices bigint [],
    floors bigint [],
    units integer [],
    thousandths bigint [],
    caps bigint [],
    isService boolean [],
    total bigint,
    cappable bigint
);

COMMENT ON TYPE loy_goods IS
'The lines of a basket: what a unit costs and may not go below, whole units (0 where there are others), thousandths of a unit,
caps: how much may come off the line; total and cappable are the sums of gross and caps.';

CREATE TYPE loy_hits AS (numbers integer [], parts integer [], lines integer [], touched integer [], gross bigint []);

COMMENT ON TYPE loy_hits IS 'Which promotion touches which line, and with which part of its offer (0: at all); what each that is touched adds up to.';

CREATE TYPE loy_candidates AS (
    m integer,
    numbers integer [],
    codes text [],
    kinds text [],
    worths bigint [],
    caps bigint [],
    thresholds bigint [],
    isNet boolean [],
    classes integer [],
    groups integer [],
    isSolo boolean [],
    isJoint boolean [],
    maxTimes integer [],
    offers jsonb [],
    gross bigint [],
    isOffer boolean [],
    isCheck boolean [],
    pers text [],
    groupCount integer,
    classCount integer,
    hasNet boolean
);

COMMENT ON TYPE loy_candidates IS
'Promotions of phases 1 and 2 that touch a basket, by priority and code. classes and groups are numbered, 0 for none; isOffer: it uses units;
isCheck: it belongs to the receipt, not to lines; gross: what the lines it touches cost; hasNet: one of the receipt has a
threshold on what phase 1 left.';

CREATE TYPE loy_checks AS (q integer, candidates integer [], reach boolean [], isBeaten boolean []);

COMMENT ON TYPE loy_checks IS
'The promotions of the receipt among the candidates; reach: the lines of each; isBeaten: it can win nothing, whatever else counts.';

CREATE TYPE loy_purse AS (
    lots integer,
    payAtMost bigint,
    lotIDs text [],
    amounts bigint [],
    isService boolean [],
    worths bigint [],
    reach boolean [],
    serviceMost bigint,
    payableMost bigint,
    sortedAmounts bigint [],
    sortedWorths bigint [],
    isFalling boolean
);

COMMENT ON TYPE loy_purse IS
'Bonuses to pay with, in the order in which they are used: worths: what paying with one is worth; reach: the lines that each may
pay. serviceMost, payableMost, and amounts sorted by their worths (null: there are none) are for bounds; isFalling: those that are
used first are worth most.';

CREATE TYPE loy_rules AS (
    codes text [],
    kinds text [],
    worths bigint [],
    steps bigint [],
    caps bigint [],
    thresholds bigint [],
    isNet boolean [],
    classes text [],
    groups text [],
    isSolo boolean [],
    isJoint boolean [],
    bonuses text [],
    reach boolean [],
    most bigint
);

COMMENT ON TYPE loy_rules IS
'The earning rules that touch a basket. most: more than what all of them earn can never be worth.';

CREATE TYPE loy_problem AS (
    settings jsonb,
    earnValue bigint,
    bonusShare bigint,
    nodeBudget bigint,
    fuse timestamptz,
    isForced boolean,
    isNeutral boolean,
    isMonotone boolean,
    goods loy_goods,
    candidates loy_candidates,
    checks loy_checks,
    purse loy_purse,
    rules loy_rules
);

COMMENT ON TYPE loy_problem IS
'A basket with all that could count for it. isForced: the candidates are given, not chosen; isNeutral: a hundredth off is worth the
same wherever it comes off; isMonotone: what can be on without excluding anything never does harm.';

CREATE TYPE loy_effects AS (
    promotions integer [],
    lines integer [],
    amounts bigint [],
    cells integer [],
    firsts integer [],
    lasts integer [],
    ways integer,
    wayPromotions integer [],
    wayTimes integer [],
    wayFrom integer [],
    wayTo integer [],
    wayUseFrom integer [],
    wayUseTo integer [],
    useLines integer [],
    useCounts integer [],
    isPartial boolean [],
    most bigint [],
    mostFrom integer [],
    mostTo integer [],
    mostLines integer [],
    mostAmounts bigint []
);

COMMENT ON TYPE loy_effects IS
'What each candidate takes off which line, one entry each: those of a promotion of lines from firsts to lasts, those of a way in
which an offer uses units from wayFrom to wayTo (and its units from wayUseFrom to wayUseTo). Of the entries of one cell, a class on
a line, only the greatest counts. isPartial: not all ways of an offer were tried; most is then what it gives at best, and
mostAmounts what it could give line by line.';

CREATE TYPE loy_world AS (
    solo integer,
    isOn boolean [],
    best bigint [],
    tops bigint [],
    slots integer,
    slotFrom integer [],
    slotTo integer [],
    slotMost bigint [],
    optionFrom integer [],
    optionTo integer [],
    optionUseFrom integer [],
    optionUseTo integer [],
    optionGroup integer [],
    optionChosen integer [],
    optionWay integer [],
    lines integer [],
    cells integer [],
    amounts bigint [],
    useLines integer [],
    useCounts integer []
);

COMMENT ON TYPE loy_world IS
'What is to be chosen when either nothing that counts alone is on (solo 0) or one such promotion is. isOn: what is on in any case,
best: what that takes off in every cell, tops: off every line. Of each slot at most one option counts; lines, cells and amounts
are the entries of options that can win. slotMost: an offer of which not all ways are known cannot give more.';

CREATE TYPE loy_weighing AS (
    checks bigint,
    weights bigint [],
    heaviest bigint,
    start bigint,
    isGroupUsed boolean [],
    gains bigint [],
    most bigint,
    extra bigint
);

COMMENT ON TYPE loy_weighing IS
'One combination of promotions of the receipt, a bit for each: what a hundredth off each line is worth beside them, what they and
what is on give to start with, what every slot adds to that at best, and most: all of that with what offers could give of which
not all ways are known. extra: what payment of services, earning and gifts could be worth on top.';

CREATE TYPE loy_solution AS (
    value bigint,
    isOn boolean [],
    ways integer [],
    checks bigint,
    taken bigint [],
    ceiling bigint,
    reached bigint,
    nodes bigint,
    looked bigint,
    nextLook bigint,
    isOver boolean,
    isBlown boolean
);

COMMENT ON TYPE loy_solution IS
'The best found so far: what is on, the ways in which offers use units, the promotions of the receipt, and what phase 1 takes off
each line. ceiling: nothing can be worth more; reached: the same where offers are not tried in more ways. isOver: the steps are
used up; isBlown: the time was.';

CREATE TYPE loy_settlement AS (
    value bigint,
    checks bigint [],
    isMet boolean [],
    isRounded boolean [],
    payments bigint [],
    earnings bigint []
);

COMMENT ON TYPE loy_settlement IS
'What promotions of the receipt take off, bonuses pay and rules earn line by line, whether each threshold was met, whether others
were rounded up with its fraction of a hundredth, and what all is worth.';

CREATE TYPE loy_shares AS (promotions integer [], lines integer [], amounts bigint []);

COMMENT ON TYPE loy_shares IS 'Which candidate gives how much on which line.';

-- These take other arguments from here on.
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_settle;
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_listAmounts;
