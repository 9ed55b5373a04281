"""A small scene, photographed from all sides by ray marching: what a NeRF is trained on.

A shape is a function that returns for any place its distance to the surface, negative inside. To
see it, one walks along a ray as far as the nearest surface may be, again and again, until one
stands on it ("sphere tracing"). Colours do not depend on where one looks from.
"""

from typing import NamedTuple

import numpy as np

STEPS = 96  # along a ray; a few rays that graze a surface need that many
CLOSE = 1e-4  # of a surface: there
FAR = 8.0  # beyond everything
RADIUS = 4.0  # from the middle of the scene to the cameras
LIGHT = np.array([0.4, -0.3, 0.85]) / np.linalg.norm([0.4, -0.3, 0.85])


class Scene(NamedTuple):
    """Pictures, and where the camera stood; `depths` is 0 where there is nothing."""

    images: np.ndarray  # (N, H, W, 3) float32 from 0 to 1, black where there is nothing
    poses: np.ndarray  # (N, 4, 4) float32, from the camera's coordinates to the world's
    focal: float  # in pixels
    depths: np.ndarray  # (N, H, W) float32, distances along the rays


def tiny_scene(views=40, size=48, *, seed=0):
    """Photograph a ball, a box and a ring on a chequered disc from `views` sides.

    Takes the place of the well-known "tiny NeRF" pictures of a toy, which may not be used for every
    purpose: the same arrays, in the same conventions. The camera looks along its negative z axis,
    y is up, the scene lies within 1.5 of the origin, and the cameras at a distance of 4.

    Parameters
    ----------
    views : int
        N. The camera goes round by the golden angle and up and down between 15 and 65 degrees, so
        that any first few pictures show all sides.
    size : int
        Rows and columns of each picture.
    seed : int
        Shifts where the camera begins.

    Returns
    -------
    Scene
        images (N, size, size, 3), poses (N, 4, 4), focal, depths (N, size, size).

    References
    ----------
    B. Mildenhall and others, "NeRF", ECCV 2020 (the conventions); J. Hart, "Sphere tracing", The
    Visual Computer 12, 1996.

    Examples
    --------
    >>> scene = tiny_scene(views=2, size=16)
    >>> scene.images.shape, scene.poses.shape, round(scene.focal, 2)
    ((2, 16, 16, 3), (2, 4, 4), 22.22)
    """
    if views < 1 or size < 1:
        raise ValueError(f"a scene has at least one view and one pixel, got {views} and {size}")
    focal = size / 0.72  # the angle of view of the well-known pictures
    number = np.arange(views) + np.random.default_rng(seed).random()
    turn = number * np.pi * (3 - np.sqrt(5))
    height = np.deg2rad(15 + 50 * (number * np.sqrt(2) % 1))
    poses = np.stack([camera(a, b) for a, b in zip(turn, height, strict=True)])
    images = np.zeros((views, size, size, 3), np.float32)
    depths = np.zeros((views, size, size), np.float32)
    for image, depth, pose in zip(images, depths, poses, strict=True):
        origins, directions = rays(size, size, focal, pose)
        image[:], depth[:] = render(origins, directions)
    return Scene(images, poses.astype(np.float32), float(focal), depths)


def camera(turn, height, *, radius=RADIUS):
    """Return the pose (4, 4) of a camera that looks at the origin from these angles in radians.

    Examples
    --------
    >>> camera(0.0, 0.0)[:3, 3]
    array([4., 0., 0.])
    """
    back = np.array([np.cos(turn) * np.cos(height), np.sin(turn) * np.cos(height), np.sin(height)])
    right = np.array([-np.sin(turn), np.cos(turn), 0.0])
    pose = np.eye(4)
    pose[:3] = np.stack([right, np.cross(back, right), back, radius * back], axis=1)
    return pose


def rays(height, width, focal, pose):
    """Return where the ray of each pixel begins and which way it goes.

    Parameters
    ----------
    height, width : int
        H and W; the pixel in column j and row i looks through ``((j - W/2) / focal, -(i - H/2) /
        focal, -1)`` in the camera's coordinates, as in the NeRF papers' code.
    focal : float
        In pixels.
    pose : array of shape (4, 4) or (3, 4)
        From the camera's coordinates to the world's.

    Returns
    -------
    (origins, directions)
        Both (H, W, 3). Directions are not of length 1.

    Examples
    --------
    >>> origins, directions = rays(2, 2, 1.0, np.eye(4))
    >>> directions[1, 1]
    array([ 0.,  0., -1.])
    """
    row, column = np.mgrid[:height, :width]
    across, up = (column - width / 2) / focal, -(row - height / 2) / focal
    directions = np.stack([across, up, -np.ones_like(across)], axis=-1) @ pose[:3, :3].T
    return np.broadcast_to(pose[:3, 3], directions.shape), directions  # (H, W, 3) both


def render(origins, directions):
    """Return colours (..., 3) and distances (...) that rays (..., 3) see; 0 where they see nothing.

    Examples
    --------
    >>> colour, depth = render(np.array([[0.0, 0.0, 4.0]]), np.array([[0.0, 0.0, 1.0]]))
    >>> colour, depth
    (array([[0., 0., 0.]]), array([0.]))
    """
    directions = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
    depth = march(origins, directions)
    seen = depth < FAR
    colours = np.zeros(origins.shape)
    places = origins[seen] + depth[seen][:, None] * directions[seen]
    shade = 0.35 + 0.65 * np.maximum(normals(places) @ LIGHT, 0)
    colours[seen] = paint(places) * shade[:, None]
    return colours, np.where(seen, depth, 0)


def march(origins, directions):
    """Return how far along each ray, of length 1, the first surface lies; `FAR` if there is none.

    Examples
    --------
    >>> place = np.array([[0.0, 0.0, 4.0]])
    >>> march(place, np.array([[0.0, 0.0, 1.0]]))
    array([8.])
    """
    depth = np.zeros(origins.shape[:-1])
    walking = np.ones(depth.shape, bool)
    for _ in range(STEPS):
        places = origins[walking] + depth[walking][:, None] * directions[walking]
        step = distances(places).min(axis=0)
        depth[walking] += step
        walking[walking] = (step > CLOSE) & (depth[walking] < FAR)
        if not walking.any():
            break
    return np.where(walking, FAR, np.minimum(depth, FAR))


def distances(p):
    """Return the distance of places (n, 3) to ball, box, ring and disc: (4, n).

    Examples
    --------
    >>> distances(np.array([[-0.6, -0.45, 2.0]]))[0].round(3)
    array([1.5])
    """
    x, y, z = p.T
    ball = np.linalg.norm(p - [-0.6, -0.45, 0.0], axis=1) - 0.5
    q = np.abs(p - [0.65, -0.35, -0.1]) - [0.35, 0.35, 0.4]
    box = np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(axis=1), 0)
    ring = np.hypot(np.hypot(x - 0.05, y - 0.75) - 0.4, z + 0.3) - 0.17
    flat = np.stack([np.hypot(x, y) - 1.45, np.abs(z + 0.55) - 0.05])
    disc = np.linalg.norm(np.maximum(flat, 0), axis=0) + np.minimum(flat.max(axis=0), 0)
    return np.stack([ball, box, ring, disc])


def paint(p):
    """Return the colour (n, 3) of the thing that each place belongs to."""
    squares = (np.floor(p[:, 0] * 2.5) + np.floor(p[:, 1] * 2.5)) % 2
    disc = np.where(squares[:, None] == 1, [0.85, 0.85, 0.85], [0.35, 0.38, 0.42])
    things = np.array([[0.9, 0.62, 0.0], [0.0, 0.45, 0.7], [0.8, 0.25, 0.35]])
    nearest = distances(p).argmin(axis=0)
    return np.where((nearest == 3)[:, None], disc, things[np.minimum(nearest, 2)])


def normals(p, step=1e-4):
    """Return the direction (n, 3) in which the surface faces, from small differences."""
    slope = [
        distances(p + step * axis).min(axis=0) - distances(p - step * axis).min(axis=0)
        for axis in np.eye(3)
    ]
    slope = np.stack(slope, axis=1)
    return slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
