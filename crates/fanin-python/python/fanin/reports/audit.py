"""Audits: faults in the weights of checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fanin.recipe import Recipe
from fanin.reports.printed import Path, Report, Texts, make


@dataclass(frozen=True)
class Finding:
    """A finding of a rule in one tensor.

    Attributes
    ----------
    rule : str
        The id of the rule, which ``fanin.explain`` explains.
    severity : str
        error, warn or note.
    tensor, file : str
    message : str
        The finding in one sentence.
    evidence : dict
        The numbers behind it.
    """

    rule: str
    severity: str
    tensor: str
    file: str
    message: str
    evidence: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AuditedCheckpoint:
    """One audited path.

    Attributes
    ----------
    path : str
    files : tuple of str
    stage : str or None
        fresh or trained, if it is determined; `reason` says why.
    reason : str
    weights, noise, orthogonal : int
        Weights, those that look random, and those that are orthogonal.
    tensors, others : int
        Tensors of floats, and others.
    skipped, coverage : dict
        What was not examined.
    skipped_files : tuple of dict
        Files beside it that look like checkpoints, with the reason.
    """

    path: str
    files: tuple[str, ...]
    stage: str | None
    reason: str
    weights: int
    noise: int
    orthogonal: int
    tensors: int
    others: int
    skipped: dict[str, Any]
    coverage: dict[str, Any]
    skipped_files: tuple[dict[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class AuditReport(Report):
    """The findings of an audit.

    Attributes
    ----------
    stage : str or None
        fresh, trained or mixed.
    files : tuple of str
    tensors : int
    checkpoints : tuple of AuditedCheckpoint
    unreadable : tuple of dict
        Paths that could not be read, with the error.
    findings : tuple of Finding
        Those that the baseline does not hide.
    baseline : dict or None
        How many findings the baseline hides, and which of its findings are gone.
    errors, warnings, notes : int
        Counts of findings.
    """

    stage: str | None
    files: tuple[str, ...]
    tensors: int
    checkpoints: tuple[AuditedCheckpoint, ...]
    unreadable: tuple[dict[str, str], ...]
    findings: tuple[Finding, ...]
    baseline: dict[str, Any] | None
    errors: int
    warnings: int
    notes: int

    def to_sarif(self) -> str:
        """Return the report in SARIF 2.1.0, as ``--format sarif`` prints it."""
        return (self._printed[2] or "").removesuffix("\n")

    def to_markdown(self) -> str:
        """Return the report in Markdown, as ``--format markdown`` prints it."""
        return (self._printed[3] or "").removesuffix("\n")


def audit(
    paths: Path | Iterable[Path],
    *,
    stage: str | None = None,
    recipe: str | Recipe | None = None,
    set: Mapping[str, float] | None = None,  # noqa: A002
    layout: Texts | Mapping[str, str] | None = None,
    select: Texts | None = None,
    ignore: Texts | None = None,
    baseline: Path | None = None,
    notes: bool = False,
    deep: bool = False,
    threads: int | None = None,
) -> AuditReport:
    """Check the weights of checkpoints for faults.

    Parameters
    ----------
    paths : path-like or iterable of path-like
        Files, shard indexes or folders.
    stage : str, optional
        fresh or trained; inferred by default.
    recipe : str or Recipe, optional
        The recipe that filled the checkpoint.
    set : mapping of str to float, optional
        Variables of the recipe.
    layout : str, iterable of str, or mapping of patterns to layouts, optional
        The order of the axes, such as ``"oi"`` or ``"*.kernel=hwio"``.
    select, ignore : str or iterable of str, optional
        Rules to check or to skip, such as ``"near-twins:decoder.*"``.
    baseline : path-like, optional
        Hide the findings of this baseline.
    notes : bool
        Print every note.
    deep : bool
        Also run rules that need singular values.
    threads : int, optional
        One per core by default.

    Raises
    ------
    ValueError
        If an argument is invalid.
    FaninError
        If no path can be read.

    Examples
    --------
    >>> import tempfile
    >>> out = tempfile.mkdtemp()
    >>> _ = fanin.fill_checkpoint(out, seed=1, recipe="torch", shapes={"fc.weight": (64, 64), "fc.bias": (64,)})
    >>> fanin.audit(out, recipe="torch").errors
    0
    """
    given = [paths] if isinstance(paths, str) or not isinstance(paths, Iterable) else paths
    options = {
        "stage": stage, "set": set, "layout": layouts(layout), "select": select, "ignore": ignore, "baseline": baseline,
        "notes": notes, "deep": deep, "threads": threads,
    }  # fmt: skip
    printed, data = make("audit", given, options, recipe)
    summary = data["summary"]
    return AuditReport(
        _printed=printed,
        stage=data["stage"],
        files=tuple(data["files"]),
        tensors=data["tensors"],
        checkpoints=tuple(_checkpoint(checkpoint) for checkpoint in data["checkpoints"]),
        unreadable=tuple(data["unreadable"]),
        findings=tuple(Finding(**finding) for finding in data["findings"]),
        baseline=data["baseline"],
        errors=summary["errors"],
        warnings=summary["warnings"],
        notes=summary["notes"],
    )


def layouts(given: Texts | Mapping[str, str] | None) -> Texts | None:
    """Return layouts as the command takes them: LAYOUT or PATTERN=LAYOUT."""
    if isinstance(given, Mapping):
        return [f"{pattern}={layout}" for pattern, layout in given.items()]
    return given


def _checkpoint(data: dict[str, Any]) -> AuditedCheckpoint:
    files, skipped = tuple(data.pop("files")), tuple(data.pop("skipped_files"))
    return AuditedCheckpoint(files=files, skipped_files=skipped, **data)
