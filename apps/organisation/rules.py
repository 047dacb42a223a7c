"""Administration changes what the organisation is; those who answer for it see it."""

import rules

from apps.accounts.roles import Role, has_role

sees_settings = has_role(Role.ADMIN, Role.BOARD, Role.TREASURER, Role.AUDITOR, Role.OFFICE)
is_admin = has_role(Role.ADMIN)

for model in ("profile", "legalform", "legalparameter", "decisionrule"):
    rules.add_perm(f"organisation.view_{model}", sees_settings)
rules.add_perm("organisation.change_profile", is_admin)
rules.add_perm("organisation.change_legalform", is_admin)
rules.add_perm("organisation.add_legalparameter", has_role(Role.ADMIN, Role.TREASURER))
rules.add_perm("organisation.add_decisionrule", is_admin)
