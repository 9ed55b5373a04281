"""05/recall-contexts: one graph, two contexts (chapter 04)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "05/recall-contexts",
    "What does the second context see?",
    hints=(
        "Who owns the numbers in chapter 04, the graph or the context?",
        "A context copies the parameters when it is made. What happens to another one's copies?",
        "1. Both contexts begin with 5.\n"
        "2. The first one runs the step three times: its copy is 8.\n"
        "3. Nothing was committed. What is in the copy of the second?",
    ),
    low=5,
    high=5,
    solution=5,
    explain=(
        "5: each context has copies of its own, and what happens in one stays there until "
        "`commit()`. In this chapter it will be different: a net has one set of numbers, and they "
        "are in its nodes."
    ),
    mistakes=[
        Mistake(
            "shared",
            "That is what the first context sees. The second has a copy of its own, which nobody "
            "has changed.",
            (8, 8),
        ),
        Mistake(
            "one_step",
            "The second context has not run the step at all.",
            (6, 6),
        ),
        Mistake(
            "empty",
            "A context begins with the values of the parameters, not with zeros.",
            (0, 0),
        ),
    ],
)
