"""Timings: when each link runs; those that there are run as soon as they can."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def schedule(apps: Any, schema_editor: object) -> None:
    """Let every link be due since it ran last."""
    Link = apps.get_model('store', 'Link')
    Timing = apps.get_model('store', 'Timing')
    for link in Link.objects.order_by('id'):
        Timing.objects.create(
            link_id=link.id, next_at=link.last_run_at or link.created, ended_at=link.last_run_at
        )


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0008_epoch_server'),
    ]

    operations = [
        migrations.CreateModel(
            name='Timing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_at', models.DateTimeField(db_index=True)),
                ('nudges', models.BigIntegerField(default=0)),
                ('taken', models.BigIntegerField(default=0)),
                ('nudged_at', models.DateTimeField(null=True)),
                ('nudged_by', models.TextField(default='')),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('late_seconds', models.FloatField(default=0.0)),
                ('swept_at', models.DateTimeField(null=True)),
                ('failures', models.IntegerField(default=0)),
                ('resting_until', models.DateTimeField(null=True)),
                ('told_left_at', models.DateTimeField(null=True)),
                ('told_right_at', models.DateTimeField(null=True)),
                ('unheralded_at', models.DateTimeField(null=True)),
                ('unheralded_on', models.TextField(default='')),
                ('missed_at', models.DateTimeField(null=True)),
                ('link', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='store.link')),
            ],
        ),
        migrations.RunPython(schedule, migrations.RunPython.noop),
    ]
