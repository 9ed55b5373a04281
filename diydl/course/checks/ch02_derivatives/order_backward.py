"""02/order-backward: the backward list of a network with two layers."""

from diydl.course.question import Ordering

exercise = Ordering(
    "02/order-backward",
    "The backward list",
    hints=(
        "Every line needs a gradient that another line makes. Which one can begin, with nothing "
        "but g?",
        "Read the forward list from its end to its beginning: sum, square, second product, tanh, "
        "first product.",
        "1. Through the sum: g becomes gq.\n"
        "2. Through the square: gq becomes ge.\n"
        "3. Through the second product: ge becomes gh and gw2.\n"
        "4. Through tanh: gh becomes ga.\n"
        "5. Through the first product: ga becomes gw1.",
    ),
    steps={
        "sum": "(gq,) = reduce.sum_vjp(g, loss, q)",
        "square": "(ge,) = square_vjp(gq, q, e)",
        "second": "gh, gw2 = linalg.matmul_vjp_a(ge, w2), linalg.matmul_vjp_b(ge, h)",
        "tanh": "(ga,) = special.tanh_vjp(gh, h, a)",
        "first": "gw1 = linalg.matmul_vjp_b(ga, pictures)",
    },
    distractors={
        "past_tanh": (
            "gw1 = linalg.matmul_vjp_b(gh, pictures)",
            "it walks past tanh: gh belongs to h, what came out of tanh, and the first product "
            "made a.",
        ),
    },
    shown=("tanh", "first", "sum", "past_tanh", "second", "square"),
    explain="The forward list, read from its end: each line turns the g of a result into the g of "
    "what it was made from.",
)
exercise.wrong_order(
    "That is the forward order. Backward starts at the end, where the final number is: only there "
    "is a g known.",
    *("first", "tanh", "second", "square", "sum"),
)
exercise.wrong_order(
    "`ge` is made by the square, and the second product needs it. Forward the square came after "
    "the product, so backward it comes before.",
    *("sum", "second", "square", "tanh", "first"),
)
exercise.wrong_order(
    "`ga` is what comes back through tanh, and the first product needs it: tanh stands between "
    "the two products on the way back as well.",
    *("sum", "square", "second", "first", "tanh"),
)
