from django.db import migrations

from core.append_only import append_only

FOLLOWS = """
CREATE FUNCTION scoring_follow_visit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before scoring_visitevent%ROWTYPE;
BEGIN
    IF EXISTS (SELECT 1 FROM scoring_fieldvisit v JOIN scoring_assignment a ON a.id = v.assignment_id
               JOIN nominations_nomination n ON n.id = a.nomination_id
               WHERE v.id = NEW.visit_id AND scoring_is_sealed(n.period_id, n.category_id)) THEN
        RAISE EXCEPTION 'scoring_ranking_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT * INTO before FROM scoring_visitevent WHERE visit_id = NEW.visit_id ORDER BY number DESC LIMIT 1;
    IF NEW.number = coalesce(before.number, 0) + 1 AND NEW.previous_hash = coalesce(before.hash, '')
       AND coalesce(before.kind, '') || '>' || NEW.kind IN ('>submitted', 'returned>submitted', 'submitted>confirmed',
                                                            'submitted>returned', 'confirmed>returned')
    THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'scoring_visitevent_follows' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER scoring_visitevent_follows BEFORE INSERT ON scoring_visitevent
    FOR EACH ROW EXECUTE FUNCTION scoring_follow_visit();
"""
FOLLOWS_BACK = """
DROP TRIGGER scoring_visitevent_follows ON scoring_visitevent; DROP FUNCTION scoring_follow_visit();
"""

# The event comes first: it says who took the step, and keeps what was sent.
STEPS = """
CREATE FUNCTION scoring_refuse_silent_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IS DISTINCT FROM (
        SELECT CASE e.kind WHEN 'returned' THEN 'open' ELSE e.kind END FROM scoring_visitevent e
        WHERE e.visit_id = NEW.id ORDER BY e.number DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'scoring_fieldvisit_step' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_fieldvisit_step BEFORE UPDATE ON scoring_fieldvisit FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION scoring_refuse_silent_step();
CREATE TRIGGER scoring_fieldvisit_begins BEFORE INSERT ON scoring_fieldvisit FOR EACH ROW
    WHEN (NEW.status <> 'open') EXECUTE FUNCTION scoring_refuse_silent_step();
"""
STEPS_BACK = """
DROP TRIGGER scoring_fieldvisit_step ON scoring_fieldvisit; DROP TRIGGER scoring_fieldvisit_begins ON scoring_fieldvisit;
DROP FUNCTION scoring_refuse_silent_step();
"""


class Migration(migrations.Migration):
    """What became of a visit is a chain: each event follows from the one before and stays, and no step goes without."""

    dependencies = [("scoring", "0019_visit_events"), ("core", "0002_append_only")]
    operations = [
        append_only("scoring_visitevent"),
        migrations.RunSQL(FOLLOWS, FOLLOWS_BACK),
        migrations.RunSQL(STEPS, STEPS_BACK),
    ]
