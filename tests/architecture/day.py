"""The day on which the small association is looked at."""

from datetime import datetime
from zoneinfo import ZoneInfo

NOW = datetime(2027, 2, 15, 11, 0, tzinfo=ZoneInfo("Europe/Berlin"))
TODAY = NOW.date()
