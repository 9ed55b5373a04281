"""Chapter 06: graphs that wait."""

EXERCISES = (
    "06/recall-view",
    "06/recall-last",
    "06/recall-step",
    "06/recall-frozen",
    "06/predict-computed",
    "06/waiting_for",
    "06/realize_in_order",
    "06/predict-assigned",
    "06/number_steps",
    "06/predict-merged",
    "06/find_twins",
    "06/predict-view",
    "06/last_reads",
    "06/share_buffers",
    "06/predict-moved",
    "06/run_in_blocks",
    "06/predict-traced",
    "06/order-plan",
    "06/least_seconds",
    "06/bug-hunt",
)
