from django.db import migrations

WORDS = {
    'Comment': ('reason', 'proposed_text'),
    'Response': ('explanation', 'already_at'),
    'LastWord': ('words',),
}


def lines_of(text):
    lines = [one.strip() for one in text.strip().splitlines()]
    return [one for one in dict.fromkeys([text.strip(), *lines]) if one]


def carry_over(apps, _schema):
    """What was hidden stays hidden: its words go where the words of every kind of row are kept."""
    HiddenWords = apps.get_model('files', 'HiddenWords')
    for name, words in WORDS.items():
        for row in apps.get_model('documents', name).objects.exclude(hidden_at=None):
            pieces = {f'documents.{name}.{word}': lines_of(getattr(row, word)) for word in words}
            HiddenWords.objects.create(
                kind=f'documents.{name}',
                row=str(row.pk),
                pieces={column: found for column, found in pieces.items() if found},
                at=row.hidden_at,
            )
    for version in apps.get_model('documents', 'DocumentVersion').objects.exclude(hidden_at=None):
        HiddenWords.objects.create(kind='documents.DocumentVersion', row=str(version.pk), at=version.hidden_at)


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0003_hidden_words'),
        ('documents', '0015_hidden_words'),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField(model_name='comment', name='hidden_at'),
        migrations.RemoveField(model_name='lastword', name='hidden_at'),
        migrations.RemoveField(model_name='response', name='hidden_at'),
    ]
