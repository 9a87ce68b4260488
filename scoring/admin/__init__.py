"""What the Sekretariat sets for the assessment: instruments as versions, the stages of each period, and its caps."""

from scoring.admin.caps import AwardCapAdmin
from scoring.admin.instruments import InstrumentAdmin
from scoring.admin.stages import StagedPeriodAdmin

__all__ = ["AwardCapAdmin", "InstrumentAdmin", "StagedPeriodAdmin"]
