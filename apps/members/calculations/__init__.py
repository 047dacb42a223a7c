from apps.members.calculations.leitweg import LeitwegFault, leitweg_check_digits, leitweg_fault
from apps.members.calculations.membership import EndRule, add_months, is_eligible, membership_end

__all__ = [
    "EndRule",
    "LeitwegFault",
    "add_months",
    "is_eligible",
    "leitweg_check_digits",
    "leitweg_fault",
    "membership_end",
]
