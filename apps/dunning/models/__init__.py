from apps.dunning.models.care import DunningBlock, LimitationEvent, Waiver
from apps.dunning.models.procedure import DunningLevel, DunningProcedure
from apps.dunning.models.run import DunningItem, DunningLetter, DunningRun

__all__ = [
    "DunningBlock",
    "DunningItem",
    "DunningLetter",
    "DunningLevel",
    "DunningProcedure",
    "DunningRun",
    "LimitationEvent",
    "Waiver",
]
