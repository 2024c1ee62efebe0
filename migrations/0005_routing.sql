-- The operator's routing rules: one document, every version of it kept. The newest one is in force; going back is a new
-- version with an old one's words, so that every stored decision names the very document that made it.
CREATE TABLE routing_rules (
    revision   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document   jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    why        text NOT NULL
);

-- Rules are part of what every process keeps in memory.
CREATE TRIGGER routing_rules_changed AFTER INSERT ON routing_rules
    FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_changed();
