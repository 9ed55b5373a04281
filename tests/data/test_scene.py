"""The scene is where its formulas say, and the same from every side."""

import numpy as np
import pytest

from diydl.data import scene
from diydl.data.scene import RADIUS, camera, distances, march, rays, tiny_scene


@pytest.fixture(scope="module")
def shots():
    return tiny_scene(views=6, size=40)


def test_shapes_are_those_of_tiny_nerf(shots):
    assert (shots.images.shape, shots.images.dtype) == ((6, 40, 40, 3), np.float32)
    assert (shots.poses.shape, shots.poses.dtype) == ((6, 4, 4), np.float32)
    assert 0 <= shots.images.min() < 0.01
    assert 0.7 < shots.images.max() <= 1
    assert shots.depths.shape == (6, 40, 40)
    assert ((shots.images.max(axis=-1) > 0) == (shots.depths > 0)).all()
    share = (shots.depths > 0).mean(axis=(1, 2))
    assert share.min() > 0.25
    assert share.max() < 0.8


def test_cameras_stand_around_and_look_at_the_middle(shots):
    for pose in shots.poses:
        turn = pose[:3, :3]
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-6)
        assert np.linalg.det(turn) == pytest.approx(1, abs=1e-5)
        assert np.linalg.norm(pose[:3, 3]) == pytest.approx(RADIUS, rel=1e-5)
        np.testing.assert_allclose(turn[:, 2], pose[:3, 3] / RADIUS, atol=1e-6)  # -z: the origin
        assert turn[2, 1] > 0  # y of the camera is up
    assert np.ptp(shots.poses[:, 2, 3]) > 1


def test_rays_hit_surfaces_at_the_depth_that_is_noted(shots):
    for pose, depth in zip(shots.poses, shots.depths, strict=True):
        origins, directions = rays(40, 40, shots.focal, pose.astype(float))
        directions = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
        seen = depth > 0
        there = origins[seen] + depth[seen][:, None] * directions[seen]
        assert np.abs(distances(there).min(axis=0)).max() < 1e-3
        half = origins[seen] + 0.5 * depth[seen][:, None] * directions[seen]
        assert distances(half).min() > 0  # nothing in between


def test_a_ball_is_hit_where_algebra_says():
    start, centre = np.array([-0.6, -4.0, 0.0]), np.array([-0.6, -0.45, 0.0])
    target = centre + np.array([[0.0, 0, 0.1], [0.2, 0, 0.2], [0.45, 0, 0.0], [-0.3, 0, 0.3]])
    way = target - start
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    along = way @ (centre - start)
    off = np.sum((centre - start) ** 2) - along**2
    expected = along - np.sqrt(0.5**2 - off)
    found = march(np.broadcast_to(start, way.shape), way)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_two_cameras_see_the_same_colour_at_the_same_place(shots):
    """What one sees is put into the other's picture: the same, unless something stands before."""
    a, b = 0, 3
    origins, directions = rays(40, 40, shots.focal, shots.poses[a].astype(float))
    directions = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
    seen = shots.depths[a] > 0
    places = origins[seen] + shots.depths[a][seen][:, None] * directions[seen]
    eye = shots.poses[b][:3, 3].astype(float)
    way = places - eye
    colour, depth = scene.render(np.broadcast_to(eye, way.shape), way)
    free = np.abs(depth - np.linalg.norm(way, axis=1)) < 2e-3
    assert free.mean() > 0.4
    off = np.abs(colour[free] - shots.images[a][seen][free]).max(axis=1)
    assert np.quantile(off, 0.98) < 0.02  # but for the edges of squares and of the box


def test_pixels_look_where_the_convention_says():
    origins, directions = rays(4, 6, 2.0, np.eye(4))
    np.testing.assert_allclose(directions[2, 3], [0, 0, -1])
    np.testing.assert_allclose(directions[0, 0], [-1.5, 1.0, -1.0])
    assert (origins == 0).all()
    pose = camera(0.3, 0.5)
    np.testing.assert_allclose(rays(4, 6, 2.0, pose)[1][2, 3], -pose[:3, 2], atol=1e-12)


def test_the_seed_moves_the_cameras():
    a, b, c = (tiny_scene(1, 8, seed=seed).poses for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()
    with pytest.raises(ValueError, match="at least one view"):
        tiny_scene(0)
