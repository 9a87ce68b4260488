from django.db import migrations

from core.append_only import append_only

CONFLICTS = """
CREATE FUNCTION scoring_refuse_conflicted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'active' AND EXISTS (
        SELECT 1 FROM scoring_conflictdeclaration d
        WHERE d.nomination_id = NEW.nomination_id AND d.user_id = NEW.assessor_id AND d.has_conflict
    ) THEN
        RAISE EXCEPTION 'scoring_assignment_conflicted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_assignment_conflicted BEFORE INSERT OR UPDATE ON scoring_assignment
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_conflicted();

CREATE FUNCTION scoring_refuse_live_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.has_conflict AND EXISTS (
        SELECT 1 FROM scoring_assignment a
        WHERE a.nomination_id = NEW.nomination_id AND a.assessor_id = NEW.user_id AND a.status = 'active'
    ) THEN
        RAISE EXCEPTION 'scoring_conflict_with_live_assignment' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER scoring_conflict_ends_assignment AFTER INSERT ON scoring_conflictdeclaration
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION scoring_refuse_live_assignment();
"""
CONFLICTS_BACK = """
DROP TRIGGER scoring_assignment_conflicted ON scoring_assignment;
DROP TRIGGER scoring_conflict_ends_assignment ON scoring_conflictdeclaration;
DROP FUNCTION scoring_refuse_conflicted(); DROP FUNCTION scoring_refuse_live_assignment();
"""

FREEZE = """
CREATE TRIGGER scoring_instrument_frozen BEFORE UPDATE ON scoring_instrument FOR EACH ROW
    WHEN (OLD.frozen_at IS NOT NULL AND (OLD.definition IS DISTINCT FROM NEW.definition OR OLD.sha256 <> NEW.sha256
          OR OLD.code <> NEW.code OR OLD.version <> NEW.version OR OLD.method <> NEW.method
          OR NEW.frozen_at IS NULL))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_instrument_kept BEFORE DELETE ON scoring_instrument FOR EACH ROW
    WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION scoring_refuse_frozen_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
    owner bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    IF TG_TABLE_NAME = 'scoring_indicator' THEN
        owner := part.instrument_id;
    ELSE
        SELECT instrument_id INTO owner FROM scoring_indicator WHERE id = part.indicator_id;
    END IF;
    IF EXISTS (SELECT 1 FROM scoring_instrument WHERE id = owner AND frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'scoring_instrument_frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN part;
END $$;
CREATE TRIGGER scoring_indicator_frozen BEFORE INSERT OR UPDATE OR DELETE ON scoring_indicator
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_frozen_part();
CREATE TRIGGER scoring_option_frozen BEFORE INSERT OR UPDATE OR DELETE ON scoring_option
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_frozen_part();

CREATE FUNCTION scoring_refuse_used_stage() RETURNS trigger LANGUAGE plpgsql AS $$
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
FREEZE_BACK = """
DROP TRIGGER scoring_instrument_frozen ON scoring_instrument; DROP TRIGGER scoring_instrument_kept ON scoring_instrument;
DROP TRIGGER scoring_indicator_frozen ON scoring_indicator; DROP TRIGGER scoring_option_frozen ON scoring_option;
DROP TRIGGER scoring_stage_frozen ON scoring_stage;
DROP FUNCTION scoring_refuse_frozen_part(); DROP FUNCTION scoring_refuse_used_stage();
"""

SEALED = """
CREATE FUNCTION scoring_refuse_sealed_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    score record;
BEGIN
    IF TG_OP = 'DELETE' THEN score := OLD; ELSE score := NEW; END IF;
    IF EXISTS (SELECT 1 FROM scoring_sheet WHERE id = score.sheet_id AND status = 'submitted') THEN
        RAISE EXCEPTION 'scoring_score_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN score;
END $$;
CREATE TRIGGER scoring_score_sealed BEFORE INSERT OR UPDATE OR DELETE ON scoring_score
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed_score();
CREATE TRIGGER scoring_sheet_sealed BEFORE UPDATE ON scoring_sheet FOR EACH ROW
    WHEN (OLD.status = 'submitted' AND NEW.status = 'submitted' AND OLD IS DISTINCT FROM NEW)
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_stageresult_sealed BEFORE UPDATE ON scoring_stageresult
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
SEALED_BACK = """
DROP TRIGGER scoring_score_sealed ON scoring_score; DROP TRIGGER scoring_sheet_sealed ON scoring_sheet;
DROP TRIGGER scoring_stageresult_sealed ON scoring_stageresult; DROP FUNCTION scoring_refuse_sealed_score();
"""


class Migration(migrations.Migration):
    """No live assignment on a conflicted pair; instruments and stages frozen once used; events append-only;
    what was submitted changes only through a reopening."""

    dependencies = [("scoring", "0001_initial"), ("core", "0002_append_only")]
    operations = [
        append_only("scoring_sheetevent"),
        append_only("scoring_conflictdeclaration"),
        append_only("scoring_stagereopening"),
        migrations.RunSQL(CONFLICTS, CONFLICTS_BACK),
        migrations.RunSQL(FREEZE, FREEZE_BACK),
        migrations.RunSQL(SEALED, SEALED_BACK),
    ]
