"""The drawn polling stations: they move, repeat, differ and keep within a picture."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from simulator import journey, rooms, scene
from simulator.drawing import Pixels
from simulator.scene import PERIOD, Scene, Sensor


def difference(first: Pixels, second: Pixels) -> float:
    return float(np.abs(first.astype(int) - second.astype(int)).mean())


@pytest.mark.parametrize("room", range(len(rooms.ROOMS)))
def test_a_scene_repeats_without_a_seam_and_moves_in_between(room: int) -> None:
    drawn = Scene(room, 320, 180)
    begin = drawn.draw(0.0).copy()
    assert difference(begin, drawn.draw(PERIOD)) == 0
    before_the_end = drawn.draw(PERIOD - 1 / 15).copy()
    step = difference(begin, drawn.draw(1 / 15))
    assert difference(begin, before_the_end) < 3 * step + 0.5
    assert difference(begin, drawn.draw(PERIOD / 3)) > 0.5


def test_rooms_look_different() -> None:
    pictures = [Scene(room, 320, 180).draw(0.0) for room in range(len(rooms.ROOMS))]
    for first, second in itertools.combinations(pictures, 2):
        assert difference(first, second) > 8


def test_a_voter_is_out_of_sight_when_its_journey_begins_again() -> None:
    for index, room in enumerate(rooms.ROOMS):
        view = rooms.view_of(room, 1280, 720)
        for voter in Scene(index, 320, 180)._voters:
            for time in (0.0, PERIOD - 0.01):
                pose = journey.pose_at(voter.stops, time)
                assert pose is not None
                x, y, depth = view.project((pose.x, 1.9, pose.z))
                assert depth < 0.4 or not (0 <= x < 1280 and y < 720), room.name


def test_a_voter_takes_a_paper_at_the_desk_and_leaves_it_in_the_box() -> None:
    stops = Scene(0, 320, 180)._voters[0].stops
    poses = [journey.pose_at(stops, time / 10) for time in range(int(PERIOD * 10))]
    carried = [pose is not None and pose.paper for pose in poses]
    changes = [time / 10 for time in range(1, len(carried)) if carried[time] != carried[time - 1]]
    desk, box = stops[2], stops[6]
    assert len(changes) == 2
    assert desk.arrive < changes[0] < desk.leave
    assert box.arrive < changes[1] < box.leave


def test_a_voter_never_jumps() -> None:
    stops = Scene(1, 320, 180)._voters[1].stops
    poses = [journey.pose_at(stops, time / 15) for time in range(int(PERIOD * 15))]
    for before, after in itertools.pairwise(poses):
        assert before is not None
        assert after is not None
        assert np.hypot(after.x - before.x, after.z - before.z) < 0.35
        assert after.walked >= before.walked


def test_a_sensor_adds_noise_and_scales() -> None:
    picture = np.full((360, 640, 3), 128, dtype=np.uint8)
    sensor = Sensor(320, 180)
    first = sensor.develop(picture, 0).copy()
    second = sensor.develop(picture, 1)
    assert first.shape == (270, 320)
    assert 1.0 < float(first[:180].std()) < 4.0
    assert (first[:180] != second[:180]).mean() > 0.5
    assert set(np.unique(first[180:])) == {128}


def test_a_label_says_that_this_is_no_real_camera() -> None:
    room = scene.Scene(0, 640, 360)
    corner = room.draw(0.0)[6:24, 6:180]
    assert corner.min() < 40
    assert corner.max() > 200
