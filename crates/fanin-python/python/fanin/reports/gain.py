"""The gains of activations."""

from __future__ import annotations

from dataclasses import dataclass

from fanin.reports.printed import Report, make


@dataclass(frozen=True, kw_only=True)
class GainReport(Report):
    """The gains of an activation.

    Attributes
    ----------
    activation : str
        Its text form.
    forward, backward, standardized : float
        The gains that preserve the second moment of the signal, that of the gradient, and the variance of the signal.
    pytorch : float or None
        The value of ``torch.nn.init.calculate_gain``, if it has one.
    """

    activation: str
    forward: float
    backward: float
    standardized: float
    pytorch: float | None


def gain(activation: str) -> GainReport:
    """Return the gains of an activation, computed by quadrature for z ~ N(0, 1).

    Parameters
    ----------
    activation : str
        Such as ``"gelu"`` or ``"leaky_relu(slope = 0.2)"``; ``fanin list activations`` lists the names.

    Raises
    ------
    FaninError
        If there is no such activation.

    Examples
    --------
    >>> gain("relu").forward == 2**0.5
    True
    """
    printed, data = make("gain", [activation], {})
    return GainReport(_printed=printed, **data)
