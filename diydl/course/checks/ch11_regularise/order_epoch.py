"""11/order-epoch: train, look, keep."""

from diydl.course.question import Ordering

exercise = Ordering(
    "11/order-epoch",
    "One epoch, with a look at new pictures",
    hints=(
        "In which mode does the network train, and in which is it measured?",
        "First train, in training mode; then measure, in use mode; then decide whether these "
        "weights are the best so far.",
        "1. Two lines switch the mode. Each stands right before what needs it.\n"
        "2. The decision needs the loss, so the measurement comes before it.\n"
        "3. One of the lines that measure looks at what nobody may look at before the end.",
    ),
    steps={
        "train": "model.train()",
        "steps": "for x, y in training: step(x, y)",
        "eval": "model.eval()",
        "look": "loss = mean_loss(model, validation)",
        "keep": "if loss < best: best, kept = loss, model.state_dict()",
    },
    distractors={
        "test": (
            "loss = mean_loss(model, test)",
            "Whoever chooses an epoch by the test has trained on the test. It is looked at once, "
            "at the very end; the choice is made by pictures set aside for it, the validation.",
        ),
    },
    shown=("look", "train", "keep", "test", "eval", "steps"),
    explain=(
        "Train in training mode, measure in use, then decide; and the next epoch begins with "
        "`model.train()`, since the measurement has left the network in the other mode."
    ),
)
exercise.wrong_order(
    "You measure in training mode: dropout leaves out parts of the network, and a batch norm lets "
    "the validation change its averages. `model.eval()` comes before the look.",
    *("train", "steps", "look", "eval", "keep"),
)
exercise.wrong_order(
    "You train in use mode: nothing is dropped, and the averages never move. The mode is switched "
    "back *before* the steps.",
    *("eval", "steps", "train", "look", "keep"),
)
exercise.wrong_order(
    "The decision needs the loss of these weights, and that is measured first.",
    *("train", "steps", "eval", "keep", "look"),
)
