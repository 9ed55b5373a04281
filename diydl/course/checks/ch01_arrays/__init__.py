"""Chapter 01: arrays that do the work."""

EXERCISES = (
    "01/predict-outputs",
    "01/order-exam",
    "01/hunt-exam",
    "01/predict-wrap",
    "01/row_major_strides",
    "01/predict-view",
    "01/replace_rows",
    "01/predict-speed",
    "01/predict-pairs",
    "01/broadcast_shape",
    "01/standardise",
    "01/pairwise_distances",
    "01/block_sums",
    "01/bug-hunt",
)
