"""Chapter 08: what to minimise."""

EXERCISES = (
    "08/recall-keepdims",
    "08/recall-exp",
    "08/recall-hinge",
    "08/recall-parameters",
    "08/predict-product",
    "08/huber",
    "08/predict-rounded",
    "08/logistic",
    "08/logistic_vjp",
    "08/log_softmax",
    "08/order-stable",
    "08/predict-classes",
    "08/cross_entropy_vjp",
    "08/smoothed",
    "08/predict-blind",
    "08/balanced",
    "08/soft_dice",
    "08/predict-shrink",
    "08/bug-hunt",
)
