from django.db import migrations

PLACE = """
CREATE FUNCTION scoring_refuse_moved_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scoring_stage s
        WHERE (s.period_id, s.category_id) IN ((OLD.period_id, OLD.category_id), (NEW.period_id, NEW.category_id))
        AND (EXISTS (SELECT 1 FROM scoring_sheet WHERE stage_id = s.id AND status = 'submitted')
             OR EXISTS (SELECT 1 FROM scoring_stageresult WHERE stage_id = s.id))) THEN
        RAISE EXCEPTION 'scoring_stage_frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_stage_place BEFORE UPDATE ON scoring_stage FOR EACH ROW
    WHEN (OLD.period_id <> NEW.period_id OR OLD.category_id <> NEW.category_id)
    EXECUTE FUNCTION scoring_refuse_moved_stage();
"""
BACK = "DROP TRIGGER scoring_stage_place ON scoring_stage; DROP FUNCTION scoring_refuse_moved_stage();"


class Migration(migrations.Migration):
    """A stage leaves no category, and comes into none, in which somebody has scored."""

    dependencies = [("scoring", "0023_readiness_guards")]
    operations = [migrations.RunSQL(PLACE, BACK)]
