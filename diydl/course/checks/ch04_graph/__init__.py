"""Chapter 04: describe first, run later."""

EXERCISES = (
    "04/recall-tape",
    "04/recall-order",
    "04/recall-column",
    "04/recall-stale",
    "04/predict-described",
    "04/apply",
    "04/evaluate",
    "04/predict-needed",
    "04/needed",
    "04/last_uses",
    "04/way_back",
    "04/describe_gradients",
    "04/predict-contexts",
    "04/order-train",
    "04/hinge",
    "04/bug-hunt",
)
