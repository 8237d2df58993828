"""Where remotes post word of changes, and what they posted lately."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0005_integration'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feed_address', models.TextField()),
                ('remote_id', models.TextField(default='')),
                ('proof', models.TextField(default='')),
                ('base', models.TextField(default='')),
                ('state', models.TextField(default='missing')),
                ('trouble', models.TextField(default='')),
                ('tries', models.IntegerField(default=0)),
                ('asked', models.TextField(default='')),
                ('next_at', models.DateTimeField(db_index=True)),
                ('made_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.connection')),
                ('integration', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='store.integration')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.TextField()),
                ('what', models.TextField()),
                ('told_at', models.DateTimeField()),
                ('hook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.hook')),
            ],
        ),
        migrations.AddConstraint(
            model_name='hook',
            constraint=models.UniqueConstraint(fields=('connection', 'feed_address'), name='hook_of_feed'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['told_at'], name='delivery_age'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('hook', 'mark'), name='delivery_once'),
        ),
    ]
