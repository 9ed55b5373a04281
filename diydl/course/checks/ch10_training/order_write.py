"""10/order-write: a file that is whole or not there."""

from diydl.course.question import Ordering

exercise = Ordering(
    "10/order-write",
    "A checkpoint that survives a lost power cord",
    hints=(
        "At each moment the power may fail. After which of these lines is there a moment without "
        "any whole file?",
        "Write somewhere else first. Only what has really reached the disk may take the old "
        "file's place, and it takes it at one stroke.",
        "1. The new file is written beside the old one.\n"
        "2. The system is asked to bring it to the disk, not only into its memory.\n"
        "3. Then it gets the old one's name, which is a single act.",
    ),
    steps={
        "beside": 'write everything to "run.tmp"',
        "flush": 'wait until "run.tmp" is on the disk (fsync)',
        "rename": 'rename "run.tmp" to "run.safetensors"',
    },
    distractors={
        "delete": (
            'delete the old "run.safetensors"',
            "Between deleting and the end of writing there is no whole file. Renaming replaces "
            "the old one by itself.",
        ),
        "over": (
            'write everything to "run.safetensors"',
            "Writing over the old file destroys it from the first byte on; if the power fails "
            "halfway, there is half of the new one and nothing of the old one.",
        ),
    },
    shown=("rename", "over", "flush", "delete", "beside"),
    explain=(
        "Beside, to the disk, rename. At every moment one whole file is there, the old or the new "
        "one. `Trainer.save` does it so."
    ),
)
exercise.wrong_order(
    "The name is given before the content has reached the disk. A file system may do the one at "
    "once and the other seconds later: after a lost power cord the new name would stand for an "
    "empty file.",
    *("beside", "rename", "flush"),
)
exercise.wrong_order(
    "There is no new file yet that could be renamed: it is written first.",
    *("rename", "beside", "flush"),
)
exercise.wrong_order(
    "What was not written yet cannot be brought to the disk: first write, beside the old file.",
    *("flush", "beside", "rename"),
)
