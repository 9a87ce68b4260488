from django.db import migrations

SEALED = """
CREATE FUNCTION scoring_refuse_sealed_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM changed
        JOIN nominations_nomination n ON n.id = changed.nomination_id
        JOIN (SELECT DISTINCT period_id, category_id FROM scoring_rankingsnapshot
              WHERE signed_by_2_id IS NOT NULL AND scoring_is_sealed(period_id, category_id)) sealed
            ON (sealed.period_id, sealed.category_id) = (n.period_id, n.category_id)
    ) THEN
        RAISE EXCEPTION 'scoring_ranking_sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""
SEALED_BACK = "DROP FUNCTION scoring_refuse_sealed_rows();"

SCORED = """
DROP TRIGGER scoring_stageresult_has_score ON scoring_stageresult;
CREATE TRIGGER scoring_stageresult_has_score BEFORE INSERT ON scoring_stageresult FOR EACH ROW
    WHEN (NEW.score IS NULL) EXECUTE FUNCTION scoring_refuse_unscored();
"""
SCORED_BACK = """
DROP TRIGGER scoring_stageresult_has_score ON scoring_stageresult;
CREATE TRIGGER scoring_stageresult_has_score BEFORE INSERT ON scoring_stageresult
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_unscored();
"""


def refuse_inserts_at_once(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        DROP TRIGGER scoring_{table}_after_seal ON scoring_{table};
        CREATE TRIGGER scoring_{table}_after_seal BEFORE UPDATE OR DELETE ON scoring_{table}
            FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed();
        CREATE TRIGGER scoring_{table}_after_seal_i AFTER INSERT ON scoring_{table} REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION scoring_refuse_sealed_rows();
        """,
        f"""
        DROP TRIGGER scoring_{table}_after_seal_i ON scoring_{table};
        DROP TRIGGER scoring_{table}_after_seal ON scoring_{table};
        CREATE TRIGGER scoring_{table}_after_seal BEFORE INSERT OR UPDATE OR DELETE ON scoring_{table}
            FOR EACH ROW EXECUTE FUNCTION scoring_refuse_sealed();
        """,
    )


class Migration(migrations.Migration):
    """Results that are written together are compared with the seal together, not row by row."""

    dependencies = [("scoring", "0024_stage_place_guards")]
    operations = [
        migrations.RunSQL(SEALED, SEALED_BACK),
        refuse_inserts_at_once("stageresult"),
        refuse_inserts_at_once("finalresult"),
        migrations.RunSQL(SCORED, SCORED_BACK),
    ]
