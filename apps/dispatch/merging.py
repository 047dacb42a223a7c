"""Several tagged PDFs in one file for the printer: bookmarks, blank backs, and the tags as far as they can be kept."""

from collections.abc import Sequence
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf

Titled = tuple[str, bytes]


def page_count(content: bytes) -> int:
    with Pdf.open(BytesIO(content)) as pdf:
        return len(pdf.pages)


def merge(parts: Sequence[Titled], *, title: str) -> bytes:
    """One file with a bookmark per part; each begins on a front side, so that a duplex printer mixes nothing."""
    merged, tags = Pdf.new(), Tags()
    with merged.open_outline() as outline:
        for name, content in parts:
            with Pdf.open(BytesIO(content)) as part:
                outline.root.append(OutlineItem(name, len(merged.pages)))
                first = len(merged.pages)
                merged.pages.extend(part.pages)
                tags.take(merged, part, list(merged.pages)[first:])
            if len(merged.pages) % 2:
                box = merged.pages[-1].mediabox
                merged.add_blank_page(page_size=(float(box[2]), float(box[3])))
    tags.write(merged)
    merged.docinfo["/Title"] = title
    merged.Root.Lang = "de-DE"
    merged.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    target = BytesIO()
    merged.save(target, deterministic_id=True)
    return target.getvalue()


class Tags:
    """The structure trees of the parts, hung under one root; keys of their parent trees are moved out of each other's way."""

    def __init__(self) -> None:
        self.children: list[Object] = []
        self.parents: list[Object | int] = []
        self.roles: dict[str, Object] = {}
        self.offset = 0

    def take(self, merged: Pdf, part: Pdf, pages: Sequence[Page]) -> None:
        tree = part.Root.get("/StructTreeRoot")
        if tree is None:
            return
        root = merged.copy_foreign(part.make_indirect(tree) if not tree.is_indirect else tree)
        kids = root.get("/K")
        self.children += list(kids) if isinstance(kids, Array) else [kids] if kids is not None else []
        numbers = list(flat_numbers(root.get("/ParentTree")))
        for key, value in numbers:
            self.parents += [key + self.offset, value]
        for page in pages:
            move(page.obj, "/StructParents", self.offset)
            for annotation in page.obj.get("/Annots", []):
                move(annotation, "/StructParent", self.offset)
        for role, standard in (root.get("/RoleMap") or Dictionary()).items():
            self.roles[role] = standard
        self.offset += max((key for key, _value in numbers), default=-1) + 1

    def write(self, merged: Pdf) -> None:
        if not self.children:
            return
        root = merged.make_indirect(
            Dictionary(
                Type=Name.StructTreeRoot,
                ParentTree=Dictionary(Nums=Array(self.parents)),
                ParentTreeNextKey=self.offset,
                RoleMap=Dictionary(self.roles),
            )
        )
        for child in self.children:
            child.P = root
        root.K = Array(self.children)
        merged.Root.StructTreeRoot = root
        merged.Root.MarkInfo = Dictionary(Marked=True)


def move(thing: Object, name: str, offset: int) -> None:
    if name in thing:
        thing[name] = int(thing[name]) + offset


def flat_numbers(tree: Object | None) -> list[tuple[int, Object]]:
    """Keys and values of a number tree."""
    if tree is None:
        return []
    found = list(tree.get("/Nums", []))
    pairs = [(int(key), value) for key, value in zip(found[::2], found[1::2], strict=True)]
    return pairs + [pair for kid in tree.get("/Kids", []) for pair in flat_numbers(kid)]
