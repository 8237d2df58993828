"""Decisions of people: what they were made about, and deletions that somebody approved."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0002_holds_and_tools'),
    ]

    operations = [
        migrations.AddField(
            model_name='helditem',
            name='version',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='removed',
            name='approved',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='setaside',
            name='mark',
            field=models.BigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('left_id', models.TextField()),
                ('left_version', models.TextField(default='')),
                ('right_id', models.TextField(default='')),
                ('right_version', models.TextField(default='')),
                ('answer', models.TextField()),
                ('given', models.DateTimeField()),
                ('given_by', models.TextField(default='')),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.link')),
            ],
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('link', 'left_id'), name='answer_item'),
        ),
    ]
