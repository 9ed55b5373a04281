"""Chapter 10: the training loop."""

EXERCISES = (
    "10/recall-steps",
    "10/recall-copy",
    "10/recall-adam",
    "10/recall-uniform",
    "10/predict-sorted",
    "10/epoch_order",
    "10/cut_batches",
    "10/train_epoch",
    "10/predict-mean",
    "10/evaluate",
    "10/ranks",
    "10/spread_classes",
    "10/early_stop",
    "10/accumulate",
    "10/predict-forgotten",
    "10/gather_state",
    "10/order-write",
    "10/bug-hunt",
)
