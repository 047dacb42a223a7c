from apps.budget.models.commitments import Commitment, CommitmentPosting
from apps.budget.models.costs import BorneCost, MeetingCity, NetworkMeeting
from apps.budget.models.plans import BudgetLine, BudgetPlan, LineForecast

__all__ = [
    "BorneCost",
    "BudgetLine",
    "BudgetPlan",
    "Commitment",
    "CommitmentPosting",
    "LineForecast",
    "MeetingCity",
    "NetworkMeeting",
]
