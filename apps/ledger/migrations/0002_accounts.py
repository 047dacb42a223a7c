"""The chart of accounts from fixtures/accounts.csv; numbers and names may be changed later."""

import csv
from pathlib import Path

from django.conf import settings
from django.db import migrations


def seed(apps, schema_editor):
    account = apps.get_model("ledger", "Account")
    with (Path(settings.BASE_DIR) / "fixtures" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        account.objects.bulk_create(account(**row) for row in csv.DictReader(file))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
