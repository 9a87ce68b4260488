"""What the Sekretariat sets for the assessment: instruments as versions, and the stages of each period."""

from scoring.admin.caps import AwardCapAdmin
from scoring.admin.instruments import InstrumentAdmin
from scoring.admin.stages import StagedPeriodAdmin

__all__ = ["AwardCapAdmin", "InstrumentAdmin", "StagedPeriodAdmin"]
