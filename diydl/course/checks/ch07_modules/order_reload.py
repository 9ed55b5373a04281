"""07/order-reload: what brings a trained model back."""

from diydl.course.question import Ordering

exercise = Ordering(
    "07/order-reload",
    "The way of a model to another computer",
    hints=(
        "A file of arrays does not say what a model does. What has to be there before they can be "
        "put anywhere?",
        "On this computer: train, then save. On the other: build, load, tell it that it is in use, "
        "ask it.",
        "1. What is saved before it was trained is worth nothing.\n"
        "2. `load` writes into a model that is there: it is built by the same lines.\n"
        "3. `eval` before the first question: dropout would drop.",
    ),
    steps={
        "train": "fit(model, train, epochs=20)",
        "save": 'model.save("digits.safetensors")',
        "build": "copy = make_model()",
        "load": 'copy.load("digits.safetensors")',
        "eval": "copy.eval()",
        "ask": "copy(picture)",
    },
    distractors={
        "pickle": (
            'copy = pickle.load(open("digits.pickle", "rb"))',
            "A pickle is a program: whoever loads it runs what somebody else has written into it.",
        ),
        "begin": (
            "init.fill(copy, init.he_normal)",
            "A beginning after loading would throw away what was loaded; and before it, it would "
            "be overwritten.",
        ),
    },
    shown=("load", "begin", "ask", "train", "pickle", "eval", "build", "save"),
    explain=(
        "Train and save here; build, load, switch to use, and ask there. The file holds arrays and "
        "their names; what is done with them stands in the program."
    ),
)
exercise.wrong_order(
    "You load before there is a model: the file holds arrays only, and they need a place.",
    *("train", "save", "load", "build", "eval", "ask"),
)
exercise.wrong_order(
    "You save what was not trained yet.",
    *("save", "train", "build", "load", "eval", "ask"),
)
exercise.wrong_order(
    "The model is asked before it knows that it is in use: dropout and batch norm would still do "
    "what they do in training.",
    *("train", "save", "build", "load", "ask", "eval"),
)
exercise.wrong_order(
    "This would run as well, for loading does not change the mode. The question asks for the copy "
    "to be filled first, then switched to use.",
    *("train", "save", "build", "eval", "load", "ask"),
)
