"""`pollcast.toml` and `cameras.toml` that are wrong: each gives its exact message, and nothing is changed on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

import upload.cli
from builder.sample import write_content
from election import toml_file
from tests.refusals import refused, run

NAME = 'name = { az = "Seçki", en = "Election", ru = "Выборы" }\n'
URL = 'url = "memory://"\n'
GOOD = f"[election]\n{NAME}date = 2026-11-24\n\n[store]\n{URL}"
CAMERA = '[[camera]]\nstation = "034-012"\nmain = "rtsp://10.0.0.5/main"\n'
USER = f'{CAMERA}user = "viewer"\n'
SECURE = CAMERA.replace("rtsp:", "rtsps:")


def election(line: str) -> str:
    """Return the right configuration with one more line about the election, its fourth."""
    return GOOD.replace("\n[store]", f"{line}\n[store]")


def date(value: str) -> str:
    return GOOD.replace("2026-11-24", value)


def site(line: str) -> str:
    return f"{GOOD}[site]\n{line}\n"


def video(line: str) -> str:
    return f"{GOOD}[video]\n{line}\n"


def store(value: str) -> str:
    return GOOD.replace('"memory://"', value)


def station(value: str) -> str:
    return CAMERA.replace('"034-012"', value)


def main(value: str) -> str:
    return CAMERA.replace('"rtsp://10.0.0.5/main"', value)


CONFIGURATION: list[tuple[str, str | bytes, str | list[str]]] = [
    ("nothing at all", "", [': election: is missing; add it.', ': store: is missing; add it.']),
    ("only a remark", "# Seçki\n", [': election: is missing; add it.', ': store: is missing; add it.']),
    ("a table that is not known", GOOD + "[cameras]\n", ":7: cameras: is not a known key; remove it or correct its spelling."),
    ("a key that is not known", election("tz = 4"), ":4: election.tz: is not a known key; remove it or correct its spelling."),
    ("a misspelt key", GOOD + "[video]\nsegment_secs = 4\n", ":8: video.segment_secs: is not a known key; is it segment_seconds?"),
    ("a misspelt table", GOOD + "[vidoe]\naudio = true\n", ":7: vidoe: is not a known key; is it video?"),
    ("a key before the tables", "debug = true\n" + GOOD, ":1: debug: is not a known key; remove it or correct its spelling."),
    ("a key of another table", GOOD + "[site]\naudio = true\n", ":8: site.audio: is not a known key; remove it or correct its spelling."),
    ("credentials of the store as keys", GOOD + 'secret_access_key = "hunter2"\n', ":7: store.secret_access_key: is not a known key; remove it or correct its spelling."),
    ("no name", GOOD.replace(NAME, ""), ":1: election.name: is missing; add it."),
    ("a name in one language", GOOD.replace(NAME, 'name = "Seçki"\n'), ":2: election.name: is a table with keys of its own, not '…'."),
    ("a name without Russian", GOOD.replace(', ru = "Выборы"', ""), ":2: election.name.ru: is missing; add it."),
    ("a name in German too", GOOD.replace(', ru', ', de = "Wahl", ru'), ":2: election.name.de: is not a known key; remove it or correct its spelling."),
    ("an empty name", GOOD.replace("Выборы", ""), ":2: election.name.ru: is empty; write a text."),
    ("a blank name", GOOD.replace("Выборы", "  "), ":2: election.name.ru: is empty; write a text."),
    ("a name of several lines", GOOD.replace("Выборы", "Вы\\nборы"), ":2: election.name.ru: holds a line break or a character that cannot be seen; write one plain line."),
    ("a name that is written backwards", GOOD.replace("Election", "Elec\\u202etion"), ":2: election.name.en: holds a line break or a character that cannot be seen; write one plain line."),
    ("a name that is too long", GOOD.replace("Seçki", "ə" * 201), ":2: election.name.az: is 201 characters long; 200 are allowed."),
    ("a number for a name", GOOD.replace('"Выборы"', "2026"), ":2: election.name.ru: is a text in quotes, not 2026."),
    ("no date", GOOD.replace("date = 2026-11-24\n", ""), ":1: election.date: is missing; add it."),
    ("a word for a date", date('"soon"'), ":3: election.date: is a day, without quotes, such as 2026-11-29, not 'soon'."),
    ("a date in quotes", date('"2026-11-24"'), ":3: election.date: is a day, without quotes, such as 2026-11-29, not '2026-11-24'."),
    ("a date in another order", date("24.11.2026"), ":3: is not valid TOML at column 13: something stands behind the value; put a text in quotes, write a day as 2026-11-29 and a time as 08:00:00."),
    ("a date with a time", date("2026-11-24T08:00:00"), ":3: election.date: is a day, without quotes, such as 2026-11-29, not 2026-11-24T08:00:00."),
    ("a number for a date", date("20261124"), ":3: election.date: is a day, without quotes, such as 2026-11-29, not 20261124."),
    ("a day that is not", date("2026-11-31"), ":3: is not valid TOML at column 8: there is no such day or time; correct it."),
    ("a year long ago", date("1026-11-24"), ":3: election.date: is the day of voting, in the years 2000 to 2099, not in 1026."),
    ("a year far away", date("9999-12-31"), ":3: election.date: is the day of voting, in the years 2000 to 2099, not in 9999."),
    ("an empty time zone", election('time_zone = ""'), ":4: election.time_zone: there is no time zone ''; write for example Asia/Baku."),
    ("a number for a time zone", election("time_zone = 4"), ":4: election.time_zone: is a text in quotes, not 4."),
    ("an offset for a time zone", election('time_zone = "UTC+4"'), ":4: election.time_zone: there is no time zone 'UTC+4'; write for example Asia/Baku."),
    ("a time zone that is not", election('time_zone = "Mars/Base"'), ":4: election.time_zone: there is no time zone 'Mars/Base'; write for example Asia/Baku."),
    ("a time zone in small letters", election('time_zone = "asia/bakı"'), ":4: election.time_zone: there is no time zone 'asia/bakı'; write for example Asia/Baku."),
    ("a continent for a time zone", election('time_zone = "Asia"'), ":4: election.time_zone: there is no time zone 'Asia'; write for example Asia/Baku."),
    ("a file for a time zone", election('time_zone = "/etc/localtime"'), ":4: election.time_zone: there is no time zone '/etc/localtime'; write for example Asia/Baku."),
    ("a path for a time zone", election('time_zone = "../../etc/passwd"'), ":4: election.time_zone: there is no time zone '../../etc/passwd'; write for example Asia/Baku."),
    ("a zero in a time zone", election('time_zone = "Asia\\u0000Baku"'), ":4: election.time_zone: there is no time zone 'Asia\\x00Baku'; write for example Asia/Baku."),
    ("a time zone without end", election(f'time_zone = "{"x" * 5_000}"'), ":4: election.time_zone: there is no time zone 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'; write for example Asia/Baku."),
    ("an hour in quotes", election('opens = "08:00"'), ":4: election.opens: is a time of day, without quotes, such as 08:00:00, not '08:00'."),
    ("an hour without seconds", election("opens = 08:00"), ":4: is not valid TOML at column 10: something stands behind the value; put a text in quotes, write a day as 2026-11-29 and a time as 08:00:00."),
    ("an hour as a number", election("opens = 8"), ":4: election.opens: is a time of day, without quotes, such as 08:00:00, not 8."),
    ("an hour that is not", election("opens = 25:00:00"), ":4: is not valid TOML at column 11: there is no such day or time; correct it."),
    ("a day for an hour", election("closes = 2026-11-24"), ":4: election.closes: is a time of day, without quotes, such as 08:00:00, not 2026-11-24."),
    ("opening after closing", election("opens = 20:00:00"), ":1: election: opens (20:00) must be earlier than closes (19:00)."),
    ("closing before opening", election("closes = 07:30:00"), ":1: election: opens (08:00) must be earlier than closes (07:30)."),
    ("opening and closing at once", election("opens = 19:00:00"), ":1: election: opens (19:00) must be earlier than closes (19:00)."),
    ("pictures after the opening", election("early_minutes = -1"), ":4: election.early_minutes: is at least 0, not -1."),
    ("pictures the day before", election("early_minutes = 721"), ":4: election.early_minutes: is at most 720, not 721."),
    ("half a minute", election("early_minutes = 0.5"), ":4: election.early_minutes: is a whole number, not 0.5."),
    ("yes for minutes", election("early_minutes = true"), ":4: election.early_minutes: is a whole number, not true."),
    ("an end at once", election("ends_after_hours = 0"), ":4: election.ends_after_hours: is at least 1, not 0."),
    ("an end after days", election("ends_after_hours = 73"), ":4: election.ends_after_hours: is at most 72, not 73."),
    ("sample in quotes", election('sample = "true"'), ":4: election.sample: is true or false, without quotes, not 'true'."),
    ("sample as a number", election("sample = 1"), ":4: election.sample: is true or false, without quotes, not 1."),
    ("an address with a slash", site('base_url = "https://x.example/"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address with a path", site('base_url = "https://x.example/az"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address with a query", site('base_url = "https://x.example?a=b"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address of another kind", site('base_url = "ftp://x.example"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address without its kind", site('base_url = "x.example"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address without a host", site('base_url = "https://"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an empty address", site('base_url = ""'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("a number for an address", site("base_url = 8080"), ":8: site.base_url: is a text in quotes, not 8080."),
    ("an address with a password", site('base_url = "https://viewer:hunter2@x.example"'), ":8: site.base_url: holds a user or password, which every page would show; remove it."),
    ("an address with a space", site('base_url = "https://x .example"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address with a line break", site('base_url = "https://x\\n.example"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address with HTML", site("base_url = 'https://\"><script>'"), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address with a letter of ours", site('base_url = "https://seçki.example"'), ":8: site.base_url: holds a letter that addresses cannot have; write the host's name as xn--…."),
    ("an address with a port that cannot be", site('base_url = "https://x.example:99999"'), ":8: site.base_url: names a host or a port that cannot be; write https://host or https://host:port."),
    ("an address with port 0", site('base_url = "https://x.example:0"'), ":8: site.base_url: names a host or a port that cannot be; write https://host or https://host:port."),
    ("an address with half a bracket", site('base_url = "https://[::1"'), ":8: site.base_url: write the site's address as https://host, without a path or a trailing slash."),
    ("an address with nonsense in brackets", site('base_url = "https://[1:2]"'), ":8: site.base_url: names a host or a port that cannot be; write https://host or https://host:port."),
    ("a licence of two words", site('license = "CC BY"'), ":8: site.license: write an SPDX identifier, such as CC-BY-4.0, or the https:// address of a licence's text."),
    ("a licence that is a script", site('license = "javascript:alert(1)"'), ":8: site.license: write an SPDX identifier, such as CC-BY-4.0, or the https:// address of a licence's text."),
    ("a licence at an open address", site('license = "http://x.example"'), ":8: site.license: write an SPDX identifier, such as CC-BY-4.0, or the https:// address of a licence's text."),
    ("a licence that is too long", site(f'license = "{"x" * 201}"'), ":8: site.license: is 201 characters long; 200 are allowed."),
    ("a licence that is no text", site("license = 0"), ":8: site.license: is a text in quotes, not 0."),
    ("offline as a word", site('offline = "no"'), ":8: site.offline: is true or false, without quotes, not 'no'."),
    ("segments of no length", video("segment_seconds = 0"), ":8: video.segment_seconds: is at least 1, not 0."),
    ("segments that are too long", video("segment_seconds = 11"), ":8: video.segment_seconds: is at most 10, not 11."),
    ("segments longer than the target", video("segment_seconds = 8"), ":7: video: segment_seconds must not exceed target_duration_seconds."),
    ("segments in quotes", video('segment_seconds = "4"'), ":8: video.segment_seconds: is a whole number, not '4'."),
    ("segments of a fraction", video("segment_seconds = 4.0"), ":8: video.segment_seconds: is a whole number, not 4.0."),
    ("segments without end", video("segment_seconds = inf"), ":8: video.segment_seconds: is a whole number, not inf."),
    ("segments of no number", video("segment_seconds = nan"), ":8: video.segment_seconds: is a whole number, not nan."),
    ("segments of a huge number", video(f"segment_seconds = 0x{'f' * 6_000}"), ":8: video.segment_seconds: is at most 10, not 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffff…."),
    ("a target that is too long", video("target_duration_seconds = 13"), ":8: video.target_duration_seconds: is at most 12, not 13."),
    ("a window that is too short", video("window_seconds = 29"), ":8: video.window_seconds: is at least 30, not 29."),
    ("a window that is too long", video("window_seconds = 3601"), ":8: video.window_seconds: is at most 3600, not 3601."),
    ("a window of two segments", video("target_duration_seconds = 12\nwindow_seconds = 35"), ":7: video: window_seconds must be at least three times target_duration_seconds."),
    ("sound as a number", video("audio = 1"), ":8: video.audio: is true or false, without quotes, not 1."),
    ("a value for a table", "video = 5\n" + GOOD, ":1: video: is a table with keys of its own, not 5."),
    ("a list for a table", GOOD + "[[video]]\naudio = true\n", ":7: video: is one table; write [video] in single brackets."),
    ("a table for a value", GOOD + "[video.audio]\nenabled = true\n", ":7: video.audio: is true or false, without quotes, not {…}."),
    ("no store", GOOD.replace("[store]\n", "").replace(URL, ""), ": store: is missing; add it."),
    ("no address of the store", GOOD.replace(URL, ""), ":5: store.url: is missing; add it."),
    ("a number for the store", store("5"), ":6: store.url: is a text in quotes, not 5."),
    ("a table without its bracket", GOOD + "[video\n", ":7: is not valid TOML at column 7: the name of a table is not closed; write ] at its end."),
    ("a list of tables without its bracket", GOOD + "[[video]\n", ":7: is not valid TOML at column 8: the name of a table is not closed; write ]] at its end."),
    ("a table without a name", GOOD + "[]\n", ":7: is not valid TOML at column 2: a name is missing here; write it in letters a to z, digits, - and _."),
    ("a table twice", GOOD + "[election]\nsample = true\n", ":7: is not valid TOML at column 10: the table election was begun elsewhere already; write all of it in one place."),
    ("a key twice", election("date = 2026-11-25"), ":4: is not valid TOML at column 18: this name stands twice; remove one of them."),
    ("a key without a value", video("segment_seconds ="), ":8: is not valid TOML at column 18: no value can be read here; put a text in quotes, write true and false in small letters."),
    ("a key without an equals sign", video("segment_seconds 4"), ":8: is not valid TOML at column 17: there is no = behind the name; write name = value."),
    ("a colon for the equals sign", video("segment_seconds: 4"), ":8: is not valid TOML at column 16: there is no = behind the name; write name = value."),
    ("a value without a key", GOOD + "= 4\n", ":7: is not valid TOML at column 1: write name = value, or [name] in brackets."),
    ("a text without quotes", site("base_url = https://x.example"), ":8: is not valid TOML at column 12: no value can be read here; put a text in quotes, write true and false in small letters."),
    ("a text without its end", site('base_url = "https://x.example'), ":8: is not valid TOML at column 30: a text is not closed; write the quotation mark at its end."),
    ("a text of many lines without its end", site('base_url = """https://x.example'), ":8: is not valid TOML at its end: a text is not closed; write the quotation mark at its end."),
    ("a backslash", site('base_url = "C:\\site"'), ":8: is not valid TOML at column 17: a backslash stands in a text; write it twice, or put the text in single quotes."),
    ("half a letter", site('base_url = "\\ud800"'), ":8: is not valid TOML at column 19: no letter has this number; write the letter itself."),
    ("a number with a nought before it", video("segment_seconds = 04"), ":8: is not valid TOML at column 20: something stands behind the value; put a text in quotes, write a day as 2026-11-29 and a time as 08:00:00."),
    ("a number of too many digits", video(f"segment_seconds = {'9' * 5_000}"), ": is not valid TOML: a number in it has too many digits."),
    ("True", video("audio = True"), ":8: is not valid TOML at column 9: no value can be read here; put a text in quotes, write true and false in small letters."),
    ("a list without its end", video("audio = [true"), ":8: is not valid TOML at its end: a list is not closed; write ] at its end."),
    ("lists within lists", video("audio = " + "[" * 50_000), ": is not valid TOML: its lists or tables stand within each other too deep."),
    ("tables within tables", video("audio = " + "{a=" * 10_000), ": is not valid TOML: its lists or tables stand within each other too deep."),
    ("a control character", GOOD + "\x1b[31m\n", ":7: is not valid TOML at column 1: write name = value, or [name] in brackets."),
    ("a zero", GOOD + "\0", ":7: is not valid TOML at column 1: write name = value, or [name] in brackets."),
    ("line ends of an old Macintosh", GOOD.replace("\n", "\r"), ":1: is not valid TOML at column 11: something stands behind the value; put a text in quotes, write a day as 2026-11-29 and a time as 08:00:00."),
    ("YAML", "---\nelection:\n  date: 2026-11-24\n", ":1: is not valid TOML at column 4: there is no = behind the name; write name = value."),
    ("JSON", '{"election": {"date": "2026-11-24"}}', ":1: is not valid TOML at column 1: write name = value, or [name] in brackets."),
    ("HTML", "<!DOCTYPE html>\n<title>404</title>\n", ":1: is not valid TOML at column 1: write name = value, or [name] in brackets."),
    ("UTF-16", GOOD.encode("utf-16"), ":1: is not UTF-8; save it again and choose the encoding UTF-8."),
    ("Windows-1251", GOOD.replace("ç", "c").encode("cp1251"), ":2: is not UTF-8; save it again and choose the encoding UTF-8."),
    ("Latin-1 in a remark", GOOD.encode() + b"# caf\xe9\n", ":7: is not UTF-8; save it again and choose the encoding UTF-8."),
]  # fmt: skip


STORES: list[tuple[str, str, str]] = [
    ("an empty store", store('""'), ":6: store.url: an address without a scheme is not a kind of store; write s3://bucket?endpoint=http://host:port&region=us-east-1 or file:///folder."),
    ("a word for the store", store('"minio"'), ":6: store.url: an address without a scheme is not a kind of store; write s3://bucket?endpoint=http://host:port&region=us-east-1 or file:///folder."),
    ("a store that is a web site", store('"https://bucket.s3.example"'), ":6: store.url: https is not a kind of store; write s3://bucket?endpoint=http://host:port&region=us-east-1 or file:///folder."),
    ("a store without a bucket", store('"s3://"'), ":6: store.url: '' is not a bucket's name: 3 to 63 small letters, digits, dots and hyphens; write s3://bucket?endpoint=http://host:port&region=us-east-1 or file:///folder."),
    ("a bucket of large letters", store('"s3://Bucket"'), ":6: store.url: 'Bucket' is not a bucket's name: 3 to 63 small letters, digits, dots and hyphens; write s3://bucket?endpoint=http://host:port&region=us-east-1 or file:///folder."),
    ("a folder in a bucket", store('"s3://bucket/site"'), ":6: store.url: names a folder in the bucket; the whole bucket is used, write s3://bucket."),
    ("a store with a password", store('"s3://key:hunter2@bucket"'), ":6: store.url: holds credentials; they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."),
    ("an endpoint with a password", store('"s3://bucket?endpoint=http://key:hunter2@host"'), ":6: store.url: its endpoint holds credentials; they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."),
    ("an endpoint without its kind", store('"s3://bucket?endpoint=127.0.0.1:8333"'), ":6: store.url: the endpoint '127.0.0.1:8333' is not http://host:port or https://host."),
    ("an endpoint with half a bracket", store('"s3://bucket?endpoint=http://[::1"'), ":6: store.url: the endpoint 'http://[::1' is not http://host:port or https://host."),
    ("a setting of the store that is not known", store('"s3://bucket?regoin=eu"'), ":6: store.url: regoin is not a known setting; known are endpoint, region and conditional_writes."),
    ("a folder without its whole path", store('"file://srv"'), ":6: store.url: a folder is written with three slashes and its whole path, such as file:///srv/pollcast."),
    ("a store with half a bracket", store('"s3://["'), ":6: store.url: is not an address; write s3://bucket?endpoint=http://host:port&region=us-east-1 or file:///folder."),
]  # fmt: skip
"""A build needs no store, and leaves its address to those who do."""

CAMERAS: list[tuple[str, str | bytes, str | list[str]]] = [
    ("no camera", "", ": camera: is missing; add it."),
    ("an empty list", "camera = []\n", ":1: camera: has 0 entries; 1 or more are needed."),
    ("a value for the list", "camera = 5\n", ":1: camera: is a list, not 5."),
    ("single brackets", CAMERA.replace("[[camera]]", "[camera]"), ":1: camera: is a list of tables; write [[camera]] in double brackets."),
    ("addresses without stations", 'camera = ["rtsp://viewer:hunter2@10.0.0.5/main"]\n', ":1: camera[1]: is a table with keys of its own, not '…'."),
    ("another name of the list", CAMERA.replace("[[camera]]", "[[cameras]]"), [': camera: is missing; add it.', ':1: cameras: is not a known key; is it camera?']),
    ("a table beside the list", CAMERA + '[defaults]\nuser = "viewer"\n', ":4: defaults: is not a known key; remove it or correct its spelling."),
    ("a camera that says nothing", "[[camera]]\n", [':1: camera[1].station: is missing; add it.', ':1: camera[1].main: is missing; add it.']),
    ("no station", '[[camera]]\nmain = "rtsp://10.0.0.5/main"\n', ":1: camera[1].station: is missing; add it."),
    ("no address", '[[camera]]\nstation = "034-012"\n', ":1: camera[1].main: is missing; add it."),
    ("a misspelt key", CAMERA + 'pasword = { env = "CAMERA" }\n', ":4: camera[1].pasword: is not a known key; is it password?"),
    ("a key that is not known", CAMERA + "brightness = 7\n", ":4: camera[1].brightness: is not a known key; remove it or correct its spelling."),
    ("a station without its noughts", station('"34-12"'), ":2: camera[1].station: a station id is three digits, a hyphen, three digits, such as 034-012, not '34-12'."),
    ("a station with an underscore", station('"034_012"'), ":2: camera[1].station: a station id is three digits, a hyphen, three digits, such as 034-012, not '034_012'."),
    ("a station with a blank", station('"034-012 "'), ":2: camera[1].station: a station id is three digits, a hyphen, three digits, such as 034-012, not '034-012 '."),
    ("a station in Arabic digits", station('"٠٣٤-٠١٢"'), ":2: camera[1].station: a station id is three digits, a hyphen, three digits, such as 034-012, not '٠٣٤-٠١٢'."),
    ("a station of a constituency that is not", station('"126-001"'), ":2: camera[1].station: a constituency is numbered 1 to 125, not 126."),
    ("a station numbered 0", station('"034-000"'), ":2: camera[1].station: a polling station is numbered 1 to 999, not 0."),
    ("an empty station", station('""'), ":2: camera[1].station: a station id is three digits, a hyphen, three digits, such as 034-012, not ''."),
    ("a station without quotes", station("034012"), ":2: is not valid TOML at column 12: something stands behind the value; put a text in quotes, write a day as 2026-11-29 and a time as 08:00:00."),
    ("a number for a station", station("34"), ":2: camera[1].station: is a text in quotes, not 34."),
    ("two stations for a camera", station('["034-012", "034-013"]'), ":2: camera[1].station: is a text in quotes, not […]."),
    ("a station twice", CAMERA + CAMERA, ":5: camera[2].station: 034-012 stands already at camera 1; remove one of them."),
    ("a station three times", CAMERA + CAMERA + CAMERA, [':5: camera[2].station: 034-012 stands already at camera 1; remove one of them.', ':8: camera[3].station: 034-012 stands already at camera 1; remove one of them.']),
    ("a number for an address", main("5"), ":3: camera[1].main: is a text in quotes, not 5."),
    ("a table for an address", main('{ url = "rtsp://10.0.0.5/", password = "hunter2" }'), ":3: camera[1].main: is a text in quotes, not {…}."),
    ("an empty address", main('""'), ":3: camera[1].main: only rtsp://, rtsps://, srt://, rtmp://, http://, https:// addresses are cameras, not an address without a scheme."),
    ("an address without its kind", main('"10.0.0.5/main"'), ":3: camera[1].main: only rtsp://, rtsps://, srt://, rtmp://, http://, https:// addresses are cameras, not an address without a scheme."),
    ("a file", main('"file:///etc/passwd"'), ":3: camera[1].main: only rtsp://, rtsps://, srt://, rtmp://, http://, https:// addresses are cameras, not file."),
    ("files one after the other", main('"concat:/etc/passwd|/etc/group"'), ":3: camera[1].main: only rtsp://, rtsps://, srt://, rtmp://, http://, https:// addresses are cameras, not concat."),
    ("large letters", main('"RTSP://10.0.0.5/main"'), ":3: camera[1].main: only rtsp://, rtsps://, srt://, rtmp://, http://, https:// addresses are cameras, not RTSP."),
    ("a password in an address", main('"rtsp://viewer:hunter2@10.0.0.5/main"'), ":3: camera[1].main: holds a user or password; write them as user and password = { env = … }."),
    ("a password in a query", main('"http://10.0.0.5/video?password=hunter2"'), ":3: camera[1].main: holds password, which would show in the list of processes; only rtsp:// and rtsps:// may hold secrets."),
    ("an address without a host", main('"rtsp:///main"'), ":3: camera[1].main: names no host; write rtsp://host:port/path."),
    ("an address with half a host", main('"rtsp://10.0.5/main"'), ":3: camera[1].main: names a host by numbers that are no address; write four numbers from 0 to 255."),
    ("an address with half a bracket", main('"rtsp://[fe80::1/main"'), ":3: camera[1].main: is not an address; write rtsp://host:port/path."),
    ("an address with a port that cannot be", main('"rtsp://10.0.0.5:99999/main"'), ":3: camera[1].main: is not an address; write rtsp://host:port/path."),
    ("an address of another service", main('"rtsp://10.0.0.5:22/main"'), ":3: camera[1].main: names port 22, where another kind of service listens; cameras use 554, 322, 1935, 80, 443."),
    ("an address with a blank", main('"rtsp://10.0.0.5/ma in"'), ":3: camera[1].main: holds a space or control character; write a space as %20."),
    ("an address with a letter of ours", main('"rtsp://10.0.0.5/şöbə"'), ":3: camera[1].main: holds a letter that addresses cannot have; write it as %… in the path, as xn--… in the host."),
    ("an address without end", main(f'"rtsp://10.0.0.5/{"x" * 3_000}"'), ":3: camera[1].main: is longer than 2048 characters; shorten it."),
    ("where clouds keep credentials", main('"http://169.254.169.254/latest/meta-data"'), ":3: camera[1].main: names 169.254.169.254, where clouds keep their machines' credentials; write the camera's own address."),
    ("what gives machines their credentials", main('"http://metadata.google.internal/"'), ":3: camera[1].main: names metadata.google.internal, which gives machines their credentials and is no camera; write the camera's own address."),
    ("this machine's own services", main('"http://localhost:8080/"'), ":3: camera[1].main: names this machine itself, where other services listen; only rtsp:// may."),
    ("SRT without a port", main('"srt://10.0.0.5"'), ":3: camera[1].main: names no port; write srt://host:port."),
    ("a number for the sub stream", CAMERA + "sub = 2\n", ":4: camera[1].sub: is a text in quotes, not 2."),
    ("an empty sub stream", CAMERA + 'sub = ""\n', ":4: camera[1].sub: only rtsp://, rtsps://, srt://, rtmp://, http://, https:// addresses are cameras, not an address without a scheme."),
    ("a password in the sub stream", CAMERA + 'sub = "rtsp://viewer:hunter2@10.0.0.5/sub"\n', ":4: camera[1].sub: holds a user or password; write them as user and password = { env = … }."),
    ("a number for a user", CAMERA + "user = 7\n", ":4: camera[1].user: is a text in quotes, not 7."),
    ("an empty user", CAMERA + 'user = ""\n', ":4: camera[1].user: is empty; write a text."),
    ("a user with the password", CAMERA + 'user = "viewer:hunter2"\n', ":4: camera[1].user: holds a colon, which no user has; write a password as password = { env = … }."),
    ("a user where none can be given", main('"https://10.0.0.5/main"') + 'user = "viewer"\n', ":1: camera[1]: user and password are given to rtsp:// and rtsps:// cameras only; remove them."),
    ("a password without a user", CAMERA + 'password = { env = "CAMERA" }\n', ":1: camera[1]: a password needs a user beside it; add user."),
    ("a password in plain text", USER + 'password = "hunter2"\n', ':5: camera[1].password: is never written here itself; write either { env = "NAME" } or { file = "path" }.'),
    ("a password of digits in plain text", USER + "password = 123456\n", ':5: camera[1].password: is never written here itself; write either { env = "NAME" } or { file = "path" }.'),
    ("passwords in a list", USER + 'password = ["hunter2"]\n', ':5: camera[1].password: is never written here itself; write either { env = "NAME" } or { file = "path" }.'),
    ("a password in plain text by another name", USER + 'pass = "hunter2"\n', ":5: camera[1].pass: is not a known key; is it password?"),
    ("a password that refers to nothing", USER + "password = {}\n", ':5: camera[1].password: write either { env = "NAME" } or { file = "path" }.'),
    ("a password that refers to two places", USER + 'password = { env = "CAMERA", file = "secret" }\n', ':5: camera[1].password: write either { env = "NAME" } or { file = "path" }.'),
    ("a password in plain text in its table", USER + 'password = { value = "hunter2" }\n', ":5: camera[1].password.value: is not a known key; remove it or correct its spelling."),
    ("a password in a list in its table", USER + 'password = { env = ["hunter2"] }\n', ":5: camera[1].password.env: is a text in quotes, not ***."),
    ("a misspelt reference", USER + '[camera.password]\nevn = "CAMERA"\n', ":6: camera[1].password.evn: is not a known key; is it env?"),
    ("a variable without a name", USER + 'password = { env = "" }\n', ":5: camera[1].password.env: is empty; write a text."),
    ("a variable that is not set", USER + 'password = { env = "POLLCAST_UNSET" }\n', ":5: camera[1].password: the environment variable POLLCAST_UNSET is not set; set it to the password."),
    ("a variable that is empty", USER + 'password = { env = "POLLCAST_EMPTY" }\n', ":5: camera[1].password: the environment variable POLLCAST_EMPTY is empty; set it to the password."),
    ("a secret file without a name", USER + 'password = { file = "" }\n', ":5: camera[1].password.file: is empty; write a text."),
    ("a secret file that is not there", USER + 'password = { file = "none" }\n', ":5: camera[1].password: the secret file none cannot be read: No such file or directory."),
    ("a folder for a secret file", USER + 'password = { file = "content" }\n', ":5: camera[1].password: the secret file content cannot be read: Is a directory."),
    ("a secret file of several lines", USER + 'password = { file = "pollcast.toml" }\n', ":5: camera[1].password: the secret file pollcast.toml has several lines; it holds the password alone."),
    ("an empty secret file", USER + 'password = { file = "empty" }\n', ":5: camera[1].password: the secret file empty is empty; write the password into it."),
    ("a secret file that is no text", USER + 'password = { file = "binary" }\n', ":5: camera[1].password: the secret file binary is not UTF-8; save it again and choose the encoding UTF-8."),
    ("a zero in the name of a secret file", USER + 'password = { file = "a\\u0000b" }\n', ":5: camera[1].password: the secret file cannot be read: embedded null byte."),
    ("certificates for a camera without any", CAMERA + 'ca = "ca.pem"\n', ":1: camera[1]: ca is for rtsps:// cameras; remove it."),
    ("certificates that are not there", SECURE + 'ca = "none.pem"\n', ":4: camera[1].ca: none.pem holds no certificates in PEM; name a file that does, or leave ca out."),
    ("certificates that are none", SECURE + 'ca = "binary"\n', ":4: camera[1].ca: binary holds no certificates in PEM; name a file that does, or leave ca out."),
    ("certificates without a name", SECURE + 'ca = ""\n', ":4: camera[1].ca: is empty; write a text."),
    ("a zero in the name of certificates", SECURE + 'ca = "a\\u0000b"\n', ':4: camera[1].ca: a\x00b holds no certificates in PEM; name a file that does, or leave ca out.'),
    ("a number for certificates", SECURE + "ca = 1\n", ":4: camera[1].ca: is a text in quotes, not 1."),
    ("a mask that is not there", CAMERA + 'mask = "none.toml"\n', ":4: camera[1].mask: the mask none.toml: there is no such file. Without it the camera does not start."),
    ("a folder for a mask", CAMERA + 'mask = "content"\n', ":4: camera[1].mask: the mask content: cannot be read: Is a directory. Without it the camera does not start."),
    ("a mask without a name", CAMERA + 'mask = ""\n', ":4: camera[1].mask: is empty; write a text."),
    ("a truth value for a mask", CAMERA + "mask = true\n", ":4: camera[1].mask: is a text in quotes, not true."),
    ("a mask that is no mask", CAMERA + 'mask = "pollcast.toml"\n', ['pollcast.toml:1: election: is not a known key; remove it or correct its spelling.', 'pollcast.toml:5: store: is not a known key; remove it or correct its spelling.']),
    ("a mask that covers nothing", CAMERA + 'mask = "empty"\n', ":4: camera[1].mask: the mask empty: covers nothing; write a [[rectangle]] or a [[polygon]]. Without it the camera does not start."),
    ("a zero in the name of a mask", CAMERA + 'mask = "a\\u0000b"\n', ':4: camera[1].mask: the mask a\x00b: cannot be read: embedded null byte. Without it the camera does not start.'),
    ("a key twice", CAMERA + 'station = "034-013"\n', ":4: is not valid TOML at column 20: this name stands twice; remove one of them."),
    ("an address without quotes", main("rtsp://10.0.0.5/main"), ":3: is not valid TOML at column 8: no value can be read here; put a text in quotes, write true and false in small letters."),
    ("a bracket too few", CAMERA + "[[camera]\n", ":4: is not valid TOML at column 9: the name of a table is not closed; write ]] at its end."),
    ("a table in the list", CAMERA + '[camera]\nuser = "viewer"\n', ":4: is not valid TOML at column 8: the table camera was begun elsewhere already; write all of it in one place."),
    ("CSV", "station,main\n034-012,rtsp://10.0.0.5/main\n", ":1: is not valid TOML at column 8: there is no = behind the name; write name = value."),
    ("not UTF-8", CAMERA.encode() + b"# \xff\n", ":4: is not UTF-8; save it again and choose the encoding UTF-8."),
]  # fmt: skip
WITHOUT_PAGES: list[tuple[str, str, str]] = [
    ("a station without a page", station('"077-001"'), ":2: station: there is no page of station 077-001; add stations/077/077-001.md or remove the camera."),
]  # fmt: skip
"""Only the check looks at cameras and content together."""


def prepare(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make all right in `folder`, with files and variables that references may lead to."""
    write_content(folder / "content", 1)
    (folder / "pollcast.toml").write_text(GOOD, encoding="utf-8")
    (folder / "cameras.toml").write_text(CAMERA, encoding="utf-8")
    (folder / "binary").write_bytes(b"\xff\xfe\x00")
    (folder / "empty").touch()
    monkeypatch.setenv("CAMERA", "hunter2")
    monkeypatch.setenv("POLLCAST_EMPTY", "")
    monkeypatch.delenv("POLLCAST_UNSET", raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    prepare(tmp_path, monkeypatch)
    monkeypatch.setattr(upload.cli, "run_until_stopped", lambda _: pytest.fail("the packager began its work"))
    assert run(tmp_path, "check").code == 0
    return tmp_path


READERS = {"pollcast.toml": ("check", "build", "package"), "cameras.toml": ("check", "package")}
"""The commands that read each file."""


def refused_by(folder: Path, *commands: str) -> list[str]:
    """Return what each of the commands says, which is the same."""
    first, *others = [refused(folder, command) for command in commands]
    for said in others:
        assert said == first
    return first


def faults_of(folder: Path, name: str, text: str | bytes, *commands: str) -> list[str]:
    """Return what `commands`, or else all that read it, say when `text` is the file `name`, without that name."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    said = refused_by(folder, *(commands or READERS[name]))
    assert "hunter2" not in "\n".join(said)
    return [line.removeprefix(name) for line in said]


def listed(faults: str | list[str]) -> list[str]:
    return [faults] if isinstance(faults, str) else faults


@pytest.mark.parametrize(
    ("text", "faults"), [case[1:] for case in CONFIGURATION], ids=[case[0] for case in CONFIGURATION]
)
def test_a_wrong_configuration_is_named_by_line_and_field(
    folder: Path, text: str | bytes, faults: str | list[str]
) -> None:
    assert faults_of(folder, "pollcast.toml", text) == listed(faults)


@pytest.mark.parametrize(("text", "fault"), [case[1:] for case in STORES], ids=[case[0] for case in STORES])
def test_a_wrong_store_is_named_by_those_who_need_one(folder: Path, text: str, fault: str) -> None:
    assert faults_of(folder, "pollcast.toml", text, "check", "package") == [fault]


@pytest.mark.parametrize(("text", "faults"), [case[1:] for case in CAMERAS], ids=[case[0] for case in CAMERAS])
def test_wrong_cameras_are_named_by_line_and_field(folder: Path, text: str | bytes, faults: str | list[str]) -> None:
    assert faults_of(folder, "cameras.toml", text) == listed(faults)


@pytest.mark.parametrize(
    ("text", "fault"), [case[1:] for case in WITHOUT_PAGES], ids=[case[0] for case in WITHOUT_PAGES]
)
def test_cameras_that_the_content_does_not_know_are_named(folder: Path, text: str, fault: str) -> None:
    assert faults_of(folder, "cameras.toml", text, "check") == [fault]


@pytest.mark.parametrize("name", ["pollcast.toml", "cameras.toml"])
def test_a_file_far_too_large_is_not_read(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toml_file, "MAX_BYTES", 2 * 1024 * 1024)
    assert faults_of(folder, name, GOOD + "#" * 2 * 1024 * 1024) == [
        ": is larger than 2 MB; it is no file of settings."
    ]


@pytest.mark.parametrize("name", ["pollcast.toml", "cameras.toml"])
def test_a_folder_in_place_of_a_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    assert refused_by(folder, *READERS[name]) == [f"{name}: cannot be read: Is a directory."]


def test_a_configuration_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "pollcast.toml").unlink()
    assert refused_by(folder, *READERS["pollcast.toml"]) == ["pollcast.toml: there is no such file."]
