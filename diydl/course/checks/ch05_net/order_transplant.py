"""05/order-transplant: the steps of an operation."""

from diydl.course.question import Ordering

exercise = Ordering(
    "05/order-transplant",
    "The steps of a transplant",
    hints=(
        "What must you have in your hand before you can cut?",
        "An input that is connected refuses another edge; and the net gives optimizers to leaves "
        "that it knows.",
        "1. Look the module up.\n"
        "2. Both edges of the old head go before those of the new one come.\n"
        "3. With the edges, the new parameters come into the net: now they can have an "
        "optimizer.\n"
        "4. Train.",
    ),
    steps={
        "find": 'head = net.get_node("scores").source',
        "off": 'for name in ("w", "b"): head.disconnect(name)',
        "on": 'head.connect("w", new.weight); head.connect("b", new.bias)',
        "optimizer": "net.set_optimizer(optim.Adam, new, lr=0.01)",
        "train": "train(net)",
    },
    distractors={
        "layer": (
            'for name in ("w", "b"): new.disconnect(name)',
            "`new` is a layer of `nn`: a function with parameters, and no module of the net. It "
            "has no edges.",
        ),
    },
    shown=("on", "train", "layer", "optimizer", "off", "find"),
    explain="Look up, disconnect, connect, give an optimizer, train.",
)
exercise.wrong_order(
    "The net does not know the new parameters yet when they shall have an optimizer: they come "
    "into it with the edges.",
    *("find", "off", "optimizer", "on", "train"),
)
exercise.wrong_order(
    "The old edges have to be taken away first: an input that is connected refuses another edge.",
    *("find", "on", "off", "optimizer", "train"),
)
exercise.wrong_order(
    "You cut before you have looked up where: `head` has no value yet.",
    *("off", "find", "on", "optimizer", "train"),
)
exercise.wrong_order(
    "Training comes last: before that the new head has to be there, with its optimizer.",
    *("find", "off", "on", "train", "optimizer"),
)
