"""Chapter 00: a network in a minute."""

EXERCISES = (
    "00/predict-untrained",
    "00/relu",
    "00/order-step",
    "00/accuracy",
    "00/bug-hunt",
)
