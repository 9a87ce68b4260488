from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """What was recorded about a star stays; a correction is a further version."""

    dependencies = [("nominations", "0005_follow_ups")]
    operations = [append_only("nominations_followup")]
