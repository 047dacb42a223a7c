"""One point of the checklist."""

from dataclasses import dataclass

from apps.closing.enums import Level


@dataclass(frozen=True)
class Check:
    """What holds, by which rule, where to mend it."""

    title: str
    level: Level
    detail: str
    url: str = ""
    rule: str = ""

    @property
    def is_blocker(self) -> bool:
        return self.level == Level.BLOCKER
