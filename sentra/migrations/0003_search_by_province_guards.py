from django.db import migrations

NEW = """
DROP INDEX sentra_product_search; DROP INDEX sentra_ikm_search; DROP INDEX sentra_sentra_search;
CREATE INDEX sentra_sentra_search ON sentra_sentra
    USING gin (left(region_id, 2), region_id, upper(name::text) gin_trgm_ops) WHERE merged_into_id IS NULL;
CREATE INDEX sentra_ikm_search ON sentra_ikm
    USING gin (left(region_id, 2), region_id, upper(name::text) gin_trgm_ops, upper(owner_name::text) gin_trgm_ops)
    WHERE merged_into_id IS NULL;
CREATE INDEX sentra_product_search ON sentra_product
    USING gin (left(region_id, 2), region_id, upper(name::text) gin_trgm_ops) WHERE merged_into_id IS NULL;
"""
OLD = NEW.replace("left(region_id, 2), ", "")


class Migration(migrations.Migration):
    """A province is one key of the search indexes: a range of regions had its rows read before the words were looked at."""

    dependencies = [("sentra", "0002_guards")]
    operations = [migrations.RunSQL(NEW, OLD)]
