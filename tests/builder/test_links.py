"""Which addresses are pages of the site."""

import pytest

from builder.links import exists, is_within_site

NAMES = {"region": {"sahil"}, "constituency": {"034"}, "station": {"034-012"}, "news": {"yayim"}}


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/az/",
        "/ru/region/sahil/",
        "/en/constituency/034/",
        "/az/station/034-012/?t=14:05#picture",
        "/az/news/",
        "/az/news/yayim/",
        "/catalogue.json",
    ],
)
def test_the_pages_of_the_site_exist(address: str) -> None:
    assert is_within_site(address)
    assert exists(address, NAMES)


@pytest.mark.parametrize(
    "address",
    [
        "/az",
        "/de/",
        "/az/region/",
        "/az/region/sahil",
        "/az/region/034/",
        "/az/station/034-013/",
        "/az/news/yayim/more/",
        "/az//news/",
        "/news/",
        "az/",
        "/az/%6eews/",
    ],
)
def test_other_addresses_within_the_site_do_not(address: str) -> None:
    assert is_within_site(address)
    assert not exists(address, NAMES)


@pytest.mark.parametrize(
    "address", ["https://example.org/az/", "//example.org/", "mailto:a@example.org", "#x", "", "//["]
)
def test_addresses_elsewhere_are_not_within_the_site(address: str) -> None:
    assert not is_within_site(address)
