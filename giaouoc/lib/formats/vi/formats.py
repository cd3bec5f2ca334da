"""How Django's own widgets show dates and numbers in Vietnamese."""

DATE_FORMAT = "d-n-Y"
SHORT_DATE_FORMAT = "d-n-Y"
DATETIME_FORMAT = "H:i d-n-Y"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%H:%M %d-%m-%Y",
    "%d/%m/%Y %H:%M",
]
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
