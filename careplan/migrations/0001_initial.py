import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from careplan.migrations import _promises


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('patients', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('answers', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_by_flag', models.CharField(blank=True, max_length=40)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checkins', to='patients.patient')),
            ],
        ),
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('assessed', 'Assessed')], default='draft', max_length=10)),
                ('answers', models.JSONField(default=dict)),
                ('provenance', models.JSONField(blank=True, default=dict)),
                ('done_steps', models.JSONField(blank=True, default=list)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('saved_at', models.DateTimeField(auto_now=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intakes', to='patients.patient')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('as_of', models.DateField()),
                ('rules_version', models.CharField(max_length=20)),
                ('facts', models.JSONField()),
                ('result', models.JSONField()),
                ('disposition', models.CharField(max_length=12)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='patients.patient')),
                ('intake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='careplan.intake')),
            ],
        ),
        migrations.CreateModel(
            name='MedicationStep',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('drug', models.CharField(max_length=30)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('signed', 'Signed'), ('declined', 'Declined'), ('stopped', 'Stopped')], default='proposed', max_length=10)),
                ('status', models.CharField(max_length=20)),
                ('dose', models.JSONField()),
                ('max_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('together_with', models.JSONField(blank=True, default=list)),
                ('rules', models.JSONField(default=list)),
                ('proposed_at', models.DateTimeField(auto_now_add=True)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('stops_on', models.DateField(blank=True, null=True)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='careplan.assessment')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medication_steps', to='patients.patient')),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='MedicationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('move', models.CharField(max_length=20)),
                ('from_state', models.CharField(blank=True, max_length=10)),
                ('to_state', models.CharField(max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='careplan.medicationstep')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(max_length=20)),
                ('value', models.DecimalField(decimal_places=2, max_digits=6)),
                ('better', models.CharField(choices=[('up', 'Up'), ('down', 'Down')], max_length=4)),
                ('on', models.DateField()),
                ('assessment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='careplan.assessment')),
                ('checkin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='careplan.checkin')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='patients.patient')),
            ],
            options={
                'ordering': ['on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('safety_hold', 'Safety Hold'), ('closed', 'Closed')], default='draft', max_length=12)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('close_reason', models.CharField(blank=True, max_length=300)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='patients.patient')),
            ],
        ),
        migrations.AddField(
            model_name='medicationstep',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medication_steps', to='careplan.plan'),
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=160, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('severity', models.CharField(max_length=10)),
                ('rank', models.PositiveSmallIntegerField()),
                ('role', models.CharField(max_length=20)),
                ('rule', models.CharField(max_length=20)),
                ('reason', models.CharField(max_length=400)),
                ('because', models.JSONField(blank=True, default=dict)),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('snoozed', 'Snoozed'), ('closed', 'Closed')], default='open', max_length=10)),
                ('snoozed_until', models.DateField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('close_reason', models.CharField(blank=True, max_length=400)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='patients.patient')),
                ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='careplan.plan')),
            ],
            options={
                'ordering': ['rank', 'due_on', 'created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('disposition', models.CharField(max_length=12)),
                ('routine', models.JSONField(default=list)),
                ('note', models.TextField(blank=True)),
                ('reasons', models.JSONField(blank=True, default=dict)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('drafted_at', models.DateTimeField(auto_now_add=True)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='careplan.assessment')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='careplan.plan')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='plan',
            name='current',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='careplan.planversion'),
        ),
        migrations.CreateModel(
            name='HomePlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('template', models.CharField(blank=True, max_length=10)),
                ('minutes', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='home_plan', to='careplan.planversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=200)),
                ('target_on', models.DateField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='careplan.planversion')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Program',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sessions_per_week', models.PositiveSmallIntegerField()),
                ('weeks', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField()),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('at', models.TimeField()),
                ('minutes', models.PositiveSmallIntegerField(default=45)),
                ('aerobic_minutes_start', models.PositiveSmallIntegerField()),
                ('aerobic_minutes_goal', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='program', to='careplan.planversion')),
            ],
        ),
        migrations.CreateModel(
            name='RecordImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('proposal', models.JSONField()),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='patients.patient')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RedFlagReview',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('flag', models.CharField(max_length=40)),
                ('on', models.DateField()),
                ('role', models.CharField(max_length=20)),
                ('outcome', models.CharField(choices=[('cleared', 'Cleared'), ('baseline', 'Baseline'), ('confirmed', 'Confirmed')], max_length=10)),
                ('finding', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='red_flag_reviews', to='patients.patient')),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(default='checkin', max_length=20)),
                ('cycle', models.PositiveSmallIntegerField()),
                ('due_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('due', 'Due'), ('open', 'Open'), ('answered', 'Answered'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], default='due', max_length=10)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='patients.patient')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='careplan.plan')),
            ],
            options={
                'ordering': ['due_at'],
            },
        ),
        migrations.AddField(
            model_name='checkin',
            name='reminder',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='checkin', to='careplan.reminder'),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('attended', 'Attended'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='patients.patient')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='careplan.program')),
            ],
            options={
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='VisitEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('granted', 'Granted'), ('used', 'Used'), ('given_back', 'Given Back')], max_length=10)),
                ('visits', models.PositiveSmallIntegerField(default=1)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='patients.patient')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='careplan.session')),
            ],
        ),
        migrations.CreateModel(
            name='HomePlanItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('exercise', models.CharField(max_length=10)),
                ('sets', models.PositiveSmallIntegerField()),
                ('reps', models.PositiveSmallIntegerField()),
                ('hold_s', models.PositiveSmallIntegerField(default=0)),
                ('sec_per_rep', models.PositiveSmallIntegerField(default=0)),
                ('rest_s', models.PositiveSmallIntegerField(default=0)),
                ('sides', models.PositiveSmallIntegerField(default=1)),
                ('minutes', models.DecimalField(decimal_places=2, max_digits=5)),
                ('short_day', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('home_plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='careplan.homeplan')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('home_plan', 'exercise'), name='item_once'), models.CheckConstraint(condition=models.Q(('reps__range', (1, 60)), ('sets__range', (1, 10)), ('sides__range', (1, 2))), name='item_dose_in_range')],
            },
        ),
        migrations.AddConstraint(
            model_name='intake',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('patient',), name='intake_one_draft'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['patient', '-made_at'], name='careplan_as_patient_fa264b_idx'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(fields=('id', 'disposition'), name='assessment_disposition'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('disposition', models.Func(models.F('result'), models.Value('disposition'), function='jsonb_extract_path_text', output_field=models.TextField()))), name='assessment_says_what_rules_said'),
        ),
        migrations.AddIndex(
            model_name='outcome',
            index=models.Index(fields=['patient', 'measure', 'on'], name='careplan_ou_patient_b66d78_idx'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.UniqueConstraint(fields=('checkin', 'measure'), name='outcome_once'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.UniqueConstraint(fields=('assessment', 'measure'), name='baseline_once'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('checkin__isnull', False), ('assessment__isnull', False), _connector='OR'), name='outcome_has_a_source'),
        ),
        migrations.AddConstraint(
            model_name='medicationstep',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'signed'])), fields=('plan', 'drug'), name='medication_one_open_line'),
        ),
        migrations.AddConstraint(
            model_name='medicationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='medication_signed_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='medicationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), _negated=True), models.Q(('signed_at__isnull', False), ('starts_on__isnull', False), ('stops_on__isnull', False)), _connector='OR'), name='medication_signed_has_an_end'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['clinic', 'rank', 'due_on', 'id'], name='follow_up_worklist'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(fields=['clinic', '-closed_at'], name='follow_up_done'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), _connector='OR'), name='follow_up_acknowledged_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('close_reason', ''), _negated=True)), _connector='OR'), name='follow_up_closed_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'snoozed'), _negated=True), ('snoozed_until__isnull', False), _connector='OR'), name='follow_up_snoozed_until'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.UniqueConstraint(fields=('plan', 'number'), name='version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.UniqueConstraint(condition=models.Q(('signed_at__isnull', True)), fields=('plan',), name='version_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='version_signed_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('signed_at__isnull', True), ('disposition', 'plan'), _connector='OR'), name='version_signed_only_on_plan'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('patient',), name='plan_one_open'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'closed']), models.Q(('current__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='plan_runs_on_a_version'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='goal_position_once'),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('sessions_per_week__range', (2, 3)), ('weeks__range', (6, 8))), name='program_dose'),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('weekdays__len', models.F('sessions_per_week'))), name='program_a_weekday_per_session'),
        ),
        migrations.AddConstraint(
            model_name='recordimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('patient__isnull', True)), models.Q(('confirmed_at__isnull', False), ('patient__isnull', False)), _connector='OR'), name='import_confirmed_with_patient'),
        ),
        migrations.AddConstraint(
            model_name='redflagreview',
            constraint=models.CheckConstraint(condition=models.Q(('finding', ''), _negated=True), name='review_has_a_finding'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['due_at', 'id'], name='reminder_due'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['closes_at', 'id'], name='reminder_open'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('plan', 'kind', 'cycle'), name='reminder_once'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('due_at'))), name='reminder_closes_after_due'),
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(fields=['patient', 'submitted_at'], name='careplan_ch_patient_103cf8_idx'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(fields=['clinic', 'starts_at'], name='careplan_se_clinic__9e61e8_idx'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.UniqueConstraint(fields=('program', 'number'), name='session_number_once'),
        ),
        migrations.CreateModel(
            name='DayEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('kind', models.CharField(choices=[('exercise', 'Exercise'), ('pain', 'Pain'), ('breathing', 'Breathing'), ('enjoyed', 'Enjoyed')], max_length=10)),
                ('exercise', models.CharField(blank=True, max_length=10)),
                ('value', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('at', models.DateTimeField(auto_now=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='day_entries', to='patients.patient')),
            ],
            options={
                'ordering': ['on', 'id'],
                'constraints': [models.UniqueConstraint(fields=('patient', 'on', 'kind', 'exercise'), name='day_entry_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'exercise'), models.Q(('exercise', ''), _negated=True)), models.Q(models.Q(('kind', 'exercise'), _negated=True), ('exercise', '')), _connector='OR'), name='day_entry_names_its_exercise'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'pain'), ('value__isnull', False), ('value__range', (0, 10))), models.Q(models.Q(('kind', 'pain'), _negated=True), ('value__isnull', True)), _connector='OR'), name='day_entry_pain_in_range')],
            },
        ),
        migrations.CreateModel(
            name='BookSignature',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.CharField(max_length=20)),
                ('digest', models.CharField(max_length=64)),
                ('marks', models.JSONField()),
                ('rules', models.PositiveSmallIntegerField()),
                ('unchecked', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('licence_number', models.CharField(max_length=60)),
                ('licence_authority', models.CharField(max_length=80)),
                ('signed_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clinic')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'version'), name='book_signed_once'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('licence_number', ''), _negated=True), models.Q(('licence_authority', ''), _negated=True)), name='book_signed_under_a_licence'), models.CheckConstraint(condition=models.Q(('unchecked__lte', models.F('rules'))), name='book_unchecked_of_rules')],
            },
        ),
        migrations.RunSQL(_promises.APPLY, _promises.REVERT),
    ]
