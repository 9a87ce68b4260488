"""The use-cases of the reference data."""

from reference.services.loading import LoadReport, load_reference
from reference.services.sources import ReferenceData, read_reference_data
from reference.services.tables import TableChange

__all__ = ["LoadReport", "ReferenceData", "TableChange", "load_reference", "read_reference_data"]
