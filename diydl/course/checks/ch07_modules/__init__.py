"""Chapter 07: layers and their beginnings."""

EXERCISES = (
    "07/recall-shared",
    "07/recall-slope",
    "07/recall-scores",
    "07/recall-runs",
    "07/held",
    "07/walk",
    "07/predict-shared",
    "07/affine",
    "07/one_after_another",
    "07/predict-cost",
    "07/predict-twins",
    "07/predict-growth",
    "07/gain_of",
    "07/fans",
    "07/xavier_uniform",
    "07/he_normal",
    "07/misfits",
    "07/order-reload",
    "07/bug-hunt",
)
