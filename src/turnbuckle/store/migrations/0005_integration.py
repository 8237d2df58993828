"""Integrations: what all links between two connections have in common."""

import secrets
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def join(apps: Any, schema_editor: object) -> None:
    """Make an integration for the links that there are, one for each two connections."""
    Link = apps.get_model('store', 'Link')
    Integration = apps.get_model('store', 'Integration')
    for link in Link.objects.select_related('left_feed', 'right_feed').order_by('id'):
        integration, _ = Integration.objects.get_or_create(
            left_id=link.left_feed.connection_id,
            right_id=link.right_feed.connection_id,
            defaults={
                'organisation_id': link.organisation_id,
                'key': secrets.token_urlsafe(32),
                'created': link.created,
            },
        )
        Link.objects.filter(id=link.id).update(integration=integration)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_former'),
    ]

    operations = [
        migrations.CreateModel(
            name='Integration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField(unique=True)),
                ('settings', models.JSONField(default=dict)),
                ('paused', models.TextField(default='')),
                ('created', models.DateTimeField()),
                ('left', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.connection')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.organisation')),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.connection')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('left', 'right'), name='integration_accounts')],
            },
        ),
        migrations.AddField(
            model_name='link',
            name='integration',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='store.integration'),
        ),
        migrations.RunPython(join, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='link',
            name='integration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.integration'),
        ),
    ]
