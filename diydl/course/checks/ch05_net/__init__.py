"""Chapter 05: data, modules, nets."""

EXERCISES = (
    "05/recall-contexts",
    "05/recall-uses",
    "05/recall-shares",
    "05/recall-sweep",
    "05/compute",
    "05/pass_back",
    "05/receive",
    "05/unroll",
    "05/predict-shared",
    "05/mark_wanted",
    "05/predict-frozen",
    "05/predict-reported",
    "05/redirect",
    "05/order-transplant",
    "05/climb",
    "05/bug-hunt",
)
