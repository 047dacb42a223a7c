from django.db import migrations


def number_supplements(apps, schema_editor):
    """Until now the version told which supplementary budget a plan was."""
    plans = apps.get_model("budget", "BudgetPlan").objects
    for plan in plans.filter(version__gt=1):
        plan.supplements = plans.filter(year=plan.year, version=plan.version - 1).first()
        plan.supplement = plan.version - 1
        plan.save(update_fields=["supplements", "supplement"])


class Migration(migrations.Migration):
    dependencies = [("budget", "0002_whole_budget")]
    operations = [migrations.RunPython(number_supplements, migrations.RunPython.noop, elidable=True)]
