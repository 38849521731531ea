-- What a text may name, and which texts the portal brings along: `portal migrate` reads both from sql/texts.

CREATE TABLE ntf_placeholders (
    kind text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    isOptional boolean NOT NULL,
    isNeeded boolean NOT NULL,
    isLive boolean NOT NULL,
    path text,
    choices text[] NOT NULL,
    example text NOT NULL,
    sortOrder integer NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ntf_placeholders_pkey PRIMARY KEY (kind, name),
    CONSTRAINT ntf_placeholders_kind CHECK (kind ~ '^[a-z][a-z_]{0,40}$'),
    CONSTRAINT ntf_placeholders_name CHECK (name ~ '^[a-z][A-Za-z0-9]{0,40}$'),
    CONSTRAINT ntf_placeholders_type CHECK (type IN ('text', 'money', 'number', 'percent', 'date', 'link', 'choice')),
    CONSTRAINT ntf_placeholders_path CHECK (path IS NULL OR (type = 'link' AND path ~ '^/')),
    CONSTRAINT ntf_placeholders_choices CHECK ((type = 'choice') = (choices <> '{}')),
    CONSTRAINT ntf_placeholders_need CHECK (NOT (isNeeded AND isOptional))
);

COMMENT ON TABLE ntf_placeholders IS
'What the texts of a kind may name in braces; kind campaign stands for the steps of every campaign. type: how it is written
for the person. isOptional: it may have no value, and then the line that names it is left out. isNeeded: the text is of no use
without it. isLive: asked when the message is sent; everything else was written down by what happened. path: where a link of
ours leads, {token} being its secret. choices: the values between which {name|value=words|other=words} decides.';

ALTER TABLE ntf_texts ADD COLUMN uses text[] NOT NULL DEFAULT '{}';
ALTER TABLE ntf_texts ADD COLUMN isDelivered boolean NOT NULL DEFAULT false;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE ntf_texts ADD CONSTRAINT ntf_texts_delivered_by_nobody CHECK (NOT isDelivered OR actor IS NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX ntf_texts_one_delivered ON ntf_texts (kind, channel, locale) WHERE isDelivered;

COMMENT ON TABLE ntf_texts IS
'The texts, one row a version: subject and body never change. kind is one of ntf_kinds, or campaign:<id>:<step>, the text of a
campaign''s step. channel is empty for the text of every channel that has none of its own. isCurrent: the one that is sent.
isDelivered: the one that this version of the portal brings along; its actor is null. uses: the placeholders in it.';

INSERT INTO as_tableClasses (name, class, createdAt) VALUES ('ntf_placeholders', 'reference', clock_timestamp());
