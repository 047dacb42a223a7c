"""The marks with which banks squeeze the fields of a SEPA payment into one text (DFÜ-Abkommen Anlage 3, field :86:)."""

import re

# »EREF+…« of MT940, »EREF: …« of the cooperative banks, »End-to-End-Ref.: …« of Commerzbank
PLUS = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|RTRN)\+")
COLON = re.compile(r"(?<![A-Z])(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP) ?: ?")
WORDS = {
    "End-to-End-Ref.:": "EREF",
    "Kundenreferenz:": "KREF",
    "CORE / Mandatsref.:": "MREF",
    "B2B / Mandatsref.:": "MREF",
    "Mandatsref.:": "MREF",
    "Mandatsref:": "MREF",
    "Gläubiger-ID:": "CRED",
    "Empf-BIC:": "BIC",
    "IBAN:": "IBAN",
    "BIC:": "BIC",
}
SPELLED = re.compile("(" + "|".join(re.escape(word) for word in sorted(WORDS, key=len, reverse=True)) + ") ?")


def fields(text: str) -> dict[str, str]:
    """The fields of the text by mark; what stands before the first mark is `SVWZ` unless that is marked itself."""
    for pattern in (PLUS, COLON, SPELLED):
        found = list(pattern.finditer(text))
        if found:
            break
    else:
        return {"SVWZ": text.strip()}
    values: dict[str, str] = {}
    ends = [*(each.start() for each in found[1:]), len(text)]
    for each, end in zip(found, ends, strict=True):
        values.setdefault(WORDS.get(each[1], each[1]), text[each.end() : end].strip())
    before = text[: found[0].start()].strip()
    if before:
        values["SVWZ"] = f"{before} {values['SVWZ']}" if "SVWZ" in values else before
    values.setdefault("SVWZ", "")
    return values


def bank_fields(text: str) -> dict[str, str]:
    """The fields of a text that is otherwise the payer's own: only if a mark stands in it that no payer writes."""
    found = fields(text)
    return found if found.keys() & {"EREF", "KREF", "MREF", "CRED"} else {"SVWZ": text}


def reference(value: str) -> str:
    """A reference as it is kept: NOTPROVIDED, a mere dot and their like mean none."""
    value = value.strip()
    is_none = not any(map(str.isalnum, value)) or value.upper() in {"NOTPROVIDED", "NICHT ANGEGEBEN", "NONREF", "KEINE"}
    return "" if is_none else value[:35]
