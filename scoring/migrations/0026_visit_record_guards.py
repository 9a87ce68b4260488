from django.db import migrations

SEALED = """
CREATE FUNCTION scoring_refuse_sealed_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scoring_fieldvisit v JOIN scoring_assignment a ON a.id = v.assignment_id
               JOIN nominations_nomination n ON n.id = a.nomination_id
               WHERE v.id IN (OLD.visit_id, NEW.visit_id) AND scoring_is_sealed(n.period_id, n.category_id)) THEN
        RAISE EXCEPTION 'scoring_ranking_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER scoring_fieldinterview_after_seal BEFORE INSERT OR UPDATE OR DELETE ON scoring_fieldinterview
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed_record();
CREATE TRIGGER scoring_fieldphoto_after_seal BEFORE INSERT OR UPDATE OR DELETE ON scoring_fieldphoto
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed_record();
"""
SEALED_BACK = """
DROP TRIGGER scoring_fieldinterview_after_seal ON scoring_fieldinterview;
DROP TRIGGER scoring_fieldphoto_after_seal ON scoring_fieldphoto; DROP FUNCTION scoring_refuse_sealed_record();
"""


class Migration(migrations.Migration):
    """Interviews and photos of a visit stay with the sealed ranking, as its claims do."""

    dependencies = [("scoring", "0025_bulk_result_guards")]
    operations = [migrations.RunSQL(SEALED, SEALED_BACK)]
