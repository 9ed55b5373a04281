"""07/bug-hunt: layers that nobody finds."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "07/bug-hunt",
    "A network that learns less than half of what it could",
    hints=(
        "The program prints how many numbers are trained. How many should it be, and which are "
        "missing?",
        "Parameters are looked for in attributes, and in lists, tuples and dictionaries among "
        "them.",
        "1. There should be four layers.\n"
        "2. The walk finds the first and the last.\n"
        "3. In what are the others kept?",
    ),
    code=(
        "class Deep(nn.Module):\n"
        "    def __init__(self, width):\n"
        "        self.first = nn.Linear(64, width)\n"
        "        self.middle = {nn.Linear(width, width) for _ in range(2)}\n"
        "        self.last = nn.Linear(width, 10)\n"
        "\n"
        "    def forward(self, x):\n"
        "        x = dl.relu(self.first(x))\n"
        "        for layer in self.middle:\n"
        "            x = dl.relu(layer(x))\n"
        "        return self.last(x)\n"
        "\n"
        "model = init.fill(Deep(48), init.he_normal)\n"
        "optimizer = optim.Adam(model.parameters(), lr=0.01)\n"
        'print("trained:", sum(p.size for p in optimizer.params))'
    ),
    wrong=4,
    fixed="        self.middle = [nn.Linear(width, width) for _ in range(2)]",
    explain=(
        "Square and curly brackets are easily confused: this is a set. Sets have no order, so they "
        "have no names to give, and the walk passes over them. The layers are applied, but neither "
        "trained, nor begun afresh, nor saved."
    ),
)
exercise.innocent(5, "Line 5 is right: a layer in an attribute is found.")
exercise.innocent(
    9, "Line 9 does what it says. But in which order does it go, and would that be saved?"
)
exercise.innocent(
    13, "Line 13 is right: it begins all weights afresh that it finds. Which does it not find?"
)
exercise.innocent(14, "Line 14 is right: it hands over all parameters that the walk finds.")
