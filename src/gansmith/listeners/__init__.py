"""Who is told what happens in a run: run folder, console, TensorBoard, doctor, and users' own."""

from gansmith.listeners.announcer import Announcer
from gansmith.listeners.listener import (
    Changed,
    Diagnosed,
    Ended,
    Event,
    Examined,
    Failed,
    Listener,
    Moved,
    NewSegment,
    Noted,
    Saved,
    Started,
    Ticked,
    Treated,
)

__all__ = [
    "Announcer",
    "Changed",
    "Diagnosed",
    "Ended",
    "Event",
    "Examined",
    "Failed",
    "Listener",
    "Moved",
    "NewSegment",
    "Noted",
    "Saved",
    "Started",
    "Ticked",
    "Treated",
]
