"""Parts of addresses that mean more than digits; registered when the module is read."""

from django.urls import register_converter


class YearConverter:
    """A year that a calendar knows: 1 to 9999, in four digits. Any other is no address of ours (404)."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        if value == "0000":
            raise ValueError
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


register_converter(YearConverter, "year")
