"""Names that fixtures and helpers share."""

ENTRY_ID = "01JSPOTPLANNERTESTENTRY000"
