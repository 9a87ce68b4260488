import accounts.enums
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('core', '0001_initial'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, unique=True, verbose_name='nama')),
            ],
            options={
                'verbose_name': 'lembaga',
                'verbose_name_plural': 'lembaga',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='surel')),
                ('name', models.CharField(max_length=120, verbose_name='nama lengkap')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='telepon')),
                ('is_active', models.BooleanField(default=True, verbose_name='aktif')),
                ('is_staff', models.BooleanField(default=False, verbose_name='boleh masuk halaman pengelola')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
                ('session_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('mail_preference', models.CharField(default=accounts.enums.MailPreference['AT_ONCE'], editable=False, max_length=10)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'pengguna',
                'verbose_name_plural': 'pengguna',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('district_officer', 'Petugas kabupaten/kota'), ('province_officer', 'Petugas provinsi'), ('verifier', 'Verifikator Sekretariat'), ('assessor', 'Penilai Tim Seleksi'), ('juror', 'Dewan Juri'), ('panel_chair', 'Ketua panel'), ('ministry_admin', 'Admin kementerian'), ('auditor', 'Auditor')], max_length=20, verbose_name='peran')),
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='berlaku sejak')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='berlaku sampai')),
                ('commodities', models.ManyToManyField(blank=True, to='reference.commodity', verbose_name='keahlian komoditas')),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.institution', verbose_name='lembaga')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='reference.region', verbose_name='wilayah')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='pengguna')),
            ],
            options={
                'verbose_name': 'keanggotaan',
                'verbose_name_plural': 'keanggotaan',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200)),
                ('url', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('waits_for_digest', models.BooleanField(default=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'pemberitahuan',
                'verbose_name_plural': 'pemberitahuan',
            },
        ),
        migrations.CreateModel(
            name='ProxyEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=250, verbose_name='alasan')),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('letter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proxy_entries', to='reference.region', verbose_name='wilayah')),
            ],
            options={
                'verbose_name': 'entri atas nama daerah',
                'verbose_name_plural': 'entri atas nama daerah',
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='accounts_user_email_lowercase'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('mail_preference__in', ['at_once', 'digest', 'portal'])), name='accounts_user_mail_preference'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['district_officer', 'province_officer', 'verifier', 'assessor', 'juror', 'panel_chair', 'ministry_admin', 'auditor'])), name='accounts_membership_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='accounts_membership_dates'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', [accounts.enums.Role['DISTRICT_OFFICER'], accounts.enums.Role['PROVINCE_OFFICER']]), _negated=True), ('region__isnull', False), _connector='OR'), name='accounts_membership_region'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('user', 'role', 'region'), name='accounts_membership_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['user', '-id'], name='accounts_notice_of_user'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='accounts_notice_unread'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('waits_for_digest', True)), fields=['user'], name='accounts_notice_waiting'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('user', 'key'), name='accounts_notice_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('url__regex', '^/([^/\\\\]|$)')), name='accounts_notice_own_path'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('waits_for_digest', False), ('read_at', None), _connector='OR'), name='accounts_notice_digest_unread'),
        ),
        migrations.AddConstraint(
            model_name='proxyentry',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('region',), name='accounts_proxyentry_one_open'),
        ),
        migrations.AddConstraint(
            model_name='proxyentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='accounts_proxyentry_closed'),
        ),
        migrations.AddConstraint(
            model_name='proxyentry',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='accounts_proxyentry_reason'),
        ),
    ]
