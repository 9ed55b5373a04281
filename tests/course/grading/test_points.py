import pytest

from diydl.course.grading.points import PointsError, worth


def told(tmp_path, text):
    path = tmp_path / "points.toml"
    path.write_text(text)
    return path


def test_marks_count_unless_told_otherwise():
    points = worth("03")
    assert points["03/sum_to"] == {
        "test_values": 3,
        "test_nothing_to_sum": 1,
        "test_dtype": 1,
        "test_refuses": 1,
    }


@pytest.mark.parametrize("total", [0, 1, 6, 10, 12.5, 100, 0.07])
def test_a_total_is_spread_as_the_marks_are(tmp_path, total):
    path = told(tmp_path, f'"03/sum_to" = {total}')
    before, after = worth("03"), worth("03", path)
    assert round(sum(after["03/sum_to"].values()), 10) == total
    assert after["03/sum_to"]["test_values"] >= after["03/sum_to"]["test_dtype"] >= 0
    assert after | {"03/sum_to": None} == before | {"03/sum_to": None}


def test_single_tests_change_and_the_others_stay(tmp_path):
    path = told(tmp_path, '["03/sum_to"]\ntest_dtype = 4\ntest_refuses = 0\n')
    assert worth("03", path)["03/sum_to"] == {
        "test_values": 3,
        "test_nothing_to_sum": 1,
        "test_dtype": 4,
        "test_refuses": 0,
    }


def test_one_file_may_hold_all_chapters(tmp_path):
    path = told(tmp_path, '"00/relu" = 50\n"03/sum_to" = 12\n')
    assert sum(worth("00", path)["00/relu"].values()) == 50
    assert sum(worth("03", path)["03/sum_to"].values()) == 12
    assert "00/relu" not in worth("03", path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"03/sumto" = 3', "no exercise '03/sumto' with points; did you mean '03/sum_to'"),
        ('"99/x" = 3', "no exercise '99/x'"),
        ("sum_to = 3", "no exercise 'sum_to' with points; did you mean '03/sum_to'"),
        ('"03/predict_bias" = 3', "no exercise '03/predict_bias' with points"),
        ('["03/sum_to"]\ntest_dtipe = 3', "no test 'test_dtipe'; did you mean 'test_dtype'"),
        ('"03/sum_to" = -1', "expected a number of points"),
        ('"03/sum_to" = "3"', "expected a number of points"),
        ('"03/sum_to" = true', "expected a number of points"),
        ('"03/sum_to" = nan', "expected a number of points"),
        ('["03/sum_to"]\ntest_dtype = []', "expected a number of points"),
        ('"03/sum_to" = ', "is not TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_nearest(tmp_path, text, said):
    path = told(tmp_path, text)
    with pytest.raises(PointsError, match=said):
        worth("03", path)
    with pytest.raises(PointsError, match="points.toml"):
        worth("00", path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(PointsError, match="cannot be read"):
        worth("03", tmp_path / "none.toml")


def test_hidden_tests_have_points_too(tmp_path):
    folder = tmp_path / "hidden" / "ch00_first_win"
    folder.mkdir(parents=True)
    (folder / "test_relu.py").write_text(
        "import pytest\n\npytestmark = pytest.mark.exercise('00/relu')\n\n\n"
        "@pytest.mark.points(2)\ndef test_secret(sub, dl):\n    '''A secret'''\n    assert True\n"
    )
    path = told(tmp_path, '["00/relu"]\ntest_secret = 7\n')
    assert worth("00", None, tmp_path / "hidden")["00/relu"]["test_secret"] == 2
    assert worth("00", path, tmp_path / "hidden")["00/relu"]["test_secret"] == 7
    with pytest.raises(PointsError, match="no test 'test_secret'"):
        worth("00", path)
