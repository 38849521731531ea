-- Why Pohoda could not be talked to, as a code and its details beside the English sentence: pages say it in every language.

ALTER TABLE ctr_linkState ADD COLUMN failureSaid jsonb;
ALTER TABLE ctr_packs ADD COLUMN noteSaid jsonb;
ALTER TABLE ctr_listings ADD COLUMN errorSaid jsonb;

COMMENT ON COLUMN ctr_linkState.failureSaid IS 'failure as {code, details}; null where it is older, or in somebody else''s words.';
COMMENT ON COLUMN ctr_packs.noteSaid IS 'note as {code, details}; null where it is older, or in Pohoda''s words.';
COMMENT ON COLUMN ctr_listings.errorSaid IS 'error as {code, details}; null where it is older, or in somebody else''s words.';
