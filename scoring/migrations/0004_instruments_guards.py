from django.db import migrations

from core.append_only import append_only

STAGE = """
DROP TRIGGER scoring_stage_frozen ON scoring_stage;
CREATE OR REPLACE FUNCTION scoring_refuse_used_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A recomputation of this very transaction replaces the instrument and nothing else.
    IF OLD.instrument_id IS DISTINCT FROM NEW.instrument_id
       AND EXISTS (SELECT 1 FROM scoring_recomputation r WHERE r.stage_id = OLD.id
                   AND r.old_instrument_id = OLD.instrument_id AND r.new_instrument_id = NEW.instrument_id
                   AND r.applied_at = transaction_timestamp())
       AND OLD.weight = NEW.weight AND OLD.pass_mark IS NOT DISTINCT FROM NEW.pass_mark AND OLD."order" = NEW."order"
       AND OLD.kind = NEW.kind AND OLD.scorer_role = NEW.scorer_role AND OLD.visibility = NEW.visibility
       AND OLD.min_assessors = NEW.min_assessors AND OLD.blind = NEW.blind THEN
        RETURN NEW;
    END IF;
    -- The final score is a sum over all stages, so one submission freezes the weights of every stage beside it.
    IF EXISTS (SELECT 1 FROM scoring_stage s WHERE s.period_id = OLD.period_id AND s.category_id = OLD.category_id
        AND (EXISTS (SELECT 1 FROM scoring_sheet WHERE stage_id = s.id AND status = 'submitted')
             OR EXISTS (SELECT 1 FROM scoring_stageresult WHERE stage_id = s.id)))
       OR OLD.instrument_id IS DISTINCT FROM NEW.instrument_id
          AND EXISTS (SELECT 1 FROM scoring_sheet WHERE stage_id = OLD.id) THEN
        RAISE EXCEPTION 'scoring_stage_frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_stage_frozen BEFORE UPDATE ON scoring_stage FOR EACH ROW
    WHEN (OLD.weight <> NEW.weight OR OLD.pass_mark IS DISTINCT FROM NEW.pass_mark
          OR OLD.instrument_id IS DISTINCT FROM NEW.instrument_id OR OLD."order" <> NEW."order"
          OR OLD.kind <> NEW.kind OR OLD.scorer_role <> NEW.scorer_role OR OLD.visibility <> NEW.visibility
          OR OLD.min_assessors <> NEW.min_assessors OR OLD.blind <> NEW.blind)
    EXECUTE FUNCTION scoring_refuse_used_stage();

CREATE FUNCTION scoring_refuse_other_stages() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stage record;
BEGIN
    IF TG_OP = 'DELETE' THEN stage := OLD; ELSE stage := NEW; END IF;
    -- A stage without weight changes no score that is in.
    IF stage.weight > 0 AND EXISTS (SELECT 1 FROM scoring_stage s
        WHERE s.period_id = stage.period_id AND s.category_id = stage.category_id
        AND (EXISTS (SELECT 1 FROM scoring_sheet WHERE stage_id = s.id AND status = 'submitted')
             OR EXISTS (SELECT 1 FROM scoring_stageresult WHERE stage_id = s.id))) THEN
        RAISE EXCEPTION 'scoring_stage_frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN stage;
END $$;
CREATE TRIGGER scoring_stages_complete BEFORE INSERT OR DELETE ON scoring_stage
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_other_stages();
"""
STAGE_BACK = """
DROP TRIGGER scoring_stages_complete ON scoring_stage; DROP FUNCTION scoring_refuse_other_stages();
DROP TRIGGER scoring_stage_frozen ON scoring_stage;
CREATE OR REPLACE FUNCTION scoring_refuse_used_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The final score is a sum over all stages, so one submission freezes the weights of every stage beside it.
    IF EXISTS (SELECT 1 FROM scoring_stage s WHERE s.period_id = OLD.period_id AND s.category_id = OLD.category_id
        AND (EXISTS (SELECT 1 FROM scoring_sheet WHERE stage_id = s.id AND status = 'submitted')
             OR EXISTS (SELECT 1 FROM scoring_stageresult WHERE stage_id = s.id)))
       OR OLD.instrument_id IS DISTINCT FROM NEW.instrument_id
          AND EXISTS (SELECT 1 FROM scoring_sheet WHERE stage_id = OLD.id) THEN
        RAISE EXCEPTION 'scoring_stage_frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_stage_frozen BEFORE UPDATE ON scoring_stage FOR EACH ROW
    WHEN (OLD.weight <> NEW.weight OR OLD.pass_mark IS DISTINCT FROM NEW.pass_mark
          OR OLD.instrument_id IS DISTINCT FROM NEW.instrument_id OR OLD."order" <> NEW."order"
          OR OLD.kind <> NEW.kind OR OLD.scorer_role <> NEW.scorer_role OR OLD.visibility <> NEW.visibility
          OR OLD.min_assessors <> NEW.min_assessors)
    EXECUTE FUNCTION scoring_refuse_used_stage();
"""


class Migration(migrations.Migration):
    """A stage changes its instrument after a submission only together with its recomputation; both stay as written."""

    dependencies = [("scoring", "0003_boards_guards")]
    operations = [
        append_only("scoring_recomputation"),
        append_only("scoring_recomputedresult"),
        migrations.RunSQL(STAGE, STAGE_BACK),
    ]
