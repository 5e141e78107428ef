"""What a deploy decides: which puts in which order, what is deleted and when, what the manifest promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upload.deploy_plan import KEEP, Entry, Phase, Put, format_manifest, make_plan, parse_manifest
from upload.dist_tree import LocalFile, kind_of

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def site(**digests: str) -> dict[str, LocalFile]:
    return {
        key: LocalFile(path=Path(key), kind=kind_of(key) or pytest.fail(key), size=1, digest=digest)
        for key, digest in digests.items()
    }


def held(**digests: str) -> dict[str, Entry]:
    return {key: Entry(digest=digest) for key, digest in digests.items()}


HOME, LEAF, ASSET, OLD_ASSET = (
    "site/az/index.html",
    "site/az/station/034-012/index.html",
    "site/assets/b/site.css",
    "site/assets/a/site.css",
)


def test_the_first_deploy_puts_everything_assets_first_and_home_last() -> None:
    keys = (
        HOME,
        LEAF,
        ASSET,
        "site/catalogue.json",
        "site/news/hall.jpg",
        "site/index.html",
        "site/az/404.html",
        "site/sw.js",
    )
    plan = make_plan(site(**dict.fromkeys(keys, "1")), {}, (), NOW)
    assert plan.puts == (
        Put(key=ASSET, phase=Phase.ASSETS, new=True),
        Put(key="site/news/hall.jpg", phase=Phase.FILES, new=True),
        Put(key=LEAF, phase=Phase.NEW_PAGES, new=True),
        Put(key="site/catalogue.json", phase=Phase.DATA, new=True),
        Put(key="site/az/404.html", phase=Phase.PAGES, new=True),
        Put(key=HOME, phase=Phase.PAGES, new=True),
        Put(key="site/index.html", phase=Phase.PAGES, new=True),
        Put(key="site/sw.js", phase=Phase.WORKER, new=True),
    )
    assert (plan.deletions, plan.kept, plan.unchanged) == ((), (), 0)
    assert plan.end == held(**dict.fromkeys(keys, "1"))


def test_only_what_changed_is_put() -> None:
    manifest = held(**{HOME: "1", LEAF: "1"})
    plan = make_plan(site(**{HOME: "2", LEAF: "1"}), manifest, manifest, NOW)
    assert plan.puts == (Put(key=HOME, phase=Phase.PAGES, new=False),)
    assert plan.unchanged == 1


def test_everything_is_put_again_on_demand() -> None:
    manifest = held(**{HOME: "1", LEAF: "1"})
    plan = make_plan(site(**{HOME: "1", LEAF: "1"}), manifest, manifest, NOW, everything=True)
    assert {put.key for put in plan.puts} == {HOME, LEAF}


def test_what_somebody_deleted_in_the_bucket_is_put_again() -> None:
    manifest = held(**{HOME: "1", LEAF: "1"})
    plan = make_plan(site(**{HOME: "1", LEAF: "1"}), manifest, [HOME], NOW)
    assert plan.puts == (Put(key=LEAF, phase=Phase.NEW_PAGES, new=True),)


def test_what_lies_in_the_bucket_without_a_record_is_taken_as_of_an_earlier_build() -> None:
    plan = make_plan(site(**{HOME: "1"}), {}, [HOME, LEAF, OLD_ASSET], NOW)
    assert plan.puts == (Put(key=HOME, phase=Phase.PAGES, new=False),)
    assert plan.deletions == (LEAF,)
    assert plan.kept == (OLD_ASSET,)
    assert plan.end[OLD_ASSET] == Entry(digest="", retired=NOW)


def test_a_page_that_left_the_site_is_deleted_at_once_and_an_asset_a_day_later() -> None:
    manifest = held(**{HOME: "1", LEAF: "1", OLD_ASSET: "1"})
    local = site(**{HOME: "1"})
    first = make_plan(local, manifest, manifest, NOW)
    assert first.deletions == (LEAF,)
    assert first.kept == (OLD_ASSET,)
    almost = make_plan(local, first.end, first.end, NOW + KEEP - timedelta(seconds=1))
    assert (almost.deletions, almost.kept) == ((), (OLD_ASSET,))
    assert almost.end == first.end
    later = make_plan(local, almost.end, almost.end, NOW + KEEP)
    assert (later.deletions, later.kept) == ((OLD_ASSET,), ())
    assert later.end == held(**{HOME: "1"})


def test_an_asset_that_comes_back_is_kept_and_not_put_again() -> None:
    manifest = {**held(**{HOME: "1"}), OLD_ASSET: Entry(digest="1", retired=NOW - timedelta(days=9))}
    plan = make_plan(site(**{HOME: "1", OLD_ASSET: "1"}), manifest, manifest, NOW)
    assert (plan.puts, plan.deletions) == ((), ())
    assert plan.end[OLD_ASSET] == Entry(digest="1")


def test_what_is_touched_has_no_digest_while_it_is_touched() -> None:
    manifest = {**held(**{HOME: "1", LEAF: "1"}), OLD_ASSET: Entry(digest="1", retired=NOW - KEEP)}
    plan = make_plan(site(**{HOME: "2", ASSET: "2"}), manifest, manifest, NOW)
    assert plan.before[HOME].digest == plan.before[ASSET].digest == ""
    assert plan.before[LEAF] == Entry(digest="1")
    assert plan.after[HOME].digest == plan.after[ASSET].digest == "2"
    assert plan.after[LEAF].digest == plan.after[OLD_ASSET].digest == ""
    assert set(plan.end) == {HOME, ASSET}


SOME_KEYS = st.sampled_from([HOME, LEAF, ASSET, OLD_ASSET, "site/index.html", "site/catalogue.json", "site/a.png"])
BUILDS = st.lists(
    st.tuples(st.dictionaries(SOME_KEYS, st.sampled_from(["1", "2"])), st.integers(0, 40), st.integers(0, 12)),
    max_size=6,
)


@given(builds=BUILDS)
def test_whatever_deploys_came_before_and_wherever_they_broke_off_the_next_one_is_right(
    builds: list[tuple[dict[str, str], int, int]],
) -> None:
    """Each build is deployed up to a number of steps, then breaks off; the last one runs to its end."""
    bucket: dict[str, str] = {}
    manifest: dict[str, Entry] = {}
    now = NOW
    for digests, hours, steps_until_break in [*builds, ({HOME: "1", ASSET: "2"}, 1, 999)]:
        now += timedelta(hours=hours)
        plan = make_plan(site(**digests), manifest, bucket, now)
        steps: list[tuple[str, object]] = [("write", plan.before)]
        steps += [("put", put.key) for put in plan.puts]
        steps += [("write", plan.after), *(("delete", key) for key in plan.deletions), ("write", plan.end)]
        for what, subject in steps[:steps_until_break]:
            if what == "write":
                assert isinstance(subject, dict)
                manifest = dict(subject)
            elif what == "put":
                bucket[str(subject)] = digests[str(subject)]
            else:
                bucket.pop(str(subject), None)
            promised = {key: entry.digest for key, entry in manifest.items() if entry.digest}
            assert promised.items() <= bucket.items()
    in_use = {key: digest for key, digest in bucket.items() if manifest[key].retired is None}
    assert in_use == {HOME: "1", ASSET: "2"}
    assert not any(key.endswith(".html") for key in bucket.keys() - in_use.keys())


MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
ENTRIES = st.builds(Entry, digest=st.text("0123456789abcdef", max_size=20), retired=MOMENTS)


@given(manifest=st.dictionaries(st.text(max_size=20).map(lambda text: f"site/{text}"), ENTRIES))
def test_a_manifest_is_read_as_it_was_written(manifest: dict[str, Entry]) -> None:
    assert parse_manifest(format_manifest(manifest)) == manifest


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"version":2,"objects":{}}',
        b'{"version":1,"objects":[]}',
        b'{"version":1,"objects":{"site/x":"1"}}',
        b'{"version":1,"objects":{"site/x":["1"]}}',
        b'{"version":1,"objects":{"site/x":[1,null]}}',
        b'{"version":1,"objects":{"live/x":["1",null]}}',
        b'{"version":1,"objects":{"site/x":["1","yesterday"]}}',
        b'{"version":1,"objects":{"site/x":["1","2026-11-24T08:00:00"]}}',
    ],
)
def test_a_damaged_manifest_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_manifest(body)
