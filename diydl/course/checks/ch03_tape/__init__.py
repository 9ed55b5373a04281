"""Chapter 03: a tape that remembers."""

EXERCISES = (
    "03/recall-knobs",
    "03/recall-uses",
    "03/recall-upstream",
    "03/recall-step",
    "03/predict-two-ways",
    "03/play_back",
    "03/order-sweep",
    "03/toposort",
    "03/predict-bias",
    "03/sum_to",
    "03/add_vjp_y",
    "03/mul_vjp_x",
    "03/mul_vjp_y",
    "03/reverse_sweep",
    "03/predict-kept",
    "03/newton_step",
    "03/bug-hunt",
)
