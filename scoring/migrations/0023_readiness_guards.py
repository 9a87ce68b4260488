from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION scoring_note_ready(changed bigint[]) RETURNS void LANGUAGE sql AS $$
    -- As the services do before they write: of two that change something at once, the second sees what the first did.
    SELECT FROM nominations_nomination WHERE id = ANY(changed) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM scoring_readynomination WHERE nomination_id = ANY(changed);
    INSERT INTO scoring_readynomination (nomination_id, stage_id)
    SELECT nomination.id, here.id
    FROM nominations_nomination nomination
    CROSS JOIN LATERAL (
        SELECT stage.id, stage.min_assessors FROM scoring_stage stage
        WHERE stage.period_id = nomination.period_id AND stage.category_id = nomination.category_id AND NOT EXISTS (
            SELECT FROM scoring_stageresult result
            WHERE result.stage_id = stage.id AND result.nomination_id = nomination.id
        )
        ORDER BY stage."order" LIMIT 1
    ) here
    CROSS JOIN LATERAL (
        SELECT count(*) AS assigned,
               count(*) FILTER (WHERE sheet.status = 'submitted' OR visit.status = 'confirmed') AS done
        FROM scoring_assignment assignment
        LEFT JOIN scoring_sheet sheet ON sheet.assignment_id = assignment.id
        LEFT JOIN scoring_fieldvisit visit ON visit.assignment_id = assignment.id
        WHERE assignment.nomination_id = nomination.id AND assignment.stage_id = here.id
            AND assignment.status = 'active'
    ) live
    WHERE nomination.id = ANY(changed) AND live.done = live.assigned AND live.done >= here.min_assessors;
$$;

-- Rows of a statement that name their nomination: assignments and results.
CREATE FUNCTION scoring_note_ready_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM scoring_note_ready(array_agg(DISTINCT nomination_id)) FROM changed;
    RETURN NULL;
END $$;

-- One sheet or visit.
CREATE FUNCTION scoring_note_ready_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM scoring_note_ready(ARRAY[nomination_id]) FROM scoring_assignment WHERE id = NEW.assignment_id;
    RETURN NULL;
END $$;

-- One stage: all of the category that it is in, and of the one that it was in.
CREATE FUNCTION scoring_note_ready_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM scoring_note_ready(array_agg(id)) FROM nominations_nomination
    WHERE (period_id, category_id) IN ((OLD.period_id, OLD.category_id), (NEW.period_id, NEW.category_id));
    RETURN NULL;
END $$;
"""
TRIGGERS = """
SELECT scoring_note_ready(array_agg(id)) FROM nominations_nomination;
CREATE TRIGGER scoring_assignment_ready_i AFTER INSERT ON scoring_assignment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_note_ready_rows();
CREATE TRIGGER scoring_assignment_ready_u AFTER UPDATE ON scoring_assignment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_note_ready_rows();
CREATE TRIGGER scoring_assignment_ready_d AFTER DELETE ON scoring_assignment REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_note_ready_rows();
CREATE TRIGGER scoring_stageresult_ready_i AFTER INSERT ON scoring_stageresult REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_note_ready_rows();
CREATE TRIGGER scoring_stageresult_ready_d AFTER DELETE ON scoring_stageresult REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_note_ready_rows();
CREATE TRIGGER scoring_sheet_ready_i AFTER INSERT ON scoring_sheet FOR EACH ROW
    WHEN (NEW.status = 'submitted') EXECUTE FUNCTION scoring_note_ready_work();
CREATE TRIGGER scoring_sheet_ready_u AFTER UPDATE ON scoring_sheet FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION scoring_note_ready_work();
CREATE TRIGGER scoring_fieldvisit_ready AFTER UPDATE ON scoring_fieldvisit FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION scoring_note_ready_work();
CREATE TRIGGER scoring_stage_ready AFTER INSERT OR DELETE ON scoring_stage FOR EACH ROW
    EXECUTE FUNCTION scoring_note_ready_stage();
CREATE TRIGGER scoring_stage_ready_u AFTER UPDATE ON scoring_stage FOR EACH ROW
    WHEN ((NEW.min_assessors, NEW."order", NEW.period_id, NEW.category_id)
          IS DISTINCT FROM (OLD.min_assessors, OLD."order", OLD.period_id, OLD.category_id))
    EXECUTE FUNCTION scoring_note_ready_stage();
"""
BACK = """
DROP TRIGGER scoring_assignment_ready_i ON scoring_assignment;
DROP TRIGGER scoring_assignment_ready_u ON scoring_assignment;
DROP TRIGGER scoring_assignment_ready_d ON scoring_assignment;
DROP TRIGGER scoring_stageresult_ready_i ON scoring_stageresult;
DROP TRIGGER scoring_stageresult_ready_d ON scoring_stageresult;
DROP TRIGGER scoring_sheet_ready_i ON scoring_sheet;
DROP TRIGGER scoring_sheet_ready_u ON scoring_sheet;
DROP TRIGGER scoring_fieldvisit_ready ON scoring_fieldvisit;
DROP TRIGGER scoring_stage_ready ON scoring_stage;
DROP TRIGGER scoring_stage_ready_u ON scoring_stage;
DROP FUNCTION scoring_note_ready_stage();
DROP FUNCTION scoring_note_ready_work();
DROP FUNCTION scoring_note_ready_rows();
DROP FUNCTION scoring_note_ready(bigint[]);
"""


class Migration(migrations.Migration):
    """Which nominations are ready to be closed, kept with every change that decides about it."""

    dependencies = [("scoring", "0022_readiness")]
    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, BACK)]
