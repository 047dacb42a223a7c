"""Drawing and choosing the entries that are examined."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.templatetags.formats import number
from apps.core.views import FormPage
from apps.examination.domain.errors import SampleImpossible
from apps.examination.domain.sampling import draw_later, draw_sample, pick_entry
from apps.examination.forms import PickForm, SampleForm
from apps.examination.views.examinations import Step
from apps.ledger.models import Entry


class DrawPage(Step, FormPage):
    title = gettext_lazy("Stichprobe ziehen")
    intro = gettext_lazy(
        "Jeder Euro hat die gleiche Aussicht, gezogen zu werden: Große Buchungen kommen eher in die Stichprobe. "
        "Startwert und Umfang bleiben gespeichert, damit die Auswahl nachvollzogen werden kann. Gezogen wird nur einmal; "
        "aus dem, was danach gebucht wird, ziehen Sie nach."
    )
    form_class = SampleForm
    submit_label = gettext_lazy("Stichprobe ziehen")

    def perform(self, form: SampleForm) -> str:
        examination = draw_sample(self.object, **form.cleaned_data, by=self.request.user)
        count = examination.items.count()
        self.success(ngettext("%s Buchung gezogen.", "%s Buchungen gezogen.", count) % number(count))
        return examination.get_absolute_url()


class DrawLaterPage(Step, FormPage):
    title = gettext_lazy("Stichprobe nachziehen")
    intro = gettext_lazy(
        "Gezogen wird aus den Buchungen, die nach der letzten Ziehung dazukamen. Die bisherige Auswahl bleibt."
    )
    form_class = SampleForm
    submit_label = gettext_lazy("Stichprobe nachziehen")

    def get_initial(self) -> dict[str, Any]:
        return {"size": 5}

    def perform(self, form: SampleForm) -> str:
        draw_later(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Die Buchungen sind in der Stichprobe."))
        return self.object.get_absolute_url()


class PickPage(Step, FormPage):
    title = gettext_lazy("Buchung selbst auswählen")
    intro = gettext_lazy(
        "Was auffällt, gehört geprüft, auch wenn es nicht gezogen wurde. Der Bericht nennt die Auswahl."
    )
    form_class = PickForm
    submit_label = gettext_lazy("Zur Prüfung auswählen")

    def perform(self, form: PickForm) -> str:
        entry = Entry.objects.filter(year=self.object.year, number=form.cleaned_data["number"]).first()
        if entry is None:
            raise SampleImpossible(_("Diese Buchung gibt es nicht."), field="number")
        return pick_entry(self.object, entry, by=self.request.user).get_absolute_url()
