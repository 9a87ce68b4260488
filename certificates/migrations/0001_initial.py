import certificates.enums
import certificates.models
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('nominations', '0001_initial'),
        ('scoring', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[(certificates.enums.CertificateState['WANTED'], 'Menunggu dibuat'), (certificates.enums.CertificateState['RENDERING'], 'Sedang dibuat'), (certificates.enums.CertificateState['ISSUED'], 'Terbit'), (certificates.enums.CertificateState['FAILED'], 'Gagal dibuat'), (certificates.enums.CertificateState['REVOKED'], 'Dicabut'), (certificates.enums.CertificateState['REPLACED'], 'Diganti')], default=certificates.enums.CertificateState['WANTED'], max_length=10, verbose_name='keadaan')),
                ('number', models.PositiveIntegerField(null=True)),
                ('serial', models.CharField(max_length=40, null=True, unique=True, verbose_name='nomor')),
                ('token', models.CharField(default=certificates.models.new_token, max_length=40, unique=True)),
                ('face', models.JSONField(default=dict)),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256 berkas')),
                ('wanted_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('claimed_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='jumlah percobaan')),
                ('last_error', models.TextField(blank=True, verbose_name='kesalahan terakhir')),
                ('issued_at', models.DateTimeField(null=True, verbose_name='diterbitkan')),
                ('valid_until', models.DateField(null=True, verbose_name='berlaku sampai dengan')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='dicabut')),
                ('revoked_reason', models.CharField(blank=True, max_length=500, verbose_name='alasan pencabutan')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='scoring.decision')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='core.storedfile')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='nominations.period', verbose_name='periode')),
            ],
            options={
                'verbose_name': 'sertifikat',
                'verbose_name_plural': 'sertifikat',
                'indexes': [models.Index(condition=models.Q(('state__in', ['wanted', 'rendering'])), fields=['id'], name='certificates_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['wanted', 'rendering', 'issued', 'failed', 'revoked', 'replaced'])), name='certificates_certificate_state'), models.UniqueConstraint(fields=('period', 'number'), name='certificates_certificate_number_once'), models.UniqueConstraint(condition=models.Q(('state__in', [certificates.enums.CertificateState['REVOKED'], certificates.enums.CertificateState['REPLACED']]), _negated=True), fields=('decision',), name='certificates_certificate_one_in_force'), models.CheckConstraint(condition=models.Q(models.Q(('state', certificates.enums.CertificateState['ISSUED']), _negated=True), models.Q(('file__isnull', False), ('issued_at__isnull', False), ('number__isnull', False), ('serial__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='certificates_certificate_issued_complete'), models.CheckConstraint(condition=models.Q(models.Q(('state', certificates.enums.CertificateState['REVOKED']), _negated=True), models.Q(('revoked_at__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='certificates_certificate_revoked_complete')],
            },
        ),
    ]
