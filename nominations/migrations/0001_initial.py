import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import nominations.enums
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('core', '0001_initial'),
        ('reference', '0001_initial'),
        ('sentra', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Award',
            fields=[
                ('code', models.SlugField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('entry_kind', models.CharField(max_length=12)),
                ('certificate_title', models.CharField(max_length=160)),
            ],
            options={
                'verbose_name': 'penghargaan',
                'verbose_name_plural': 'penghargaan',
                'constraints': [models.CheckConstraint(condition=models.Q(('entry_kind__in', ['product', 'candidate'])), name='nominations_award_entry_kind')],
            },
        ),
        migrations.CreateModel(
            name='BulkPass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('results', models.JSONField()),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(verbose_name='kode')),
                ('label', models.CharField(max_length=120, verbose_name='nama')),
                ('candidate_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('order', models.PositiveSmallIntegerField(verbose_name='urutan')),
                ('active', models.BooleanField(default=True, verbose_name='dapat diusulkan')),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='categories', to='nominations.award', verbose_name='penghargaan')),
                ('commodity', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='reference.commodity', verbose_name='komoditas')),
            ],
            options={
                'verbose_name': 'kategori',
                'verbose_name_plural': 'kategori',
                'ordering': ['award', 'order'],
            },
        ),
        migrations.CreateModel(
            name='Nomination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=30, null=True, unique=True)),
                ('subject_key', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('status', models.CharField(default=nominations.enums.Status['DRAFT'], max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('submitted_at', models.DateTimeField(null=True)),
                ('star_until', models.DateField(null=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='nominations.category')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to='reference.region')),
            ],
            options={
                'verbose_name': 'usulan',
                'verbose_name_plural': 'usulan',
            },
        ),
        migrations.CreateModel(
            name='CandidateEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidate_kind', models.CharField(max_length=14)),
                ('name', models.CharField(max_length=120, verbose_name='nama calon')),
                ('identity_kind', models.CharField(max_length=5)),
                ('identity_number', models.CharField(max_length=16, verbose_name='nomor identitas')),
                ('address', models.CharField(max_length=250, verbose_name='alamat')),
                ('phone', models.CharField(max_length=20, verbose_name='telepon')),
                ('nomination', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='candidate_entry', to='nominations.nomination')),
            ],
        ),
        migrations.CreateModel(
            name='AnswerVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=20)),
                ('text', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField()),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_versions', to='nominations.nomination')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=20)),
                ('text', models.TextField(blank=True, max_length=3000)),
                ('version', models.PositiveIntegerField()),
                ('saved_at', models.DateTimeField()),
                ('spell_began_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='nominations.nomination')),
            ],
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='tahun')),
                ('name', models.CharField(max_length=120, verbose_name='nama')),
                ('min_sentra_hint', models.PositiveSmallIntegerField(default=2, verbose_name='anjuran usulan per daerah')),
                ('min_units', models.PositiveSmallIntegerField(default=5, verbose_name='unit usaha minimal per sentra')),
                ('min_beneficiaries', models.PositiveSmallIntegerField(default=5, verbose_name='IKM binaan minimal')),
                ('beneficiary_years', models.PositiveSmallIntegerField(default=5, verbose_name='tahun pembinaan berturut-turut')),
                ('certificate_years', models.PositiveSmallIntegerField(default=2, verbose_name='masa berlaku sertifikat (tahun)')),
                ('province_can_object', models.BooleanField(default=False, verbose_name='provinsi boleh menyatakan keberatan')),
                ('results_released_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='nominations.award', verbose_name='penghargaan')),
            ],
            options={
                'verbose_name': 'periode',
                'verbose_name_plural': 'periode',
            },
        ),
        migrations.AddField(
            model_name='nomination',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to='nominations.period'),
        ),
        migrations.CreateModel(
            name='ProductEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ikm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='sentra.ikm')),
                ('nomination', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='product_entry', to='nominations.nomination')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='sentra.product')),
                ('sentra', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='sentra.sentra')),
            ],
            options={
                'verbose_name': 'usulan',
                'verbose_name_plural': 'usulan',
            },
        ),
        migrations.CreateModel(
            name='ProvinceComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author_label', models.CharField(max_length=200)),
                ('body', models.TextField(max_length=2000)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='nominations.nomination')),
            ],
            options={
                'verbose_name': 'catatan provinsi',
                'verbose_name_plural': 'catatan provinsi',
            },
        ),
        migrations.CreateModel(
            name='ProvinceObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=1000)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lifted_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='nominations.nomination')),
            ],
            options={
                'verbose_name': 'keberatan provinsi',
                'verbose_name_plural': 'keberatan provinsi',
            },
        ),
        migrations.CreateModel(
            name='ProxyAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=40)),
                ('detail', models.CharField(blank=True, max_length=40)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.proxyentry')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proxy_acts', to='nominations.nomination')),
            ],
        ),
        migrations.CreateModel(
            name='ProxyRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='accounts.proxyentry')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nominations.period')),
            ],
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(blank=True, max_length=12)),
                ('waits_for', models.CharField(max_length=11)),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('last_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='nominations.nomination')),
            ],
            options={
                'verbose_name': 'pertanyaan',
                'verbose_name_plural': 'pertanyaan',
            },
        ),
        migrations.CreateModel(
            name='QuestionMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(max_length=11)),
                ('author_label', models.CharField(max_length=200)),
                ('body', models.TextField(max_length=2000)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='nominations.question')),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RegionReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('introduction', models.TextField(max_length=1000)),
                ('recipients', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nominations.period')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='reference.region')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'pengingat daerah',
                'verbose_name_plural': 'pengingat daerah',
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=8, verbose_name='kode')),
                ('label', models.CharField(max_length=160, verbose_name='dokumen')),
                ('level', models.CharField(choices=[('required', 'Wajib'), ('optional', 'Opsional')], max_length=10, verbose_name='sifat')),
                ('answer_kind', models.CharField(default=nominations.enums.AnswerKind['FILE'], max_length=6)),
                ('stage', models.CharField(default=nominations.enums.DocumentStage['NOMINATION'], max_length=12)),
                ('personal', models.BooleanField(default=False, verbose_name='data pribadi')),
                ('permit_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None)),
                ('order', models.PositiveSmallIntegerField(verbose_name='urutan')),
                ('categories', models.ManyToManyField(blank=True, to='nominations.category', verbose_name='hanya untuk kategori')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='nominations.period', verbose_name='periode')),
            ],
            options={
                'verbose_name': 'dokumen persyaratan',
                'verbose_name_plural': 'dokumen persyaratan',
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='DossierItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('link', models.URLField(blank=True)),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('superseded_at', models.DateTimeField(null=True)),
                ('danger_told_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='core.storedfile')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='nominations.nomination')),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='nominations.requirement')),
            ],
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('data', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('pdf_attempts', models.PositiveSmallIntegerField(default=0)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='nominations.nomination')),
                ('pdf', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='core.storedfile')),
            ],
        ),
        migrations.CreateModel(
            name='IneligibilityReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('sentra_units', 'Sentra kurang dari lima unit usaha'), ('sentra_decree', 'SK penetapan sentra tidak ada atau tidak sah'), ('scale', 'Usaha berskala besar'), ('kbli', 'KBLI pada NIB tidak sesuai komoditas'), ('permits', 'Izin edar, sertifikat halal, atau uji laboratorium tidak ada atau kedaluwarsa'), ('star_holder', 'Produk masih memegang bintang yang berlaku'), ('documents', 'Dokumen wajib tidak ada atau tidak sah'), ('answers', 'Keterangan usulan tidak lengkap atau tidak benar'), ('beneficiaries', 'IKM binaan kurang dari jumlah yang disyaratkan'), ('coaching_years', 'Pembinaan tidak berlangsung pada setiap tahun yang disyaratkan'), ('commodity', 'Produk tidak termasuk komoditas OVOP'), ('other', 'Alasan lain')], max_length=16)),
                ('reason', models.CharField(max_length=500)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ineligibility_reasons', to='nominations.snapshot')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_status', models.CharField(max_length=20)),
                ('to_status', models.CharField(max_length=20)),
                ('action', models.CharField(max_length=24)),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('minutes_late', models.PositiveSmallIntegerField(null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_changes', to='nominations.nomination')),
                ('proxy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.proxyentry')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='VerificationDesk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('reason', models.TextField(blank=True, max_length=1000)),
                ('failed', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=0)),
                ('checker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='desk', to='nominations.snapshot')),
            ],
        ),
        migrations.CreateModel(
            name='VerificationItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(blank=True, max_length=20)),
                ('verdict', models.CharField(max_length=10)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('version', models.PositiveIntegerField(default=1)),
                ('verified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='verifications', to='nominations.dossieritem')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verification_items', to='nominations.snapshot')),
                ('verified_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Window',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[(nominations.enums.WindowKind['NOMINATION'], 'Pengusulan'), (nominations.enums.WindowKind['CORRECTION'], 'Perbaikan'), (nominations.enums.WindowKind['ASSESSMENT'], 'Penilaian'), (nominations.enums.WindowKind['OBJECTION'], 'Sanggah')], max_length=12, verbose_name='jenis')),
                ('opens_at', models.DateTimeField(verbose_name='dibuka')),
                ('closes_at', models.DateTimeField(verbose_name='ditutup')),
                ('grace_minutes', models.PositiveSmallIntegerField(default=0, verbose_name='tenggang (menit)')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='nominations.period')),
            ],
            options={
                'verbose_name': 'jadwal',
                'verbose_name_plural': 'jadwal',
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closes_at', models.DateTimeField(verbose_name='ditutup')),
                ('reason', models.CharField(max_length=250, verbose_name='alasan')),
                ('given_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawal_reason', models.CharField(blank=True, max_length=250)),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region', verbose_name='wilayah')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nomination', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='nominations.nomination', verbose_name='usulan')),
                ('window', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='nominations.window', verbose_name='jadwal')),
            ],
            options={
                'verbose_name': 'perpanjangan',
                'verbose_name_plural': 'perpanjangan',
            },
        ),
        migrations.CreateModel(
            name='Beneficiary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='nama IKM binaan')),
                ('place', models.CharField(max_length=160, verbose_name='kabupaten/kota atau alamat')),
                ('contact', models.CharField(max_length=120, verbose_name='telepon atau narahubung')),
                ('activity', models.TextField(max_length=1000, verbose_name='bentuk pembinaan')),
                ('years', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None, verbose_name='tahun pembinaan')),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ikm', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sentra.ikm')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='beneficiaries', to='nominations.candidateentry')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(models.F('entry'), django.db.models.functions.text.Lower('name'), name='nominations_beneficiary_distinct'), models.CheckConstraint(condition=models.Q(('years__len__gte', 1)), name='nominations_beneficiary_has_year')],
            },
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(fields=('award', 'code'), name='nominations_category_once'),
        ),
        migrations.AddConstraint(
            model_name='candidateentry',
            constraint=models.CheckConstraint(condition=models.Q(('candidate_kind__in', ['person', 'organisation', 'company', 'regional_head'])), name='nominations_candidateentry_kind'),
        ),
        migrations.AddConstraint(
            model_name='candidateentry',
            constraint=models.CheckConstraint(condition=models.Q(('identity_kind__in', ['nik', 'npwp', 'nib'])), name='nominations_candidateentry_identity'),
        ),
        migrations.AddConstraint(
            model_name='answerversion',
            constraint=models.UniqueConstraint(fields=('nomination', 'question', 'version'), name='nominations_answerversion_once'),
        ),
        migrations.AddConstraint(
            model_name='answerversion',
            constraint=models.CheckConstraint(condition=models.Q(('question__in', ['uniqueness', 'materials', 'marketing', 'community_role', 'duty_statement', 'motivation', 'coaching', 'impact'])), name='nominations_answerversion_question'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('nomination', 'question'), name='nominations_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('question__in', ['uniqueness', 'materials', 'marketing', 'community_role', 'duty_statement', 'motivation', 'coaching', 'impact'])), name='nominations_answer_question'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='nominations_answer_version'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.UniqueConstraint(fields=('award', 'year'), name='nominations_period_once'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['region', '-id'], name='nominations_by_region'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['period', 'status', '-id'], name='nominations_by_status'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['status', '-id'], name='nominations_queue'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['status', 'submitted_at', 'id'], name='nominations_waiting'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='nominations_title_search'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'under_verification', 'returned', 'ineligible', 'eligible', 'in_assessment', 'eliminated', 'in_plenary', 'recommended', 'not_recommended', 'decided', 'awarded', 'withdrawn', 're_evaluation'])), name='nominations_nomination_status'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['withdrawn']), _negated=True), fields=('period', 'subject_key'), name='nominations_nomination_one_live'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', [nominations.enums.Status['DRAFT'], nominations.enums.Status['WITHDRAWN']]), ('reference__isnull', False), _connector='OR'), name='nominations_nomination_has_reference'),
        ),
        migrations.AddIndex(
            model_name='provincecomment',
            index=models.Index(fields=['nomination', '-id'], name='nominations_provincecomment_of'),
        ),
        migrations.AddConstraint(
            model_name='provincecomment',
            constraint=models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='nominations_provincecomment_body'),
        ),
        migrations.AddConstraint(
            model_name='provinceobjection',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('nomination',), name='nominations_provinceobjection_one_standing'),
        ),
        migrations.AddConstraint(
            model_name='provinceobjection',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='nominations_provinceobjection_reason'),
        ),
        migrations.AddConstraint(
            model_name='provinceobjection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='nominations_provinceobjection_lifted_by'),
        ),
        migrations.AddIndex(
            model_name='proxyact',
            index=models.Index(fields=['nomination', 'actor'], name='nominations_proxyact_actor'),
        ),
        migrations.AddConstraint(
            model_name='proxyround',
            constraint=models.UniqueConstraint(fields=('entry', 'period'), name='nominations_proxyround_once'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['nomination', '-id'], name='nominations_question_of'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['waits_for', 'asked_at', 'id'], name='nominations_question_waiting'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('waits_for__in', ['district', 'secretariat'])), name='nominations_question_side'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='nominations_question_closed_by'),
        ),
        migrations.AddConstraint(
            model_name='questionmessage',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['district', 'secretariat'])), name='nominations_questionmessage_side'),
        ),
        migrations.AddConstraint(
            model_name='questionmessage',
            constraint=models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='nominations_questionmessage_body'),
        ),
        migrations.AddIndex(
            model_name='regionreminder',
            index=models.Index(fields=['region', '-at'], name='nominations_regionreminder_of'),
        ),
        migrations.AddConstraint(
            model_name='regionreminder',
            constraint=models.CheckConstraint(condition=models.Q(('recipients__gte', 1)), name='nominations_regionreminder_somebody'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.UniqueConstraint(fields=('period', 'code'), name='nominations_requirement_once'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['required', 'optional'])), name='nominations_requirement_level'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('answer_kind__in', ['file', 'link'])), name='nominations_requirement_answer_kind'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['pengusulan', 'penilaian'])), name='nominations_requirement_stage'),
        ),
        migrations.AddConstraint(
            model_name='dossieritem',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_at', None)), fields=('nomination', 'requirement'), name='nominations_dossieritem_one_current'),
        ),
        migrations.AddConstraint(
            model_name='dossieritem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('link', '')), models.Q(('file__isnull', True), models.Q(('link', ''), _negated=True)), _connector='OR'), name='nominations_dossieritem_file_or_link'),
        ),
        migrations.AddIndex(
            model_name='snapshot',
            index=models.Index(condition=models.Q(('pdf', None)), fields=['id'], name='nominations_snapshot_no_pdf'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.UniqueConstraint(fields=('nomination', 'number'), name='nominations_snapshot_once'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='nominations_snapshot_sha256'),
        ),
        migrations.AddConstraint(
            model_name='ineligibilityreason',
            constraint=models.UniqueConstraint(fields=('snapshot', 'rule'), name='nominations_ineligibilityreason_once'),
        ),
        migrations.AddConstraint(
            model_name='ineligibilityreason',
            constraint=models.CheckConstraint(condition=models.Q(('rule__in', ['sentra_units', 'sentra_decree', 'scale', 'kbli', 'permits', 'star_holder', 'documents', 'answers', 'beneficiaries', 'coaching_years', 'commodity', 'other'])), name='nominations_ineligibilityreason_rule'),
        ),
        migrations.AddConstraint(
            model_name='ineligibilityreason',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='nominations_ineligibilityreason_given'),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=models.Index(fields=['nomination', 'id'], name='nominations_statuschange_path'),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=models.Index(condition=models.Q(('minutes_late__isnull', False)), fields=['-id'], name='nominations_statuschange_late'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('minutes_late', None), ('minutes_late__gte', 1), _connector='OR'), name='nominations_statuschange_minutes'),
        ),
        migrations.AddIndex(
            model_name='verificationdesk',
            index=models.Index(fields=['checker'], name='nominations_desk_checker'),
        ),
        migrations.AddConstraint(
            model_name='verificationitem',
            constraint=models.UniqueConstraint(fields=('snapshot', 'item'), name='nominations_verificationitem_once'),
        ),
        migrations.AddConstraint(
            model_name='verificationitem',
            constraint=models.UniqueConstraint(condition=models.Q(('page', ''), _negated=True), fields=('snapshot', 'page'), name='nominations_verificationitem_page_once'),
        ),
        migrations.AddConstraint(
            model_name='verificationitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('item__isnull', False), ('page', '')), models.Q(('item__isnull', True), models.Q(('page', ''), _negated=True)), _connector='OR'), name='nominations_verificationitem_one_part'),
        ),
        migrations.AddConstraint(
            model_name='verificationitem',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['accepted', 'repair', 'rejected'])), name='nominations_verificationitem_verdict'),
        ),
        migrations.AddConstraint(
            model_name='verificationitem',
            constraint=models.CheckConstraint(condition=models.Q(('verdict', nominations.enums.ItemVerdict['ACCEPTED']), models.Q(('note', ''), _negated=True), _connector='OR'), name='nominations_verificationitem_note'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.UniqueConstraint(fields=('period', 'kind'), name='nominations_window_once'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='nominations_window_order'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['nomination', 'correction', 'assessment', 'objection'])), name='nominations_window_kind'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nomination', None), ('region__isnull', False)), models.Q(('nomination__isnull', False), ('region', None)), _connector='OR'), name='nominations_extension_one_target'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('window', 'region'), name='nominations_extension_once'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('window', 'nomination'), name='nominations_extension_nomination_once'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_at', None)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='nominations_extension_withdrawal_has_reason'),
        ),
    ]
