"""An operation that lets numbers pass or stops: a plan cannot look at values, its steps can."""

from diydl.primitive import primitive


def _same(x, **_):
    return x


@primitive(shape=_same, dtype=_same, flops=1, view=True)
def check_finite(xp, x, *, what="a value"):
    """Return `x` itself, or raise if anything in it is infinite or no number.

    Within a plan nothing is written before it has passed, so that a step of training with a bad
    loss leaves all parameters as they were.

    Raises
    ------
    FloatingPointError
        That says `what` is not finite.

    Examples
    --------
    >>> check_finite(np.array(1.5))
    array(1.5)
    >>> check_finite(np.array([1.0, np.inf]), what="the loss")
    Traceback (most recent call last):
    FloatingPointError: the loss is not finite: inf
    """
    good = xp.isfinite(x)
    if not good.all():
        raise FloatingPointError(f"{what} is not finite: {xp.ravel(x)[xp.ravel(~good)][0]}")
    return x


@check_finite.def_vjp
def check_finite_vjp(g, out, x, *, what="a value"):
    return (g,)
