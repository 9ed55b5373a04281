import copy
import inspect
import pickle
import sys
import threading

import pytest

from diydl.exercise import (
    SLOTS,
    HiddenReferenceError,
    ReentryError,
    exercise,
    find_slot,
    listening,
    masked,
    overlay,
    overlay_version,
    references,
    signature_problem,
    under_test,
)


@exercise("98/scale")
def scale(x, *, by=2):
    """Multiply."""
    return by * x


class Thing:
    @exercise("98/method")
    def grow(self, amount):
        return amount + 1


def tenfold(x, *, by=2):
    return 10 * by * x


def test_a_slot_looks_like_its_function():
    assert scale(3) == 6
    assert scale.__name__ == "scale"
    assert scale.__doc__ == "Multiply."
    assert str(inspect.signature(scale)) == "(x, *, by=2)"
    assert "return by * x" in inspect.getsource(scale)


def test_a_slot_works_as_a_method():
    assert Thing().grow(1) == 2
    with overlay({"98/method": lambda self, amount: type(self).__name__}):
        assert Thing().grow(1) == "Thing"


def test_a_slot_is_copied_and_pickled_by_name():
    assert copy.deepcopy(scale) is scale
    assert pickle.loads(pickle.dumps(scale)) is scale


def test_an_overlay_swaps_and_restores():
    with overlay({"98/scale": tenfold}):
        assert scale(1) == 20
        assert "overlaid" in repr(scale)
    assert scale(1) == 2


def test_an_overlay_is_undone_after_an_exception():
    with pytest.raises(ZeroDivisionError), overlay({"98/scale": tenfold}):
        raise ZeroDivisionError
    assert scale(1) == 2


def test_overlays_nest():
    with overlay({"98/scale": tenfold}):
        with overlay({"98/scale": lambda x, *, by=2: -1}):
            assert scale(1) == -1
        assert scale(1) == 20


def test_overlays_left_out_of_order_take_away_their_own_layer():
    first, second = overlay({"98/scale": tenfold}), overlay({"98/scale": lambda x, *, by=2: -1})
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert scale(1) == -1
    second.__exit__(None, None, None)
    assert scale(1) == 2


def test_another_thread_sees_the_overlay():
    seen = []
    with overlay({"98/scale": tenfold}):
        thread = threading.Thread(target=lambda: seen.append(scale(1)))
        thread.start()
        thread.join()
    assert seen == [20]


def test_each_swap_changes_the_version():
    before = overlay_version()
    with overlay({"98/scale": tenfold}):
        inside = overlay_version()
    assert before != inside != overlay_version()


def test_references_see_through_overlays():
    with overlay({"98/scale": tenfold}), references():
        assert scale(1) == 2


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda y, *, by=2: 0, "rename the parameter y to x"),
        (lambda x: 0, "add the parameter by"),
        (lambda x, by=2: 0, "write by=2 as in the expected header"),
        (lambda x, *, by=3: 0, "write by=3 as in the expected header"),
        (lambda x, *, by=2, more: 0, "nothing will be passed for more"),
        (int, "expected a function"),
        (3, "expected a function"),
    ],
)
def test_another_signature_is_refused_and_nothing_swapped(answer, complaint):
    with pytest.raises(TypeError, match=complaint), overlay({"98/scale": answer}):
        pytest.fail("the block ran")
    assert scale(1) == 2


def test_optional_further_parameters_are_fine():
    assert signature_problem(scale, lambda x, *, by=2, debug=False, **more: x) is None


def test_unknown_ids_suggest_the_nearest():
    with pytest.raises(LookupError, match="did you mean '98/scale'"):
        find_slot("98/scal")


def test_classes_are_not_marked():
    with pytest.raises(TypeError, match="the class int"):
        exercise("98/class")(int)


def test_an_id_belongs_to_one_function():
    with pytest.raises(ValueError, match="declared twice"):
        exercise("98/scale")(tenfold)


def test_the_same_function_may_be_marked_again_as_on_reload():
    def again(x):
        return x

    exercise("98/again")(again)
    exercise("98/again")(again)
    assert SLOTS["98/again"](1) == 1


@pytest.mark.parametrize(
    "look",
    [
        lambda: scale.reference,
        lambda: scale.__wrapped__,
        lambda: SLOTS["98/scale"],
        lambda: dict(SLOTS),
        lambda: inspect.getsource(scale),
        lambda: inspect.unwrap(scale),
    ],
)
def test_a_masked_reference_cannot_be_reached(look):
    with masked(["98/scale"]), pytest.raises(HiddenReferenceError, match="hidden while"):
        look()
    look()


def test_masks_count():
    with masked(["98/scale"]):
        with masked(["98/scale"]):
            pass
        with pytest.raises(HiddenReferenceError):
            _ = scale.reference


def test_the_function_under_test_is_in_the_slot():
    with under_test({"98/scale": tenfold}) as mine:
        assert scale(1) == mine["98/scale"](1) == 20
        assert scale.current is mine["98/scale"]
    assert scale(1) == 2


def test_reentry_through_the_library_is_an_error_that_says_so():
    def own(x, *, by=2):
        return scale(x)

    with under_test({"98/scale": own}) as mine:
        with pytest.raises(ReentryError, match="calls scale of the library"):
            mine["98/scale"](1)
        with pytest.raises(ReentryError):
            scale(1)


def test_recursion_by_the_own_name_is_fine():
    def factorial(x, *, by=2):
        return 1 if x < 2 else x * factorial(x - 1)

    with under_test({"98/scale": factorial}):
        assert scale(5) == 120


def test_what_has_no_slot_is_guarded_only():
    with under_test({"98/no-slot": lambda x: x}) as mine:
        assert mine["98/no-slot"](3) == 3
    assert "98/no-slot" not in SLOTS


def test_it_knows_nothing_of_the_course_and_needs_the_standard_library_only():
    source = inspect.getsource(sys.modules["diydl.exercise"])
    assert "diydl." not in source.replace("diydl.exercise", "")
    assert "numpy" not in source


def test_listeners_hear_every_call_and_whose_function_it_was():
    heard = []
    with listening(lambda *call: heard.append(call)):
        scale(1)
        with overlay({"98/scale": tenfold}):
            assert scale(1) == 20
        scale(1)
    scale(1)
    assert heard == [("98/scale", False), ("98/scale", True), ("98/scale", False)]


def test_a_slot_is_as_it_was_once_nobody_listens():
    version = overlay_version()
    with pytest.raises(KeyError), listening(lambda *_: None):
        assert scale.current is not scale.reference
        raise KeyError
    assert scale.current is scale.reference
    assert overlay_version() == version + 2


def test_listeners_leave_in_any_order_also_within_overlays():
    first, second = [], []
    one, two = listening(lambda id, _: first.append(id)), listening(lambda id, _: second.append(id))
    with overlay({"98/scale": tenfold}):
        one.__enter__()
        two.__enter__()
        scale(1)
        one.__exit__(None, None, None)
        scale(1)
    two.__exit__(None, None, None)
    assert (len(first), len(second)) == (1, 2)
    assert scale(1) == 2


def test_a_slot_made_meanwhile_is_heard():
    heard = []
    with listening(lambda id, _: heard.append(id)):

        @exercise("98/late")
        def late(x):
            return x

        late(1)
    assert heard == ["98/late"]


def test_a_slot_knows_whether_its_reference_is_reached():
    slot = find_slot("98/scale")
    assert not slot.intercepted
    with overlay({"98/scale": lambda x, *, by=2: x}):
        assert slot.intercepted
    with listening(lambda id, overlaid: None):
        assert slot.intercepted
    assert not slot.intercepted
