import django.db.models.deletion
import django.db.models.functions.datetime
import scoring.enums
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('nominations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(default=scoring.enums.AssignmentStatus['ACTIVE'], max_length=8)),
                ('assigned_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('removal_reason', models.CharField(blank=True, max_length=250)),
                ('assessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='nominations.nomination')),
            ],
        ),
        migrations.CreateModel(
            name='Decree',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=80, unique=True, verbose_name='nomor keputusan')),
                ('title', models.CharField(max_length=250, verbose_name='tentang')),
                ('decided_on', models.DateField(verbose_name='tanggal keputusan')),
                ('signatory_title', models.CharField(max_length=120, verbose_name='jabatan penanda tangan')),
                ('signatory_name', models.CharField(max_length=120, verbose_name='nama penanda tangan')),
                ('place', models.CharField(max_length=120, verbose_name='tempat penetapan')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('released_at', models.DateTimeField(editable=False, null=True, verbose_name='dirilis')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decrees', to='nominations.period', verbose_name='periode')),
                ('recorded_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dicatat oleh')),
                ('released_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dirilis oleh')),
            ],
            options={
                'verbose_name': 'keputusan menteri',
                'verbose_name_plural': 'keputusan menteri',
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stars', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='bintang')),
                ('nomination', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='nominations.nomination', verbose_name='usulan')),
                ('decree', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='scoring.decree')),
            ],
            options={
                'verbose_name': 'penetapan',
                'verbose_name_plural': 'penetapan',
            },
        ),
        migrations.CreateModel(
            name='FieldVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visited_on', models.DateField(null=True)),
                ('place', models.CharField(blank=True, max_length=160)),
                ('summary', models.TextField(blank=True, max_length=4000)),
                ('status', models.CharField(default=scoring.enums.VisitStatus['OPEN'], max_length=10)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('return_reason', models.CharField(blank=True, max_length=1000)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='visit', to='scoring.assignment')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FieldClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('label', models.CharField(max_length=330)),
                ('finding', models.CharField(blank=True, max_length=20)),
                ('interviewee', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('order', models.PositiveSmallIntegerField()),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='scoring.fieldvisit')),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='FinalResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.DecimalField(decimal_places=2, max_digits=5)),
                ('stars', models.PositiveSmallIntegerField(null=True)),
                ('input_hash', models.CharField(max_length=64)),
                ('computed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('nomination', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='final_result', to='nominations.nomination')),
            ],
        ),
        migrations.CreateModel(
            name='Instrument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='kode')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='versi')),
                ('title', models.CharField(max_length=160, verbose_name='judul')),
                ('method', models.CharField(max_length=8)),
                ('definition', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instruments', to='nominations.award')),
            ],
            options={
                'verbose_name': 'instrumen',
                'verbose_name_plural': 'instrumen',
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=8)),
                ('aspect_code', models.CharField(max_length=8)),
                ('aspect_label', models.CharField(max_length=160)),
                ('label', models.CharField(max_length=200)),
                ('guidance', models.JSONField(default=dict)),
                ('weight', models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='scoring.instrument')),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(decimal_places=2, max_digits=6)),
                ('label', models.CharField(max_length=200)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='scoring.indicator')),
            ],
            options={
                'ordering': ['points'],
            },
        ),
        migrations.CreateModel(
            name='PlenarySession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField(verbose_name='tanggal pleno')),
                ('place', models.CharField(max_length=160, verbose_name='tempat')),
                ('attendance', models.TextField(max_length=4000, verbose_name='daftar hadir')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plenary_sessions', to='nominations.period')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sidang pleno',
                'verbose_name_plural': 'sidang pleno',
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(max_length=16)),
                ('stars', models.PositiveSmallIntegerField(null=True)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('nomination', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recommendation', to='nominations.nomination')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='scoring.plenarysession')),
            ],
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(default=scoring.enums.SheetStatus['DRAFT'], max_length=10)),
                ('version', models.PositiveIntegerField(default=0)),
                ('total', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('saved_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('assessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to=settings.AUTH_USER_MODEL)),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sheet', to='scoring.assignment')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='scoring.instrument')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='nominations.nomination')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='nominations.snapshot')),
            ],
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoring.indicator')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='scoring.sheet')),
            ],
        ),
        migrations.CreateModel(
            name='SheetEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=10)),
                ('data', models.JSONField()),
                ('at', models.DateTimeField()),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='scoring.sheet')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField()),
                ('label', models.CharField(max_length=120, verbose_name='tahap')),
                ('order', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=8)),
                ('scorer_role', models.CharField(max_length=20)),
                ('weight', models.DecimalField(decimal_places=3, max_digits=4)),
                ('pass_mark', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('visibility', models.CharField(default=scoring.enums.Visibility['UNTIL_STAGE_CLOSED'], max_length=20)),
                ('min_assessors', models.PositiveSmallIntegerField()),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stages', to='nominations.category')),
                ('instrument', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='scoring.instrument')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='nominations.period')),
            ],
            options={
                'verbose_name': 'tahap',
                'verbose_name_plural': 'tahap',
                'ordering': ['order'],
            },
        ),
        migrations.AddField(
            model_name='sheet',
            name='stage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='scoring.stage'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='stage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='scoring.stage'),
        ),
        migrations.CreateModel(
            name='StageReopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=1000)),
                ('result', models.JSONField()),
                ('reopened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='nominations.nomination')),
                ('reopened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='scoring.stage')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='StageResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.DecimalField(decimal_places=2, max_digits=5)),
                ('passed', models.BooleanField()),
                ('spread', models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ('sheet_count', models.PositiveSmallIntegerField()),
                ('detail', models.JSONField(default=dict)),
                ('input_hash', models.CharField(max_length=64)),
                ('closed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instrument', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoring.instrument')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stage_results', to='nominations.nomination')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='scoring.stage')),
            ],
        ),
        migrations.CreateModel(
            name='ConflictDeclaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('has_conflict', models.BooleanField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('declared_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declarations', to='nominations.nomination')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('nomination', 'user', 'has_conflict'), name='scoring_conflictdeclaration_once'), models.CheckConstraint(condition=models.Q(('has_conflict', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='scoring_conflictdeclaration_reason')],
            },
        ),
        migrations.AddConstraint(
            model_name='decree',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('released_at', None), ('released_by', None)), models.Q(('released_at__isnull', False), ('released_by__isnull', False), models.Q(('released_by', models.F('recorded_by')), _negated=True)), _connector='OR'), name='scoring_decree_two_persons'),
        ),
        migrations.AddConstraint(
            model_name='fieldvisit',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'submitted', 'confirmed'])), name='scoring_fieldvisit_status'),
        ),
        migrations.AddConstraint(
            model_name='fieldvisit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('status', scoring.enums.VisitStatus['OPEN']), ('submitted_at', None)), models.Q(('confirmed_at', None), ('status', scoring.enums.VisitStatus['SUBMITTED']), ('submitted_at__isnull', False)), models.Q(('confirmed_by__isnull', False), ('status', scoring.enums.VisitStatus['CONFIRMED']), ('submitted_at__isnull', False)), _connector='OR'), name='scoring_fieldvisit_steps'),
        ),
        migrations.AddConstraint(
            model_name='fieldclaim',
            constraint=models.UniqueConstraint(fields=('visit', 'order'), name='scoring_fieldclaim_order'),
        ),
        migrations.AddConstraint(
            model_name='fieldclaim',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['eligibility', 'beneficiary', 'other'])), name='scoring_fieldclaim_kind'),
        ),
        migrations.AddConstraint(
            model_name='fieldclaim',
            constraint=models.CheckConstraint(condition=models.Q(('finding', ''), ('finding__in', ['terbukti', 'terbukti_sebagian', 'tidak_terbukti']), _connector='OR'), name='scoring_fieldclaim_finding'),
        ),
        migrations.AddConstraint(
            model_name='instrument',
            constraint=models.UniqueConstraint(fields=('code', 'version'), name='scoring_instrument_once'),
        ),
        migrations.AddConstraint(
            model_name='instrument',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['options', 'scale', 'findings'])), name='scoring_instrument_method'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('instrument', 'code'), name='scoring_indicator_once'),
        ),
        migrations.AddConstraint(
            model_name='option',
            constraint=models.UniqueConstraint(fields=('indicator', 'points'), name='scoring_option_once'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['recommended', 'not_recommended'])), name='scoring_recommendation_outcome'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', scoring.enums.Outcome['RECOMMENDED']), models.Q(('stars', None), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='scoring_recommendation_refusal_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.UniqueConstraint(fields=('sheet', 'indicator'), name='scoring_score_once'),
        ),
        migrations.AddConstraint(
            model_name='sheetevent',
            constraint=models.UniqueConstraint(fields=('sheet', 'number'), name='scoring_sheetevent_once'),
        ),
        migrations.AddConstraint(
            model_name='sheetevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['saved', 'submitted', 'reopened'])), name='scoring_sheetevent_kind'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(fields=('period', 'category', 'code'), name='scoring_stage_once'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(fields=('period', 'category', 'order'), name='scoring_stage_order_once'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['sheets', 'findings'])), name='scoring_stage_kind'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', ['own_only', 'until_stage_closed', 'panel'])), name='scoring_stage_visibility'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 0), ('weight__lte', 1)), name='scoring_stage_weight'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.UniqueConstraint(fields=('nomination', 'stage', 'assessor'), name='scoring_sheet_once'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted'])), name='scoring_sheet_status'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', scoring.enums.SheetStatus['DRAFT']), ('submitted_at', None)), models.Q(('status', scoring.enums.SheetStatus['SUBMITTED']), ('submitted_at__isnull', False), ('total__isnull', False)), _connector='OR'), name='scoring_sheet_submitted_has_total'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['assessor', 'status', '-id'], name='scoring_assignment_desk'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('nomination', 'stage', 'assessor'), name='scoring_assignment_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['active', 'recused', 'removed'])), name='scoring_assignment_status'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', scoring.enums.AssignmentStatus['REMOVED']), _negated=True), models.Q(('removal_reason', ''), _negated=True), _connector='OR'), name='scoring_assignment_removal_reason'),
        ),
        migrations.AddConstraint(
            model_name='stagereopening',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='scoring_stagereopening_reason'),
        ),
        migrations.AddConstraint(
            model_name='stageresult',
            constraint=models.UniqueConstraint(fields=('nomination', 'stage'), name='scoring_stageresult_once'),
        ),
        migrations.AddConstraint(
            model_name='stageresult',
            constraint=models.CheckConstraint(condition=models.Q(('score__gte', 0), ('score__lte', 100)), name='scoring_stageresult_range'),
        ),
    ]
