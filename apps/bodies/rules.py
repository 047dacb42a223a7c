"""All who are signed in see the bodies; board, office and administration keep them."""

import rules

from apps.accounts.roles import Role, has_role, is_signed_in

keeps_bodies = has_role(Role.BOARD, Role.OFFICE, Role.ADMIN)

for model in ("body", "office", "term"):
    rules.add_perm(f"bodies.view_{model}", is_signed_in)
    rules.add_perm(f"bodies.change_{model}", keeps_bodies)
