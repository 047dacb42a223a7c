"""Who may read, file and change documents."""

from typing import Any

import rules
from django.db.models import Q, QuerySet
from django.http import Http404

from apps.accounts.roles import Role, current_roles, has_role, is_signed_in
from apps.documents.enums import Access
from apps.documents.models import Document, DocumentVersion
from apps.members.rules import cities_of

READERS: dict[Access, frozenset[Role]] = {
    Access.PUBLIC: frozenset(Role),
    Access.MEMBERS: frozenset(Role),
    Access.BOARD: frozenset({Role.BOARD, Role.OFFICE}),
    Access.TREASURY: frozenset({Role.TREASURER, Role.BOARD, Role.AUDITOR}),
    Access.AUDITORS: frozenset({Role.AUDITOR, Role.BOARD}),
}


def readable_classes(user: Any) -> list[Access]:
    """Access classes whose documents `user` may read today."""
    roles = current_roles(user)
    return [access for access, readers in READERS.items() if access == Access.PUBLIC or not readers.isdisjoint(roles)]


def visible_documents(user: Any) -> QuerySet[Document]:
    """Documents of the readable classes and those that concern a city the user acts for."""
    visible = Q(access__in=readable_classes(user))
    if is_signed_in(user):
        visible |= Q(city__in=cities_of(user))
    return Document.objects.filter(visible)


def get_document(user: Any, number: str) -> Document:
    document = visible_documents(user).select_related("city").filter(number=number).first()
    if document is None:
        raise Http404
    return document


def get_version(user: Any, number: str, version: int) -> DocumentVersion:
    found = DocumentVersion.objects.filter(document=get_document(user, number), version=version).first()
    if found is None:
        raise Http404
    return found


@rules.predicate
def may_read(user: Any, thing: Document | DocumentVersion | None = None) -> bool:
    """The document, or the document of the version, is visible to `user`."""
    if thing is None:
        return True
    pk = thing.document_id if isinstance(thing, DocumentVersion) else thing.pk
    return visible_documents(user).filter(pk=pk).exists()


files_documents = has_role(Role.OFFICE, Role.BOARD, Role.TREASURER)

rules.add_perm("documents.view_document", is_signed_in & may_read)
rules.add_perm("documents.view_documentversion", is_signed_in & may_read)
rules.add_perm("documents.add_document", files_documents)
rules.add_perm("documents.change_document", files_documents & may_read)
rules.add_perm("documents.view_downloads", has_role(Role.OFFICE, Role.BOARD, Role.ADMIN) & may_read)
