-- What waits for a decision, in the order in which the money desk reads it. All migrations are one transaction, so nothing
-- can be done CONCURRENTLY; only what waits is in the index, so it is made in no time.

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX fin_finances_open;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX fin_finances_open ON fin_finances (createdAt, username, id) WHERE statusID IN (1, 2);
