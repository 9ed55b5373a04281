"""05/climb: change the picture, not the net."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.net.climb import climb as reference

exercise = Code(
    "05/climb",
    "Climb by changing the picture",
    reference,
    hints=(
        "The gradient of the score says how to change each pixel so that the score grows. Which "
        "way do you go, if you want it to grow?",
        "Make the picture a leaf that wants a gradient. In each step: run up to the score, go back "
        "from the score, and move the picture, within what a picture can be.",
        "1. `picture.unfreeze()`.\n"
        "2. In each step: `net.forward(outputs=score)` and keep its number; "
        "`net.backward({score: 1.0})`.\n"
        "3. Set `picture.value` to the picture plus `rate` times its gradient, clipped to 0 and "
        "1, in a new array.\n"
        "4. After the loop, `picture.freeze()`; return the list of numbers.",
    ),
)


@exercise.driver
def climbed(pieces, start, slopes, steps, rate):
    """Climb score = sum(slopes * picture - picture ** 2); return all there is to see."""
    net = dl.Net()
    start = start.copy()
    picture = net.data(value=start, id="picture")
    weight = dl.Parameter(slopes, name="slopes")
    weight.requires_grad = False
    score = (dl.sum(weight * picture) - dl.sum(picture * picture)).rename("score")
    net.add_loss(dl.sum(picture).rename("ink"))
    net.forward()
    found = pieces.climb(net, picture, score, steps, rate)
    return {
        "kind": type(found).__name__,
        "heights": list(found) if isinstance(found, (list, tuple)) else [],
        "picture": np.array(picture.value),
        "start": start,
        "trained": bool(picture.trained),
        "slopes": np.array(weight.data),
    }


@exercise.mistake(
    "You go downhill. The gradient points to where the score grows: add it to the picture."
)
def downhill(net, picture, score, steps, rate):
    picture.unfreeze()
    heights = []
    for _ in range(steps):
        heights.append(float(net.forward(outputs=score)))
        net.backward({score: 1.0})
        picture.value = np.clip(picture.value - rate * picture.grad, 0.0, 1.0)
    picture.freeze()
    return heights


@exercise.mistake(
    "You go back from the losses of the net. The picture shall change for the score: "
    "`net.backward({score: 1.0})` begins there."
)
def from_the_losses(net, picture, score, steps, rate):
    picture.unfreeze()
    heights = []
    for _ in range(steps):
        net.forward()
        heights.append(float(score.value))
        net.backward()
        picture.value = np.clip(picture.value + rate * picture.grad, 0.0, 1.0)
    picture.freeze()
    return heights


@exercise.mistake(
    "Your pixels leave the range from 0, paper, to 1, ink. The net has never seen such a picture, "
    "and no printer could print it: clip after each step."
)
def without_limits(net, picture, score, steps, rate):
    picture.unfreeze()
    heights = []
    for _ in range(steps):
        heights.append(float(net.forward(outputs=score)))
        net.backward({score: 1.0})
        picture.value = picture.value + rate * picture.grad
    picture.freeze()
    return heights


@exercise.mistake(
    "You clip once, at the end. On the way the picture was where no picture can be, and the path "
    "is another one: clip after each step."
)
def clipped_at_the_end(net, picture, score, steps, rate):
    picture.unfreeze()
    heights = []
    for _ in range(steps):
        heights.append(float(net.forward(outputs=score)))
        net.backward({score: 1.0})
        picture.value = picture.value + rate * picture.grad
    picture.value = np.clip(picture.value, 0.0, 1.0)
    picture.freeze()
    return heights


@exercise.mistake(
    "One gradient for all steps: it was right at the start. The slope changes as the picture "
    "does: forward and backward belong into the loop."
)
def one_gradient(net, picture, score, steps, rate):
    picture.unfreeze()
    heights = [float(net.forward(outputs=score))]
    net.backward({score: 1.0})
    slope = picture.grad.copy()
    for _ in range(steps):
        picture.value = np.clip(picture.value + rate * slope, 0.0, 1.0)
        heights.append(float(net.forward(outputs=score)))
    picture.freeze()
    return heights[:steps]


@exercise.mistake(
    "The heights are those after each step. The first of them should be the one of the picture as "
    "it came, so that one sees where the climb began: take the number before you move."
)
def heights_after(net, picture, score, steps, rate):
    picture.unfreeze()
    heights = []
    net.forward(outputs=score)
    for _ in range(steps):
        net.backward({score: 1.0})
        picture.value = np.clip(picture.value + rate * picture.grad, 0.0, 1.0)
        heights.append(float(net.forward(outputs=score)))
    picture.freeze()
    return heights


@exercise.mistake(
    "The picture is still trained at the end. The next `net.step()` would change it, and it could "
    "not be fed with a batch of another size: `picture.freeze()` makes it an input again."
)
def left_open(net, picture, score, steps, rate):
    picture.unfreeze()
    heights = []
    for _ in range(steps):
        heights.append(float(net.forward(outputs=score)))
        net.backward({score: 1.0})
        picture.value = np.clip(picture.value + rate * picture.grad, 0.0, 1.0)
    return heights
