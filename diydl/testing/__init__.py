"""Tools for tests: gradient checks, cases for every primitive, comparisons with tolerances."""

from diydl.testing.cases import CASES, Case
from diydl.testing.compare import TOLERANCES, assert_close, first_difference, tolerance
from diydl.testing.gradient import GradientReport, gradient_checker
from diydl.testing.net_gradient import net_gradients
from diydl.testing.numeric import check_vjp, slope

__all__ = [
    "CASES",
    "Case",
    "GradientReport",
    "TOLERANCES",
    "assert_close",
    "check_vjp",
    "first_difference",
    "gradient_checker",
    "net_gradients",
    "slope",
    "tolerance",
]
