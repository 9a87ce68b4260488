from django.db import migrations

from core.append_only import append_only

SENT = """
CREATE FUNCTION scoring_refuse_removal_of_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scoring_sheet WHERE assignment_id = NEW.id AND status = 'submitted')
       OR EXISTS (SELECT 1 FROM scoring_fieldvisit WHERE assignment_id = NEW.id AND status <> 'open') THEN
        RAISE EXCEPTION 'scoring_assignment_sent' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_assignment_sent BEFORE UPDATE ON scoring_assignment FOR EACH ROW
    WHEN (OLD.status = 'active' AND NEW.status IN ('removed', 'declined'))
    EXECUTE FUNCTION scoring_refuse_removal_of_sent();
"""
SENT_BACK = """
DROP TRIGGER scoring_assignment_sent ON scoring_assignment; DROP FUNCTION scoring_refuse_removal_of_sent();
"""

# The event comes first: it says who let the sheet go back, and why.
REOPENED = """
CREATE FUNCTION scoring_refuse_silent_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <= OLD.version OR NOT EXISTS (
        SELECT 1 FROM scoring_sheetevent e
        WHERE e.sheet_id = NEW.id AND e.number = NEW.version AND e.kind = 'reopened' AND e.hash = NEW.head
    ) THEN
        RAISE EXCEPTION 'scoring_sheet_reopened' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_sheet_reopened BEFORE UPDATE ON scoring_sheet FOR EACH ROW
    WHEN (OLD.status = 'submitted' AND NEW.status <> 'submitted')
    EXECUTE FUNCTION scoring_refuse_silent_reopening();
"""
REOPENED_BACK = """
DROP TRIGGER scoring_sheet_reopened ON scoring_sheet; DROP FUNCTION scoring_refuse_silent_reopening();
"""

SEALED = """
CREATE TRIGGER scoring_assignmentremoval_after_seal BEFORE INSERT OR UPDATE OR DELETE ON scoring_assignmentremoval
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed();
"""
SEALED_BACK = "DROP TRIGGER scoring_assignmentremoval_after_seal ON scoring_assignmentremoval;"


class Migration(migrations.Migration):
    """What was sent leaves the count only by the scorer's recusal or a reopening that stands in the chain of events;
    removals stay."""

    dependencies = [("scoring", "0015_assignment_removals"), ("core", "0002_append_only")]
    operations = [
        append_only("scoring_assignmentremoval"),
        migrations.RunSQL(SENT, SENT_BACK),
        migrations.RunSQL(REOPENED, REOPENED_BACK),
        migrations.RunSQL(SEALED, SEALED_BACK),
    ]
