
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('system', models.TextField()),
                ('kind', models.TextField()),
                ('settings', models.JSONField(default=dict)),
                ('secrets', models.BinaryField(default=b'')),
                ('account', models.TextField(default='')),
                ('created', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.TextField()),
                ('cursor', models.TextField(default='')),
                ('complete_at', models.DateTimeField(null=True)),
                ('generation', models.BigIntegerField(default=0)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.connection')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('generation', models.BigIntegerField()),
                ('full', models.BooleanField()),
                ('feed', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='store.feed')),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('left_root', models.TextField()),
                ('right_root', models.TextField()),
                ('policy', models.JSONField(default=dict)),
                ('path_start', models.JSONField(default=dict)),
                ('paused', models.TextField(default='')),
                ('created', models.DateTimeField()),
                ('last_run_at', models.DateTimeField(null=True)),
                ('left_feed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.feed')),
                ('right_feed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.feed')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.TextField(default='')),
                ('process', models.TextField(default='')),
                ('fence', models.BigIntegerField(default=0)),
                ('until', models.DateTimeField(null=True)),
                ('link', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='store.link')),
            ],
        ),
        migrations.AddField(
            model_name='connection',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.organisation'),
        ),
        migrations.CreateModel(
            name='PairRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('left_id', models.TextField()),
                ('left_parent', models.TextField(default='')),
                ('left_name', models.TextField()),
                ('left_version', models.TextField(default='')),
                ('left_size', models.BigIntegerField(default=0)),
                ('left_hashes', models.TextField(default='')),
                ('left_modified', models.BigIntegerField(null=True)),
                ('right_id', models.TextField()),
                ('right_parent', models.TextField(default='')),
                ('right_name', models.TextField()),
                ('right_version', models.TextField(default='')),
                ('right_size', models.BigIntegerField(default=0)),
                ('right_hashes', models.TextField(default='')),
                ('right_modified', models.BigIntegerField(null=True)),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.link')),
            ],
            options={
                'db_table': 'store_pair',
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fence', models.BigIntegerField()),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('state', models.TextField(default='running')),
                ('report', models.JSONField(default=dict)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.link')),
            ],
        ),
        migrations.CreateModel(
            name='Intent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('step', models.JSONField()),
                ('state', models.TextField(default='open')),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('error', models.TextField(default='')),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.link')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.run')),
            ],
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('side', models.TextField()),
                ('what', models.TextField()),
                ('path', models.TextField()),
                ('detail', models.TextField(default='')),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.link')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.run')),
            ],
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_id', models.TextField()),
                ('parent_id', models.TextField(default='')),
                ('name', models.TextField(default='')),
                ('key_folded', models.TextField(default='')),
                ('kind', models.TextField(default='file')),
                ('version', models.TextField(default='')),
                ('size', models.BigIntegerField(default=0)),
                ('modified', models.BigIntegerField(null=True)),
                ('created', models.BigIntegerField(null=True)),
                ('sha256', models.TextField(default='')),
                ('quickxor', models.TextField(default='')),
                ('tag', models.TextField(default='')),
                ('locked_by', models.TextField(default='')),
                ('by_us', models.BooleanField(default=False)),
                ('author', models.TextField(default='')),
                ('state', models.TextField(default='present')),
                ('changed', models.BigIntegerField(default=0)),
                ('noted', models.BigIntegerField(default=0)),
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.feed')),
            ],
        ),
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.TextField()),
                ('item_id', models.TextField()),
                ('path', models.TextField()),
                ('reason', models.TextField()),
                ('tries', models.IntegerField(default=0)),
                ('next_try', models.DateTimeField()),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.link')),
            ],
        ),
        migrations.CreateModel(
            name='Staged',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_id', models.TextField()),
                ('parent_id', models.TextField(default='')),
                ('name', models.TextField(default='')),
                ('key_folded', models.TextField(default='')),
                ('kind', models.TextField(default='file')),
                ('version', models.TextField(default='')),
                ('size', models.BigIntegerField(default=0)),
                ('modified', models.BigIntegerField(null=True)),
                ('created', models.BigIntegerField(null=True)),
                ('sha256', models.TextField(default='')),
                ('quickxor', models.TextField(default='')),
                ('tag', models.TextField(default='')),
                ('locked_by', models.TextField(default='')),
                ('by_us', models.BooleanField(default=False)),
                ('author', models.TextField(default='')),
                ('gone', models.BooleanField(default=False)),
                ('verdict', models.SmallIntegerField(default=0)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.batch')),
            ],
        ),
        migrations.CreateModel(
            name='Dirty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.TextField()),
                ('item_id', models.TextField()),
                ('mark', models.BigIntegerField(default=0)),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.link')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('link', 'side', 'item_id'), name='dirty_item')],
            },
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('organisation', 'name'), name='link_name'),
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.UniqueConstraint(fields=('connection', 'address'), name='feed_address'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.UniqueConstraint(fields=('organisation', 'name'), name='connection_name'),
        ),
        migrations.AddIndex(
            model_name='pairrow',
            index=models.Index(fields=['link', 'left_parent'], name='pair_left_parent'),
        ),
        migrations.AddIndex(
            model_name='pairrow',
            index=models.Index(fields=['link', 'right_parent'], name='pair_right_parent'),
        ),
        migrations.AddConstraint(
            model_name='pairrow',
            constraint=models.UniqueConstraint(fields=('link', 'left_id'), name='pair_left'),
        ),
        migrations.AddConstraint(
            model_name='pairrow',
            constraint=models.UniqueConstraint(fields=('link', 'right_id'), name='pair_right'),
        ),
        migrations.AddIndex(
            model_name='intent',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['link'], name='intent_open'),
        ),
        migrations.AddIndex(
            model_name='intent',
            index=models.Index(fields=['run', 'number'], name='intent_of_run'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['link', 'id'], name='activity_of_link'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['run'], name='activity_of_run'),
        ),
        migrations.AddIndex(
            model_name='seen',
            index=models.Index(fields=['feed', 'parent_id', 'key_folded'], name='seen_name'),
        ),
        migrations.AddIndex(
            model_name='seen',
            index=models.Index(condition=models.Q(('state', 'present'), _negated=True), fields=['feed'], name='seen_absent'),
        ),
        migrations.AddConstraint(
            model_name='seen',
            constraint=models.UniqueConstraint(fields=('feed', 'item_id'), name='seen_item'),
        ),
        migrations.AddConstraint(
            model_name='setaside',
            constraint=models.UniqueConstraint(fields=('link', 'side', 'item_id'), name='set_aside_item'),
        ),
        migrations.AddConstraint(
            model_name='staged',
            constraint=models.UniqueConstraint(fields=('batch', 'item_id'), name='staged_item'),
        ),
    ]
