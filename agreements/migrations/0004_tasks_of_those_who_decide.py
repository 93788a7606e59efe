"""Agreements that lie for decision or signing already get the tasks that new ones get from now on."""

from django.db import migrations
from django.utils import timezone


def give_tasks(apps, schema_editor):
    Agreement = apps.get_model("agreements", "Agreement")
    Task = apps.get_model("cases", "Task")
    Signature = apps.get_model("agreements", "Signature")
    Task.objects.filter(kind="sign", closed_at=None).update(role="secretary")
    today = timezone.localdate()
    for agreement in Agreement.objects.filter(stage__in=["decision", "signing"]):
        about = {"case_id": agreement.case_id, "subject_kind": "agreement", "subject_id": agreement.pk}
        facts = {"due": max(agreement.start, today) if agreement.start else today, "tab": "agreement"}
        signed = Signature.objects.filter(document=agreement.for_signing_id).exists()
        if agreement.stage == "decision":
            whose = {"role": "secretary", "waits_for_others": True}
            Task.objects.create(kind="decide", title="Beslut", **about, **facts, **whose)
        elif signed:
            Task.objects.filter(kind="sign", closed_at=None, **about).update(closed_at=timezone.now())
            Task.objects.create(kind="in_force", title="Låt partnerskapet börja gälla", **about, **facts)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0003_initial"),
        ("cases", "0004_tasks_of_a_role"),
    ]

    operations = [
        migrations.RunPython(give_tasks, migrations.RunPython.noop),
    ]
