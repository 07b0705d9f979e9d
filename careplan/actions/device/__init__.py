"""Muscle stimulators: a wish is noted and judged by the rules; where these let it, the patient logs
its use, and harm stops it at once (NM-01 to NM-09).

A stop is never overridden; a caution waits for a reason. Nothing here touches a plan.
"""

from careplan.actions.device.rows import DeviceMoved, DeviceRefused
from careplan.actions.device.uses import judge_again, log_use
from careplan.actions.device.wishes import allow, change, close, close_with_plan, note

__all__ = [
    "DeviceMoved",
    "DeviceRefused",
    "allow",
    "change",
    "close",
    "close_with_plan",
    "judge_again",
    "log_use",
    "note",
]
