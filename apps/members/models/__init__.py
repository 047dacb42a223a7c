from apps.members.models.city import Address, City
from apps.members.models.membership import Membership
from apps.members.models.municipality import Municipality, PopulationFigure
from apps.members.models.people import Contact, Delegation

__all__ = ["Address", "City", "Contact", "Delegation", "Membership", "Municipality", "PopulationFigure"]
