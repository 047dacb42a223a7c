from apps.dunning.models.care import DunningBlock, LimitationEvent
from apps.dunning.models.procedure import DunningLevel, DunningProcedure
from apps.dunning.models.run import DunningItem, DunningLetter, DunningRun
from apps.dunning.models.waiver import WaivedClaim, Waiver

__all__ = [
    "DunningBlock",
    "DunningItem",
    "DunningLetter",
    "DunningLevel",
    "DunningProcedure",
    "DunningRun",
    "LimitationEvent",
    "WaivedClaim",
    "Waiver",
]
