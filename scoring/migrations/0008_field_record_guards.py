from django.db import migrations

from core.append_only import append_only

CUSTODY = """
CREATE FUNCTION scoring_follow_custody() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before scoring_custodyevent%ROWTYPE;
BEGIN
    SELECT * INTO before FROM scoring_custodyevent WHERE receipt_id = NEW.receipt_id ORDER BY number DESC LIMIT 1;
    IF before.id IS NULL THEN
        IF NEW.number = 1 AND NEW.kind = 'received' AND NEW.previous_hash = '' THEN RETURN NEW; END IF;
    ELSIF NEW.number = before.number + 1 AND NEW.previous_hash = before.hash AND NEW.kind <> 'received'
          AND before.kind NOT IN ('returned', 'destroyed') AND NEW.given_by = before.taken_by AND NEW.at >= before.at
    THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'scoring_custodyevent_follows' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER scoring_custodyevent_follows BEFORE INSERT ON scoring_custodyevent
    FOR EACH ROW EXECUTE FUNCTION scoring_follow_custody();
CREATE TRIGGER scoring_samplereceipt_kept BEFORE UPDATE ON scoring_samplereceipt FOR EACH ROW
    WHEN (OLD.nomination_id <> NEW.nomination_id OR OLD.number <> NEW.number OR OLD.code <> NEW.code
          OR OLD.description <> NEW.description OR OLD.count <> NEW.count OR OLD.created_by_id <> NEW.created_by_id
          OR OLD.created_at <> NEW.created_at)
    EXECUTE FUNCTION core_refuse_change();
"""
CUSTODY_BACK = """
DROP TRIGGER scoring_custodyevent_follows ON scoring_custodyevent; DROP FUNCTION scoring_follow_custody();
DROP TRIGGER scoring_samplereceipt_kept ON scoring_samplereceipt;
"""

WEIGHTLESS = """
CREATE FUNCTION scoring_refuse_unscored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.score IS NULL AND EXISTS (SELECT 1 FROM scoring_stage WHERE id = NEW.stage_id AND weight > 0) THEN
        RAISE EXCEPTION 'scoring_stageresult_has_score' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_stageresult_has_score BEFORE INSERT ON scoring_stageresult
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_unscored();
"""
WEIGHTLESS_BACK = """
DROP TRIGGER scoring_stageresult_has_score ON scoring_stageresult; DROP FUNCTION scoring_refuse_unscored();
"""


class Migration(migrations.Migration):
    """A sample's way is append-only and each step follows from the one before; a stage with weight has a score."""

    dependencies = [("scoring", "0007_statistics_guards"), ("core", "0002_append_only")]
    operations = [
        append_only("scoring_custodyevent"),
        append_only("scoring_mismatchnote"),
        migrations.RunSQL(CUSTODY, CUSTODY_BACK),
        migrations.RunSQL(WEIGHTLESS, WEIGHTLESS_BACK),
    ]
