"""06/recall-frozen: who wants a gradient (chapter 05)."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "06/recall-frozen",
    "Who wants a gradient",
    hints=(
        "A module has two inputs, one of them frozen. Does its output want a gradient?",
        "The rule of chapter 05: the output wants one if at least one of the inputs does.",
        "1. The leaves say it themselves.\n"
        "2. Going along the modules, an input that wants one is enough.\n"
        "3. Which line asks for more than one?",
    ),
    code=(
        "def friends_marks(leaves, modules):\n"
        "    for data in leaves:\n"
        "        data.wanted = data.trained\n"
        "    for module in modules:\n"
        "        smooth = module.prim.differentiable\n"
        "        wanted = [x.wanted for x in module.inputs]\n"
        "        module.output.wanted = smooth and all(wanted)"
    ),
    wrong=7,
    fixed="        module.output.wanted = smooth and any(wanted)",
    explain=(
        "With `all`, a layer whose input is a picture, which wants nothing, would hand nothing "
        "on, although its weight is trained. One input that wants a gradient is enough: `any`."
    ),
)
exercise.innocent(2, "Line 2 is right: the leaves are told first.")
exercise.innocent(3, "Line 3 is right: a leaf wants a gradient if it is trained.")
exercise.innocent(4, "Line 4 is right: the modules come in order, inputs before users.")
exercise.innocent(5, "Line 5 is right: no gradient passes what has no derivative.")
exercise.innocent(6, "Line 6 is right: each input says whether it wants one.")
