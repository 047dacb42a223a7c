from datetime import date

from django.db import migrations, models

from apps.dues.triggers import DATE, MARK


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0003_editions'),
        ('dues', '0011_shares'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoicebalance',
            name='is_queued',
            field=models.BooleanField(db_default=False, verbose_name='im Postausgang oder versandt'),
        ),
        migrations.AddField(
            model_name='invoicebalance',
            name='due_on',
            field=models.DateField(default=date(2000, 1, 1), verbose_name='fällig am'),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='invoicebalance',
            index=models.Index(condition=models.Q(('outstanding__gt', 0)), fields=['due_on', 'invoice', 'outstanding'], name='dues_balance_open'),
        ),
        migrations.AddIndex(
            model_name='invoicebalance',
            index=models.Index(condition=models.Q(('is_queued', False)), fields=['invoice'], name='dues_balance_unsent'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('direct_debit', {}), _negated=True), fields=['due_on'], name='dues_invoice_debited'),
        ),
        migrations.RunSQL([DATE, MARK], migrations.RunSQL.noop),
    ]
