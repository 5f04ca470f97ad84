"""Resident memory of this process, as Linux counts it."""

from pathlib import Path

_PROC = Path("/proc/self")
_RESET_PEAK = "5"  # proc(5), clear_refs


def resident_mb() -> float:
    """Return what the process holds now, in MB."""
    return _megabytes("VmRSS")


def peak_mb() -> float:
    """Return the most that it held since `reset_peak`, in MB."""
    return _megabytes("VmHWM")


def reset_peak() -> None:
    """Let the peak begin anew with what is held now."""
    (_PROC / "clear_refs").write_text(_RESET_PEAK, encoding="ascii")


def _megabytes(name: str) -> float:
    for line in (_PROC / "status").read_text(encoding="ascii").splitlines():
        key, _colon, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) / 1024
    raise OSError(f"/proc/self/status has no {name}")
