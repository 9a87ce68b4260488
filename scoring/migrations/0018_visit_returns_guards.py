from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """A visit that was sent back stays as it was sent."""

    dependencies = [("scoring", "0017_visit_returns"), ("core", "0002_append_only")]
    operations = [append_only("scoring_visitreturn")]
