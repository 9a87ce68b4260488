from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0007_letters_and_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='refusal',
            field=models.TextField(blank=True, default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='report',
            name='total',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
