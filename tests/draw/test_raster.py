"""The reduction of strokes to 8x8, and whether networks recognise what people draw.

`strokes.json` holds forty digits, four of each. The shapes were written down as handwriting before
any network had seen them; where one is not recognised, the reduction is to be mended, never the
strokes.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import diydl as dl
from diydl import data, nn, optim
from diydl.draw import raster

RECORDED = json.loads(Path(__file__).with_name("strokes.json").read_text(encoding="utf-8"))
DIGITS = RECORDED["digits"]
LABELS = np.array([row["digit"] for row in DIGITS])
SEVEN = [[(10, 10), (60, 10), (35, 90)]]


def pictures():
    return np.stack([raster.rasterise(row["strokes"]).ravel() for row in DIGITS])  # (40, 64)


@pytest.fixture(scope="module")
def train():
    return data.load_digits()[0]


@pytest.fixture(scope="module", params=[0, 1, 2])
def hits(request, train):
    """Which of the forty a small network recognises that was trained on the data set alone."""
    dl.seed(request.param)
    net = nn.Sequential(
        nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)
    )
    adam = optim.Adam(net.parameters(), lr=1e-3)
    loader = data.DataLoader(train, batch_size=32, shuffle=True, seed=request.param)
    for _ in range(20):
        for x, labels in loader:
            nn.cross_entropy(net(dl.tensor(x)), labels).backward()
            adam.step()
    scores = net(dl.tensor((pictures() / 16).astype(np.float32))).numpy()  # (40, 10)
    return scores.argmax(axis=1) == LABELS


def test_nine_of_ten_drawn_digits_are_recognised(hits):
    missed = [
        f"{r['digit']} {r['variant']}" for r, hit in zip(DIGITS, hits, strict=True) if not hit
    ]
    assert hits.mean() >= 0.9, f"missed: {missed}"


def test_nine_of_the_ten_plainest_are_recognised(hits):
    first = [int(np.flatnonzero(LABELS == digit)[0]) for digit in range(10)]
    assert hits[first].sum() >= 9


def test_drawn_digits_have_the_ink_of_the_data_set(train):
    drawn, real = pictures(), 16 * train.arrays[0]
    assert drawn.sum(axis=1).mean() == pytest.approx(real.sum(axis=1).mean(), rel=0.05)
    assert (drawn > 0).sum(axis=1).mean() == pytest.approx((real > 0).sum(axis=1).mean(), rel=0.05)
    assert (drawn == 16).sum(axis=1).mean() == pytest.approx(
        (real == 16).sum(axis=1).mean(), rel=0.15
    )


def test_the_recording_holds_four_ways_to_write_each_digit():
    assert np.bincount(LABELS).tolist() == [4] * 10
    points = np.concatenate([np.array(s) for row in DIGITS for s in row["strokes"]])
    assert points.min() >= 0 and points.max() <= RECORDED["size"]


def test_result_is_whole_numbers_from_0_to_16():
    image = raster.rasterise(SEVEN)
    assert image.shape == (8, 8) and image.dtype == np.float64
    assert set(image.ravel()) <= set(range(17))


@pytest.mark.parametrize("strokes", [[], [[]], ()])
def test_nothing_drawn_is_an_empty_picture(strokes):
    assert not raster.rasterise(strokes).any()


@pytest.mark.parametrize(("factor", "shift"), [(2, 64), (0.25, -3), (4, 0)])
def test_size_and_place_do_not_matter(factor, shift):
    for row in DIGITS[::7]:
        moved = [(np.array(stroke) * factor + shift).tolist() for stroke in row["strokes"]]
        np.testing.assert_array_equal(
            raster.rasterise(moved), raster.rasterise(row["strokes"]), row["variant"]
        )


def test_direction_order_and_doubled_points_do_not_matter():
    strokes = DIGITS[16]["strokes"]  # a four, of two strokes
    assert len(strokes) == 2
    other = [[p for p in reversed(stroke) for _ in range(2)] for stroke in reversed(strokes)]
    np.testing.assert_array_equal(raster.rasterise(other), raster.rasterise(strokes))


def test_arrays_and_lists_are_the_same():
    arrays = tuple(np.array(stroke) for stroke in SEVEN)
    np.testing.assert_array_equal(raster.rasterise(arrays), raster.rasterise(SEVEN))


def test_a_wider_pen_leaves_more_ink():
    amounts = [raster.bitmap(SEVEN, pen=pen).sum() for pen in (0.05, 0.1, 0.2)]
    assert amounts == sorted(set(amounts))


def test_bitmap_agrees_with_a_drawing_made_pixel_by_pixel():
    def near(px, py, a, b):  # walk along the piece in small steps
        t = np.linspace(0, 1, 2001)
        return np.hypot(a[0] + t * (b[0] - a[0]) - px, a[1] + t * (b[1] - a[1]) - py).min()

    pieces = list(zip(SEVEN[0], SEVEN[0][1:], strict=False))
    radius = 0.12 * 80 / 2
    width, height = 50 + 2 * radius, 80 + 2 * radius
    expected = np.zeros((32, 32), dtype=bool)
    for row in range(32):
        for column in range(20):
            px = 10 - radius + (column + 0.5) * width / 20
            py = 10 - radius + (row + 0.5) * height / 32
            expected[row, 6 + column] = min(near(px, py, a, b) for a, b in pieces) <= radius
    assert (raster.bitmap(SEVEN, pen=0.12) != expected).sum() <= 1  # a tie at an edge


def test_bitmap_fills_20_columns_and_32_rows():
    for row in DIGITS:
        ink = raster.bitmap(row["strokes"])
        assert np.flatnonzero(ink.any(axis=0))[[0, -1]].tolist() == [6, 25]
        assert np.flatnonzero(ink.any(axis=1))[[0, -1]].tolist() == [0, 31]


def test_a_dot_and_a_level_line_leave_ink():
    assert raster.rasterise([[(5, 5)]]).any()
    assert raster.rasterise([[(5, 5), (90, 5)]]).any()


def block(width, height=32):
    ink = np.zeros((32, 32), dtype=bool)
    ink[(32 - height) // 2 : (32 + height) // 2, (32 - width) // 2 : (32 + width) // 2] = True
    return ink


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (block(20), block(16, 28)),  # 640: thinned twice
        (block(14), block(12, 30)),  # 448: thinned once
        (block(12), block(12)),  # 384: left alone
        (block(8), block(8)),  # 256: still left alone
    ],
)
def test_thick_ink_is_thinned(before, after):
    np.testing.assert_array_equal(raster.even_ink(before), after)


def test_thin_ink_is_thickened_once_or_twice():
    assert raster.even_ink(block(6))[16].sum() == 8  # 192
    assert raster.even_ink(block(2))[16].sum() == 6  # 64
    assert not raster.even_ink(block(0)).any()


def test_a_slanted_bar_is_put_upright_and_an_upright_one_left():
    slanted = np.zeros((32, 32), dtype=bool)
    for row in range(32):
        start = round(18 - row * 8 / 31)
        slanted[row, start : start + 4] = True
    upright = raster.straighten(slanted)
    edges = [int(line.argmax()) for line in upright]
    assert max(edges) - min(edges) <= 2  # before: 8
    assert upright.sum() == slanted.sum()
    np.testing.assert_array_equal(raster.straighten(block(6)), block(6))


def test_ink_that_is_flat_or_missing_is_not_sheared():
    for ink in (block(20, 4), block(0)):
        np.testing.assert_array_equal(raster.straighten(ink), ink)


def test_blocks_are_counted_where_they_stand():
    ink = np.zeros((32, 32), dtype=bool)
    ink[4:8, 8:12] = True
    ink[31, 31] = True
    counts = raster.count_blocks(ink)
    assert counts[1, 2] == 16 and counts[7, 7] == 1 and counts.sum() == 17


@pytest.mark.parametrize(
    "strokes",
    [[[1, 2, 3]], [[(1, 2), (3,)]], [[(1, float("nan"))]], [[("a", "b")]], [[(1, 2, 3)]], ["abc"]],
)
def test_strokes_of_another_form_are_refused_with_an_example(strokes):
    with pytest.raises(ValueError, match=r"stroke 0 must be a list of points.*strokes look like"):
        raster.rasterise(strokes)


def test_strokes_that_are_no_sequence_are_refused():
    with pytest.raises(ValueError, match="strokes look like"):
        raster.rasterise([5])
