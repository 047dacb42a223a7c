"""A real process is killed while the mail server takes a mail: it is never sent a second time."""

import os
import signal

import pytest
from django.conf import settings
from django.db import connection

from apps.dispatch.domain.sending import send_released
from apps.dispatch.models import Dispatch
from tests.dues.test_concurrency import start_child, wait_until_free
from tests.factories.dispatch import mail_server, make_released

SENDING = """
import sys, django
django.setup()
from django.conf import settings
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                                "OPTIONS": {"host": "127.0.0.1", "port": int(sys.argv[2]), "timeout": 20}}}
settings.STORAGES["default"]["OPTIONS"]["location"] = sys.argv[3]
from apps.dispatch.domain.sending import send_released
send_released(by=None)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_while_the_server_takes_the_mail():
    for number in range(2):
        make_released(email=f"kasse{number}@example.org")
    with mail_server() as postman:
        port = str(settings.MAILERS["default"]["OPTIONS"]["port"])
        files = settings.STORAGES["default"]["OPTIONS"]["location"]
        process = start_child(SENDING, str(connection.settings_dict["NAME"]), port, str(files))

        def kill() -> str:
            if len(postman.received) == 1:
                os.killpg(process.pid, signal.SIGKILL)
            return "250 angenommen"

        postman.on_data = kill
        process.wait(60)
        wait_until_free()
        states = list(Dispatch.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["sending", "released"]
        assert send_released(by=None) == (1, 0)
    assert [recipients for recipients, _raw in postman.received] == [["kasse0@example.org"], ["kasse1@example.org"]]
    assert list(Dispatch.objects.order_by("pk").values_list("state", flat=True)) == ["sending", "sent"]
