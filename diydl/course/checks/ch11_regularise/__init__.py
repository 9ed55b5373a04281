"""Chapter 11: norms and noise."""

EXERCISES = (
    "11/recall-he",
    "11/recall-decay",
    "11/recall-centred",
    "11/recall-leak",
    "11/predict-heart",
    "11/predict-scale",
    "11/drop",
    "11/dropout_vjp",
    "11/channel_statistics",
    "11/predict-average",
    "11/running_average",
    "11/predict-bias",
    "11/batch_norm_vjp",
    "11/row_statistics",
    "11/predict-moved",
    "11/random_crop",
    "11/order-epoch",
    "11/stop_early",
    "11/bug-hunt",
)
