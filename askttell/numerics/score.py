"""What candidates are worth: an acquisition function of the model, weighed by the probability that a trial succeeds."""

import math
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from askttell.numerics.acquisition import Acquisition
from askttell.numerics.axes import Axes, Bools
from askttell.numerics.regression import Posterior
from askttell.numerics.rotation import Rotated
from askttell.numerics.transfer import Informed

Array: TypeAlias = NDArray[np.float64]

_LN_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)
_SLACK = 0.05  # variance of the step from failure, -1, to success, 1
_SAFE, _STEEP = 0.9, 30.0  # probability of success below which points are avoided, and how much at least
_MARGIN, _LARGEST_MARGIN = 0.1, 0.8  # taken from the labels' mean for each step of caution
_CHUNK = 512  # points evaluated at once


@attrs.frozen(eq=False)
class Score:
    """Values of points U (B, d). `success`: the process of labels 1 and -1, None if no trial has failed.

    The probability of success is Phi(f / sqrt(var f + slack)), as in least-squares classification (Rasmussen & Williams 2006, section 6.5).
    """

    axes: Axes
    acquisition: Acquisition
    posterior: Posterior | Informed | Rotated
    success: Posterior | None
    caution: int = 0  # from 0: how strictly to stay away from failures

    def __call__(self, U: Array) -> Array:
        """The values (B,) of points whose finite coordinates are values."""
        parts = [self._values(U[i : i + _CHUNK]) for i in range(0, len(U), _CHUNK)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _values(self, U: Array) -> Array:
        Z = self.axes.features(U, self.axes.active(U))
        mean, sd = self.posterior.moments(Z)
        values, _ = self.acquisition.pooled(self.acquisition(mean, sd, self.posterior.best)[0])
        if self.success is not None:
            values = self.acquisition.weighed(values, self._guarded(self.log_p(Z))[0])[0]
        return _finite(values)

    def log_p(self, Z: Array) -> Array:
        """The logarithm of the probability of success at features Z."""
        if self.success is None:
            return np.zeros(len(Z))
        mean, sd = self.success.moments(Z)
        return self._log_success(mean[:, 0], sd[:, 0])[0]

    def _guarded(self, log_p: Array) -> tuple[Array, Array]:
        """Log w, which is log p less what keeps away from points that are likely to fail, and its derivative by log p."""
        p, steep = np.exp(log_p), _STEEP * 10.0**self.caution
        return log_p + steep * np.minimum(p - _SAFE, 0.0), 1.0 + np.where(p < _SAFE, steep * p, 0.0)

    def _log_success(self, mean: Array, sd: Array) -> tuple[Array, Array, Array]:
        return _log_success(mean - min(_MARGIN * self.caution, _LARGEST_MARGIN), sd)

    def with_gradient(self, U: Array, active: Bools) -> tuple[Array, Array]:
        """The values and their gradients by the smooth parameters, (B, number of them), 0 for inactive ones."""
        Z = self.axes.features(U, active)
        mean, sd, slopes = self.posterior.slopes(Z)
        each, by_mean, by_sd = self.acquisition(mean, sd, self.posterior.best)
        values, weight = self.acquisition.pooled(each)
        gradient = slopes.gradient(weight * by_mean, (weight * by_sd).sum(axis=1))
        if self.success is not None:
            mean, sd, slopes = self.success.slopes(Z)
            log_p, p_by_mean, p_by_sd = self._log_success(mean[:, 0], sd[:, 0])
            log_w, by_p = self._guarded(log_p)
            values, by_value, by_log_p = self.acquisition.weighed(values, log_w)
            of_p = slopes.gradient((by_p * p_by_mean)[:, None], by_p * p_by_sd)
            gradient = by_value[:, None] * gradient + by_log_p[:, None] * of_p
        smooth = self.axes.smooth
        return _finite(values), np.nan_to_num(gradient[:, self.axes.smooth_features] * active[:, smooth], posinf=0.0, neginf=0.0)


def _log_success(mean: Array, sd: Array) -> tuple[Array, Array, Array]:
    """Log p (B,) and its derivatives by mean and sd."""
    variance = sd * sd + _SLACK
    z = mean / np.sqrt(variance)
    value = log_ndtr(z)
    ratio = np.exp(-0.5 * z * z - _LN_SQRT_2PI - value)
    return value, ratio / np.sqrt(variance), -ratio * z * sd / variance


def _finite(values: Array) -> Array:
    return np.where(np.isnan(values), -np.inf, values)
