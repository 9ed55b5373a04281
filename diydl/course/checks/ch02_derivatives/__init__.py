"""Chapter 02: derivatives you can trust."""

EXERCISES = (
    "02/predict-broadcast",
    "02/view-hunt",
    "02/order-accuracy",
    "02/slope",
    "02/predict-step",
    "02/exp_vjp",
    "02/neg_vjp",
    "02/tanh_vjp",
    "02/check_vjp",
    "02/predict-ones",
    "02/predict-passes",
    "02/sum_vjp",
    "02/matmul_vjp_a",
    "02/matmul_vjp_b",
    "02/backward",
    "02/order-backward",
    "02/bug-hunt",
)
