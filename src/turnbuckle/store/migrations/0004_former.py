"""What items were before our own writes, so that late word about them is doubted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0003_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Former',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_id', models.TextField()),
                ('version', models.TextField(default='')),
                ('parent_id', models.TextField(default='')),
                ('name', models.TextField(default='')),
                ('written', models.BigIntegerField()),
                ('doubted', models.BooleanField(default=False)),
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.feed')),
            ],
            options={
                'indexes': [models.Index(fields=['feed', 'written'], name='former_age'), models.Index(condition=models.Q(('doubted', True)), fields=['feed', 'id'], name='former_doubted')],
                'constraints': [models.UniqueConstraint(fields=('feed', 'item_id', 'version', 'parent_id', 'name'), name='former_state')],
            },
        ),
    ]
