"""What stands in the open data, field by field: for the site's page about it and for docs/open-data.md. Pure."""

from __future__ import annotations

from builder import views
from builder.labels import Labels


def fields_in(labels: Labels) -> tuple[views.DataField, ...]:
    """Return every column of `catalogue.csv`, its place in `catalogue.json` and its meaning, in the labels' language.

    `*` stands for a language: az, en or ru.
    """
    rows = (
        ("id", "id", labels.gettext("Id of the station: constituency and number, three digits each. Never changes.")),
        ("constituency", "", labels.gettext("Number of the constituency")),
        ("number", "", labels.gettext("Number of the station within its constituency")),
        ("constituency_name_*", "constituencies: name", labels.gettext("Name of the constituency")),
        ("region", "constituencies: region", labels.gettext("Region, by the name in its address")),
        ("region_name_*", "regions: name", labels.gettext("Name of the region")),
        ("name_*", "name", labels.gettext("Name of the building")),
        ("address_*", "address", labels.gettext("Address of the building")),
        ("lat", "coordinates: lat", labels.gettext("Degrees north (WGS 84)")),
        ("lon", "coordinates: lon", labels.gettext("Degrees east (WGS 84)")),
        ("registered_voters", "registered_voters", labels.gettext("How many voters are on the list")),
        ("accessibility", "accessibility", labels.gettext("What helps disabled people, words of a fixed list")),
        ("opening", "opening", labels.gettext("When voting begins; in JSON only where it is not the election's hour")),
        ("closing", "closing", labels.gettext("When voting ends; in JSON only where it is not the election's hour")),
        ("camera_note_*", "camera_note", labels.gettext("What is to be said of the camera")),
        ("maintenance_note_*", "maintenance_note", labels.gettext("What is to be said of maintenance work")),
        ("license", "license", labels.gettext("The licence of the data")),
    )
    return tuple(views.DataField(column=column, json=json, meaning=meaning) for column, json, meaning in rows)
