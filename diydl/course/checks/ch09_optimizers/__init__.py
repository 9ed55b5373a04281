"""Chapter 09: ways downhill."""

EXERCISES = (
    "09/recall-step",
    "09/recall-stale",
    "09/recall-count",
    "09/recall-penalty",
    "09/predict-limit",
    "09/momentum_step",
    "09/predict-speed",
    "09/nesterov_step",
    "09/rmsprop_step",
    "09/predict-first",
    "09/filled",
    "09/adam_step",
    "09/predict-pull",
    "09/shrink",
    "09/warmup_cosine",
    "09/global_norm",
    "09/order-step",
    "09/bug-hunt",
)
