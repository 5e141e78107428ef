"""Every kind of page, rendered from invented views in three languages, as the builder would write them."""

from __future__ import annotations

import json
from pathlib import Path

from markupsafe import Markup

from builder import assets, manifest, offline, search_files, translations, views
from builder.labels import Labels
from builder.open_data import fields_in
from builder.templates import Renderer, View
from election.places import LANGUAGES
from tests.site.recorded_day import DATE as DATE_OF_RECORDING

ROOT = Path(__file__).resolve().parents[2]
FOLDER = assets.collect()
ASSETS = FOLDER.addresses
ORIGIN = "https://example.org"
COVERAGE = "033:1-24 034:1-24"
OPENS = "2026-11-24T07:30:00+04:00"
STATUS_URL = "/status/public.json"
NAMES = {"az": "Azərbaycanca", "en": "English", "ru": "Русский"}
ELECTION = {"az": "Nümunə seçkisi", "en": "Sample election", "ru": "Пример выборов"}
DATE = {"az": "24 noyabr 2026", "en": "24 November 2026", "ru": "24 ноября 2026 г."}
STATION = {
    "az": "{c} saylı dairə, {n} saylı məntəqə",
    "en": "Polling station {n}, constituency {c}",
    "ru": "Участок {n}, округ {c}",
}
CONSTITUENCY = {"az": "{c} saylı dairə", "en": "Constituency {c}", "ru": "Округ {c}"}
PAGES = {
    "home": "",
    "region": "region/baki/",
    "constituency": "constituency/034/",
    "station": "station/034-012/",
    "wall": "wall/",
    "news": "news/sample/",
    "news list": "news/",
    "written page": "about/",
    "open data": "open-data/",
    "archive": "archive/",
    "past election": "archive/2020/",
    "past station": "archive/2020/station/034-012/",
    "not found": "404.html",
    "offline": "offline.html",
}
"""The kinds of page by their address below a language's home."""
SCHOOLS = ("Şəhər məktəbi", "Ədəbiyyat evi", "Çinar klubu", "Gənclər mərkəzi")
STREETS = ("Şıxəli Qurbanov küçəsi", "İstiqlaliyyət küçəsi", "Üzeyir Hacıbəyov küçəsi")


def write_site(folder: Path) -> Path:
    """Render every page into `folder` and copy the assets beside them; return `folder`."""
    for path, body in FOLDER.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    for language in LANGUAGES:
        renderer = Renderer(translations.load(language))
        for kind, path in PAGES.items():
            view = view_of(kind, language)
            _write(folder, f"{language}/{path}", renderer.render(view))
        (folder / language / manifest.NAME).write_bytes(manifest.web_manifest(language, ELECTION[language], ASSETS))
        numbers = [number for _constituency in (33, 34) for number in range(1, 25)]
        found = {
            "version": search_files.VERSION,
            "regions": [["baki", "Bakı"], ["sahil", "Nümunə: Sahil"]],
            "constituencies": [[33, "Sahil dairəsi", 1], [34, "Nəsimi", 0]],
            "stations": COVERAGE,
            "names": "\n".join(map(_name, numbers)),
            "addresses": "\n".join(map(_address, numbers)),
        }
        (folder / language / "search.json").write_text(json.dumps(found))
    choice = views.LanguageChoicePage(
        election=views.Link(text=ELECTION["az"], url="/az/"),
        absolute_url=f"{ORIGIN}/",
        sample=True,
        languages=_languages("az", ""),
        assets=ASSETS,
    )
    (folder / offline.PATH).write_bytes(offline.worker(FOLDER.files, offline=True))
    _write(folder, "", Renderer(translations.load("az")).render(choice))
    return folder


def _write(folder: Path, path: str, page: bytes) -> None:
    file = folder / path
    file = file if file.suffix else file / "index.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(page)


def _name(number: int) -> str:
    return f"Nümunə: {SCHOOLS[number % len(SCHOOLS)]} № {number}"


def _address(number: int) -> str:
    return f"Bakı, {STREETS[number % len(STREETS)]} {number * 2}"


def _languages(current: str, path: str) -> tuple[views.LanguageLink, ...]:
    return tuple(
        views.LanguageLink(
            code=code, name=name, url=f"/{code}/{path}", absolute_url=f"{ORIGIN}/{code}/{path}", current=code == current
        )
        for code, name in NAMES.items()
    )


def _row(language: str, number: int) -> views.StationRow:
    return views.StationRow(
        id=f"034-{number:03d}",
        number=number,
        constituency=34,
        label=STATION[language].format(c=34, n=number),
        name=_name(number),
        address=_address(number),
        url=f"/{language}/station/034-{number:03d}/",
    )


def view_of(kind: str, language: str) -> View:
    home = f"/{language}/"
    region = views.Link(text="Bakı", url=f"{home}region/baki/")
    constituency = views.Link(text=CONSTITUENCY[language].format(c=34), url=f"{home}constituency/034/")
    station = _row(language, 12)
    news = views.NewsRow(title="Nümunə: Sınaq", date=DATE[language], iso_date="2026-11-24", url=f"{home}news/sample/")
    trail = (views.Link(text="Pollcast", url=home), region, constituency)
    titles = {"home": ELECTION[language], "region": "Bakı", "constituency": constituency.text, "station": station.label}
    titles["past station"] = station.label
    past = views.Archive(election="Nümunə: 2020", date=DATE[language], url=f"{home}archive/2020/")
    past_row = views.PastElectionRow(archive=past, iso_date="2020-02-09", station_count=48)
    titles["wall"] = {"az": "Divar", "en": "Wall", "ru": "Стена"}[language]
    depth = {"home": 0, "constituency": 2, "station": 3}.get(kind, 1)
    title = titles.get(kind, news.title)
    frame = views.Frame(
        language=language,
        languages=_languages(language, PAGES[kind]),
        election=ELECTION[language],
        election_date=DATE[language],
        sample=True,
        title=title,
        tab_title=title if kind == "home" else f"{title} – {ELECTION[language]}",
        description=title,
        absolute_url=f"{ORIGIN}{home}{PAGES[kind]}",
        default_url=f"{ORIGIN}/az/{PAGES[kind]}" if PAGES[kind] else f"{ORIGIN}/",
        open_graph_locales=("az_AZ", "en_GB", "ru_RU"),
        breadcrumbs=trail[:depth],
        home_url=home,
        news_url=f"{home}news/",
        feed_url=f"{home}feed.xml",
        open_data_url=f"{home}open-data/",
        pages=(views.Link(text="Sayt haqqında", url=f"{home}about/"),),
        archive=past if kind.startswith("past") else None,
        mark="",
        manifest_url=f"{home}{manifest.NAME}",
        time_zone="Asia/Baku",
        worker_url=f"/{offline.PATH}",
        assets=ASSETS,
    )
    if kind == "home":
        row = views.RegionRow(
            slug="baki",
            number=1,
            name="Bakı",
            coverage=COVERAGE,
            constituency_count=2,
            station_count=48,
            url=region.url,
        )
        introduction = Markup("<p>Nümunə.</p>")
        rows_url = f"{home}search.json"
        return views.HomePage(
            frame=frame,
            introduction=introduction,
            regions=(row,),
            map=views.RegionMap(
                width=60,
                height=40,
                land="m0 0 60 0 0 40-60 0z",
                regions=(views.MapRegion(row=row, path="m30 5 25 5-5 25-20 0z", x=40, y=20),),
            ),
            station_count=48,
            coverage=COVERAGE,
            opens=OPENS,
            news=(news,),
            past=(past_row,),
            search_rows_url=rows_url,
            status_url=STATUS_URL,
        )
    if kind == "region":
        place = views.ConstituencyRow(
            number=34,
            label=constituency.text,
            name="Nəsimi",
            coverage="034:1-24",
            station_count=24,
            url=constituency.url,
        )
        return views.RegionPage(
            frame=frame, name="Bakı", coverage="034:1-24", constituencies=(place,), status_url=STATUS_URL
        )
    if kind == "constituency":
        stations = tuple(_row(language, number) for number in range(1, 25))
        return views.ConstituencyPage(
            frame=frame,
            number=34,
            label=constituency.text,
            name="Nəsimi",
            region=region,
            coverage="034:1-24",
            stations=stations,
            status_url=STATUS_URL,
        )
    if kind in {"station", "past station"}:
        live = kind == "station"
        return views.StationPage(
            frame=frame,
            station=station,
            constituency=constituency,
            region=region,
            note=Markup("<p>Nümunə qeyd.</p>"),
            facts=views.StationFacts(
                voting_hours="08:00–19:00 (UTC+4)",
                registered_voters="1.250",
                accessibility="panduz, lift, taktil yol örtüyü",
                coordinates=views.Link(text="40.37770, 49.89200", url="geo:40.37770,49.89200"),
                camera_note="Kamera zalı və seçki qutusunu göstərir.",
                maintenance_note="Kabel dəyişdirilir.",
            ),
            still_url="/live/034-012/still.jpg",
            playlist_url="/live/034-012/master.m3u8",
            status_url=STATUS_URL,
            countdown=views.Countdown(opens=OPENS, coverage="034:12") if live else None,
            video_data=Markup('{"@context":"https://schema.org","@type":"VideoObject"}'),
            still_absolute_url=f"{ORIGIN}/live/034-012/still.jpg",
            short_url=f"{ORIGIN}{home}034-012",
            date=DATE_OF_RECORDING.isoformat(),
            neighbours=tuple(
                views.Link(text=_row(language, n).label, url=f"{home}station/034-{n:03d}/") for n in (11, 13)
            ),
        )
    if kind == "written page":
        body = Markup("<p>Birinci abzas.</p>")
        return views.WrittenPage(frame=frame, changed=DATE[language], iso_changed="2026-11-24", body=body)
    if kind == "open data":
        labels = Labels(language, translations.load(language))
        return views.OpenDataPage(frame=frame, license="CC-BY-4.0", fields=fields_in(labels))
    if kind == "archive":
        return views.ArchivePage(frame=frame, elections=(past_row,))
    if kind == "past election":
        row = views.RegionRow(
            slug="baki",
            number=0,
            name="Bakı",
            coverage=COVERAGE,
            constituency_count=2,
            station_count=48,
            url=region.url,
        )
        return views.PastElectionPage(frame=frame, election=past_row, text=Markup("<p>Mətn.</p>"), regions=(row,))
    if kind == "wall":
        return views.WallPage(
            frame=frame,
            date="2026-11-29",
            search_rows_url=f"{home}search.json",
            status_url=STATUS_URL,
        )
    if kind == "news":
        body = Markup("<p>Birinci <a href='/az/'>abzas</a>.</p><h2>Başlıq</h2><ul><li>Bir</li></ul>")
        return views.NewsPage(
            frame=frame, date=DATE[language], iso_date="2026-11-24", changed="", iso_changed="", body=body
        )
    if kind == "offline":
        return views.OfflinePage(frame=frame)
    return views.NewsListPage(frame=frame, news=(news,)) if kind == "news list" else views.NotFoundPage(frame=frame)
