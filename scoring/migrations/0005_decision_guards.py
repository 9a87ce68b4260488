from django.db import migrations

from core.append_only import append_only

VOTES = """
CREATE FUNCTION scoring_refuse_recused_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM scoring_recommendation r
        JOIN scoring_conflictdeclaration d ON d.nomination_id = r.nomination_id AND d.has_conflict
        WHERE r.id = NEW.recommendation_id AND d.user_id = NEW.member_id
    ) THEN
        RAISE EXCEPTION 'scoring_vote_recused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_vote_recused BEFORE INSERT OR UPDATE ON scoring_vote
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_recused_vote();
"""
VOTES_BACK = """
DROP TRIGGER scoring_vote_recused ON scoring_vote; DROP FUNCTION scoring_refuse_recused_vote();
"""

SIGNED = """
CREATE TRIGGER scoring_rankingsnapshot_kept BEFORE UPDATE ON scoring_rankingsnapshot FOR EACH ROW
    WHEN (OLD.signed_by_2_id IS NOT NULL
          OR (OLD.period_id, OLD.category_id, OLD.version, OLD.content, OLD.sha256, OLD.names,
              OLD.signed_by_1_id, OLD.signed_at_1)
             IS DISTINCT FROM
             (NEW.period_id, NEW.category_id, NEW.version, NEW.content, NEW.sha256, NEW.names,
              NEW.signed_by_1_id, NEW.signed_at_1))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_rankingsnapshot_sealed BEFORE DELETE ON scoring_rankingsnapshot FOR EACH ROW
    WHEN (OLD.signed_by_2_id IS NOT NULL) EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_rankingsnapshot_no_truncate BEFORE TRUNCATE ON scoring_rankingsnapshot
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION scoring_refuse_signed_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scoring_rankingsnapshot
               WHERE id IN (OLD.ranking_id, NEW.ranking_id) AND signed_by_2_id IS NOT NULL) THEN
        RAISE EXCEPTION 'scoring_rankingentry_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER scoring_rankingentry_sealed BEFORE INSERT OR UPDATE OR DELETE ON scoring_rankingentry
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_signed_entry();

CREATE TRIGGER scoring_rankingcorrection_kept BEFORE UPDATE ON scoring_rankingcorrection FOR EACH ROW
    WHEN (OLD.confirmed_at IS NOT NULL
          OR (OLD.ranking_id, OLD.reason, OLD.opened_by_id, OLD.opened_at)
             IS DISTINCT FROM (NEW.ranking_id, NEW.reason, NEW.opened_by_id, NEW.opened_at))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_rankingcorrection_sealed BEFORE DELETE ON scoring_rankingcorrection FOR EACH ROW
    WHEN (OLD.confirmed_at IS NOT NULL) EXECUTE FUNCTION core_refuse_change();
"""
SIGNED_BACK = """
DROP TRIGGER scoring_rankingsnapshot_kept ON scoring_rankingsnapshot;
DROP TRIGGER scoring_rankingsnapshot_sealed ON scoring_rankingsnapshot;
DROP TRIGGER scoring_rankingsnapshot_no_truncate ON scoring_rankingsnapshot;
DROP TRIGGER scoring_rankingentry_sealed ON scoring_rankingentry; DROP FUNCTION scoring_refuse_signed_entry();
DROP TRIGGER scoring_rankingcorrection_kept ON scoring_rankingcorrection;
DROP TRIGGER scoring_rankingcorrection_sealed ON scoring_rankingcorrection;
"""

# A category is sealed by its newest version with two signatures, until a confirmed correction of that version.
SEAL = """
CREATE FUNCTION scoring_is_sealed(of_period bigint, of_category bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM scoring_rankingsnapshot r
        WHERE r.period_id = of_period AND r.category_id = of_category AND r.signed_by_2_id IS NOT NULL
          AND r.version = (SELECT max(v.version) FROM scoring_rankingsnapshot v
                           WHERE v.period_id = of_period AND v.category_id = of_category
                             AND v.signed_by_2_id IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM scoring_rankingcorrection c
                          WHERE c.ranking_id = r.id AND c.confirmed_at IS NOT NULL))
$$;

CREATE FUNCTION scoring_refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
    owner bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    IF TG_TABLE_NAME = 'scoring_sheetevent' THEN
        SELECT nomination_id INTO owner FROM scoring_sheet WHERE id = part.sheet_id;
    ELSIF TG_TABLE_NAME = 'scoring_vote' THEN
        SELECT nomination_id INTO owner FROM scoring_recommendation WHERE id = part.recommendation_id;
    ELSIF TG_TABLE_NAME = 'scoring_fieldvisit' THEN
        SELECT nomination_id INTO owner FROM scoring_assignment WHERE id = part.assignment_id;
    ELSIF TG_TABLE_NAME = 'scoring_fieldclaim' THEN
        SELECT a.nomination_id INTO owner FROM scoring_fieldvisit v
            JOIN scoring_assignment a ON a.id = v.assignment_id WHERE v.id = part.visit_id;
    ELSE
        owner := part.nomination_id;
    END IF;
    IF EXISTS (SELECT 1 FROM nominations_nomination n
               WHERE n.id = owner AND scoring_is_sealed(n.period_id, n.category_id)) THEN
        RAISE EXCEPTION 'scoring_ranking_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN part;
END $$;

CREATE FUNCTION scoring_refuse_sealed_scores() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM nominations_nomination n WHERE n.id IN (
                   SELECT s.nomination_id FROM scoring_sheet s WHERE s.id IN (SELECT sheet_id FROM changed))
               AND scoring_is_sealed(n.period_id, n.category_id)) THEN
        RAISE EXCEPTION 'scoring_ranking_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER scoring_score_after_seal_i AFTER INSERT ON scoring_score REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_refuse_sealed_scores();
CREATE TRIGGER scoring_score_after_seal_u AFTER UPDATE ON scoring_score REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_refuse_sealed_scores();
CREATE TRIGGER scoring_score_after_seal_d AFTER DELETE ON scoring_score REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_refuse_sealed_scores();

CREATE FUNCTION scoring_refuse_sealed_stage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    IF scoring_is_sealed(part.period_id, part.category_id) THEN
        RAISE EXCEPTION 'scoring_ranking_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN part;
END $$;
CREATE TRIGGER scoring_stage_after_seal BEFORE INSERT OR UPDATE OR DELETE ON scoring_stage
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed_stage();

CREATE FUNCTION scoring_refuse_sealed_tie() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scoring_plenarysession s
               WHERE s.id = NEW.session_id AND scoring_is_sealed(s.period_id, NEW.category_id)) THEN
        RAISE EXCEPTION 'scoring_ranking_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_tiedecision_after_seal BEFORE INSERT ON scoring_tiedecision
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed_tie();

CREATE FUNCTION scoring_refuse_sealed_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF scoring_is_sealed(OLD.period_id, OLD.category_id) THEN
        RAISE EXCEPTION 'scoring_ranking_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_status_after_seal BEFORE UPDATE ON nominations_nomination FOR EACH ROW
    WHEN (OLD.category_id <> NEW.category_id OR OLD.period_id <> NEW.period_id
          OR OLD.status <> NEW.status AND (
              NEW.status IN ('in_assessment', 'in_plenary', 'recommended', 'not_recommended', 'eliminated')
              OR OLD.status IN ('in_assessment', 'in_plenary', 'recommended', 'not_recommended', 'eliminated')
                 AND NEW.status NOT IN ('decided', 'awarded')))
    EXECUTE FUNCTION scoring_refuse_sealed_status();
"""
SEAL_BACK = """
DROP TRIGGER scoring_status_after_seal ON nominations_nomination; DROP FUNCTION scoring_refuse_sealed_status();
DROP TRIGGER scoring_tiedecision_after_seal ON scoring_tiedecision; DROP FUNCTION scoring_refuse_sealed_tie();
DROP TRIGGER scoring_stage_after_seal ON scoring_stage; DROP FUNCTION scoring_refuse_sealed_stage();
DROP TRIGGER scoring_score_after_seal_i ON scoring_score; DROP TRIGGER scoring_score_after_seal_u ON scoring_score;
DROP TRIGGER scoring_score_after_seal_d ON scoring_score; DROP FUNCTION scoring_refuse_sealed_scores();
DROP FUNCTION scoring_refuse_sealed(); DROP FUNCTION scoring_is_sealed(bigint, bigint);
"""
TABLES = (
    "assignment", "fieldclaim", "fieldvisit", "finalresult", "moderation", "recommendation", "sheet", "sheetevent",
    "stagereopening", "stageresult", "vote",
)  # fmt: skip


def refuse_after_seal(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER scoring_{table}_after_seal BEFORE INSERT OR UPDATE OR DELETE ON scoring_{table}"
        " FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed();",
        f"DROP TRIGGER scoring_{table}_after_seal ON scoring_{table};",
    )


class Migration(migrations.Migration):
    """Moderations and tie decisions are append-only, recused members do not vote, signed rankings stay, and what a
    sealed ranking was made from stays with it."""

    dependencies = [("scoring", "0004_instruments_guards"), ("nominations", "0001_initial")]
    operations = [
        append_only("scoring_moderation"),
        append_only("scoring_moderation_participants"),
        append_only("scoring_tiedecision"),
        migrations.RunSQL(VOTES, VOTES_BACK),
        migrations.RunSQL(SIGNED, SIGNED_BACK),
        migrations.RunSQL(SEAL, SEAL_BACK),
        *(refuse_after_seal(table) for table in TABLES),
    ]
