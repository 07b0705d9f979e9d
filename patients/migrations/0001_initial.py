import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import patients.models.clinic
import patients.roles
import uuid
from django.conf import settings
from django.db import migrations, models

from patients.migrations import _promises


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_any_case')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('clinic_id', models.UUIDField(null=True)),
                ('user_id', models.UUIDField(null=True)),
                ('actor', models.CharField(max_length=120)),
                ('job', models.CharField(blank=True, max_length=60)),
                ('action', models.CharField(max_length=60)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.CharField(max_length=40)),
                ('patient_id', models.UUIDField(null=True)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['clinic_id', '-id'], name='patients_au_clinic__c8d84f_idx'), models.Index(fields=['patient_id', '-id'], name='patients_au_patient_75dac2_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('user_id__isnull', False), models.Q(('job', ''), _negated=True), _connector='OR'), name='audit_has_an_actor')],
            },
        ),
        migrations.CreateModel(
            name='Clinic',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=60, validators=[patients.models.clinic.check_zone])),
                ('holidays', models.CharField(blank=True, max_length=10, validators=[patients.models.clinic.check_holidays])),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('letterhead', models.TextField(blank=True)),
                ('emergency_number', models.CharField(default='911', max_length=20)),
                ('crisis_line', models.CharField(default='988', max_length=40)),
                ('quiet_until', models.TimeField(default=datetime.time(8, 0))),
                ('quiet_from', models.TimeField(default=datetime.time(20, 0))),
                ('checkin_at', models.TimeField(default=datetime.time(9, 0))),
                ('default_visit_limit', models.PositiveSmallIntegerField(blank=True, default=20, null=True)),
                ('gabapentin_enabled', models.BooleanField(default=False)),
                ('duloxetine_enabled', models.BooleanField(default=True)),
                ('is_demo', models.BooleanField(default=False, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quiet_until__lt', models.F('quiet_from')), ('checkin_at__gte', models.F('quiet_until')), ('checkin_at__lt', models.F('quiet_from'))), name='clinic_day_has_hours')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=120)),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[(patients.roles.Role['ADMIN'], patients.roles.Role['ADMIN']), (patients.roles.Role['THERAPIST'], patients.roles.Role['THERAPIST']), (patients.roles.Role['PRESCRIBER'], patients.roles.Role['PRESCRIBER']), (patients.roles.Role['CLINICAL_LEAD'], patients.roles.Role['CLINICAL_LEAD'])], max_length=20), size=None)),
                ('licence_number', models.CharField(blank=True, max_length=60)),
                ('licence_authority', models.CharField(blank=True, max_length=80)),
                ('licence_expires_on', models.DateField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('invitation', 'Invitation'), ('plan', 'Plan'), ('checkin', 'Checkin')], max_length=12)),
                ('subject_id', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('failed_tries', models.PositiveSmallIntegerField(default=0)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('invitation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='patients.invitation')),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[(patients.roles.Role['ADMIN'], patients.roles.Role['ADMIN']), (patients.roles.Role['THERAPIST'], patients.roles.Role['THERAPIST']), (patients.roles.Role['PRESCRIBER'], patients.roles.Role['PRESCRIBER']), (patients.roles.Role['CLINICAL_LEAD'], patients.roles.Role['CLINICAL_LEAD'])], max_length=20), size=None)),
                ('active', models.BooleanField(default=True)),
                ('since', models.DateTimeField(auto_now_add=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60)),
                ('authority', models.CharField(max_length=80)),
                ('expires_on', models.DateField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='licences', to='patients.membership')),
            ],
        ),
        migrations.CreateModel(
            name='Patient',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('given_name', models.CharField(max_length=80)),
                ('family_name', models.CharField(max_length=80)),
                ('birth_date', models.DateField()),
                ('sex', models.CharField(choices=[('female', 'Female'), ('male', 'Male'), ('other', 'Other')], max_length=6)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('time_zone', models.CharField(blank=True, help_text="Empty: the clinic's.", max_length=60, validators=[patients.models.clinic.check_zone])),
                ('identifiers', models.JSONField(blank=True, default=list)),
                ('deceased_on', models.DateField(blank=True, null=True)),
                ('registered_at', models.DateTimeField(auto_now_add=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='patient', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('template', models.CharField(max_length=40)),
                ('to', models.EmailField(max_length=254)),
                ('context', models.JSONField(blank=True, default=dict)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sending', 'Sending'), ('sent', 'Sent'), ('refused', 'Refused'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('perhaps_twice', models.BooleanField(default=False)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('link', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.link')),
                ('patient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='patients.patient')),
            ],
        ),
        migrations.AddField(
            model_name='link',
            name='patient',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='patients.patient'),
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40)),
                ('version', models.CharField(max_length=20)),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='patients.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CareTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=20)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='caseload', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='care_team', to='patients.patient')),
            ],
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='invitation_accepted_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('clinic', 'email'), name='invitation_one_open'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('clinic', 'user'), name='membership_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('roles__len__gt', 0)), name='membership_has_a_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('roles__contained_by', [patients.roles.Role['ADMIN'], patients.roles.Role['THERAPIST'], patients.roles.Role['PRESCRIBER'], patients.roles.Role['CLINICAL_LEAD']])), name='membership_roles_known'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.UniqueConstraint(fields=('membership', 'number'), name='licence_once'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['clinic', 'family_name', 'given_name', 'id'], name='patients_pa_clinic__a80cd5_idx'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.UniqueConstraint(fields=('clinic', 'given_name', 'family_name', 'birth_date'), name='patient_registered_once'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('birth_date__gte', datetime.date(1880, 1, 1))), name='patient_born_since_1880'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'sending'])), fields=['due_at', 'id'], name='message_waiting'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['clinic', '-created_at'], name='patients_me_clinic__1e80a1_idx'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='message_sent_has_a_time'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('invitation__isnull', False), ('purpose', 'invitation')), models.Q(('patient__isnull', False), ('purpose__in', ['plan', 'checkin'])), _connector='OR'), name='link_is_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='careteam',
            constraint=models.UniqueConstraint(fields=('patient', 'user', 'role'), name='care_team_once'),
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('why', models.CharField(max_length=80)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
            ],
            options={
                'ordering': ['first_day', 'id'],
                'indexes': [models.Index(fields=['clinic', 'last_day'], name='patients_cl_clinic__62a1e8_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='closure_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='WorkingHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('starts', models.TimeField()),
                ('ends', models.TimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='patients.membership')),
            ],
            options={
                'ordering': ['weekday', 'starts'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts')), ('weekday__lte', 6)), name='workinghours_in_one_day')],
            },
        ),
        migrations.CreateModel(
            name='SuitableHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('starts', models.TimeField()),
                ('ends', models.TimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='patients.patient')),
            ],
            options={
                'ordering': ['weekday', 'starts'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts')), ('weekday__lte', 6)), name='suitablehours_in_one_day')],
            },
        ),
        migrations.CreateModel(
            name='SupportLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('about', models.CharField(blank=True, max_length=240)),
                ('url', models.URLField(blank=True, max_length=300)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('checked_on', models.DateField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('url', ''), _negated=True), models.Q(('phone', ''), _negated=True), _connector='OR'), name='support_link_leads_somewhere'), models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('clinic', 'name'), name='support_link_named_once')],
            },
        ),
        migrations.RunSQL(_promises.APPLY, _promises.REVERT),
    ]
