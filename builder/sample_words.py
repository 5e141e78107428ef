"""The words that sample places are named with, in three languages: invented, generic, nobody's name.

Each place says in its name that it is a sample.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """A word or a name in the languages of the site."""

    az: str
    en: str
    ru: str


SAMPLE = Words("Nümunə", "Sample", "Пример")

REGIONS = (
    ("cinar-sahili", Words("Çinar Sahili", "Plane Tree Coast", "Чинаровый берег")),
    ("elvan-duzen", Words("Əlvan Düzən", "Colourful Plain", "Пёстрая равнина")),
    ("gumus-dag", Words("Gümüş Dağ", "Silver Mountain", "Серебряная гора")),
    ("ipek-vadi", Words("İpək Vadi", "Silk Valley", "Шёлковая долина")),
    ("ilgim-colu", Words("Ilğım Çölü", "Mirage Steppe", "Степь миражей")),
    ("gunesli-yamac", Words("Günəşli Yamac", "Sunny Slope", "Солнечный склон")),
    ("serin-bulaq", Words("Sərin Bulaq", "Cool Spring", "Прохладный родник")),
    ("qizil-meydan", Words("Qızılı Meydan", "Golden Square", "Золотистая площадь")),
    ("xezri-burnu", Words("Xəzri Burnu", "North Wind Cape", "Мыс северного ветра")),
    ("ucqar-mese", Words("Ucqar Meşə", "Far Forest", "Дальний лес")),
    ("zeytun-bagi", Words("Zeytun Bağı", "Olive Garden", "Оливковый сад")),
    ("yasil-ada", Words("Yaşıl Ada", "Green Island", "Зелёный остров")),
)

DISTRICTS = {
    "cinar-sahili": ("Bakı", "Abşeron", "Sumqayıt", "Xızı", "Siyəzən", "Şabran", "Quba", "Qusar", "Xaçmaz"),
    "elvan-duzen": (
        "Kürdəmir",
        "Ucar",
        "Zərdab",
        "İmişli",
        "Saatlı",
        "Sabirabad",
        "Hacıqabul",
        "Şirvan",
        "Ağcabədi",
        "Beyləqan",
        "Bərdə",
    ),
    "gumus-dag": ("Gəncə", "Göygöl", "Daşkəsən", "Gədəbəy", "Şəmkir", "Samux", "Goranboy", "Naftalan"),
    "ipek-vadi": ("Balakən", "Zaqatala", "Qax", "Şəki", "Şəki şəhəri", "Oğuz", "Qəbələ"),
    "ilgim-colu": ("Qobustan", "Şamaxı", "Ağsu", "İsmayıllı"),
    "gunesli-yamac": ("Qazax", "Ağstafa", "Tovuz"),
    "serin-bulaq": ("Kəlbəcər", "Laçın", "Şuşa", "Şuşa şəhəri", "Xankəndi", "Xocalı", "Qubadlı", "Zəngilan"),
    "qizil-meydan": ("Sədərək", "Şərur", "Kəngərli", "Babək", "Naxçıvan", "Şahbuz", "Culfa", "Ordubad"),
    "xezri-burnu": ("Neftçala", "Salyan", "Biləsuvar"),
    "ucqar-mese": ("Lənkəran", "Lənkəran şəhəri", "Astara", "Lerik", "Masallı", "Yardımlı", "Cəlilabad"),
    "zeytun-bagi": ("Ağdam", "Tərtər", "Füzuli", "Xocavənd", "Cəbrayıl"),
    "yasil-ada": ("Göyçay", "Ağdaş", "Yevlax", "Yevlax şəhəri", "Mingəçevir"),
}
"""The real districts in whose outlines the invented regions are drawn, so that the map shows something."""

CONSTITUENCIES = (
    Words("Şərq məhəlləsi", "East Quarter", "Восточный квартал"),
    Words("Qərb məhəlləsi", "West Quarter", "Западный квартал"),
    Words("Şimal məhəlləsi", "North Quarter", "Северный квартал"),
    Words("Cənub məhəlləsi", "South Quarter", "Южный квартал"),
    Words("Köhnə liman", "Old Harbour", "Старая гавань"),
    Words("Yuxarı kənd", "Upper Village", "Верхнее село"),
    Words("Aşağı kənd", "Lower Village", "Нижнее село"),
    Words("Çayqırağı", "Riverside", "Приречье"),
    Words("Bağlar", "Orchards", "Сады"),
)

BUILDINGS = (
    Words("{n} nömrəli məktəb", "School No. {n}", "школа № {n}"),
    Words("{n} nömrəli uşaq bağçası", "Kindergarten No. {n}", "детский сад № {n}"),
    Words("{n} nömrəli kitabxana", "Library No. {n}", "библиотека № {n}"),
    Words("{n} nömrəli gənclər mərkəzi", "Youth Centre No. {n}", "молодёжный центр № {n}"),
    Words("{n} nömrəli idman zalı", "Sports Hall No. {n}", "спортивный зал № {n}"),
    Words("{n} nömrəli mədəniyyət evi", "House of Culture No. {n}", "дом культуры № {n}"),
    Words("{n} nömrəli musiqi məktəbi", "Music School No. {n}", "музыкальная школа № {n}"),
)

STREETS = (
    Words("Çinar küçəsi", "Plane Tree Street", "Чинаровая улица"),
    Words("Əncir küçəsi", "Fig Street", "Инжирная улица"),
    Words("Gül küçəsi", "Flower Street", "Цветочная улица"),
    Words("Göyərçin küçəsi", "Dove Street", "Голубиная улица"),
    Words("İşıqlı küçə", "Bright Street", "Светлая улица"),
    Words("Qovaq küçəsi", "Poplar Street", "Тополиная улица"),
    Words("Şəlalə küçəsi", "Waterfall Street", "Водопадная улица"),
    Words("Söyüd küçəsi", "Willow Street", "Ивовая улица"),
    Words("Üzüm küçəsi", "Grape Street", "Виноградная улица"),
    Words("Yağış küçəsi", "Rain Street", "Дождевая улица"),
    Words("Zoğal küçəsi", "Cornel Street", "Кизиловая улица"),
)

HOME_DESCRIPTION = Words(
    "Nümunə: uydurma seçki məntəqələrindən canlı video.",
    "Sample: live video from invented polling stations.",
    "Пример: прямая трансляция с вымышленных избирательных участков.",
)

HOME_TEXT = Words(
    "Bu sayt nümunədir: bölgələr, dairələr, məntəqələr və ünvanlar **uydurmadır**. Hər məntəqənin canlı görüntüsünü\n"
    "qeydiyyatsız izləyin: məntəqəni nömrəsi, ünvanı və ya adı ilə tapın, yaxud bölgənizi seçin.",
    "This site is a sample: regions, constituencies, stations and addresses are **invented**. Watch any station live\n"
    "without registration: find it by number, address or name, or choose your region.",
    "Этот сайт — пример: регионы, округа, участки и адреса **вымышлены**. Смотрите трансляцию с любого участка без\n"
    "регистрации: найдите его по номеру, адресу или названию либо выберите свой регион.",
)

NEWS_TITLE = Words(
    "Nümunə: yayım səsvermədən əvvəl başlayır",
    "Sample: the broadcast begins before voting",
    "Пример: трансляция начинается до голосования",
)

NEWS_TEXT = Words(
    "Bu, nümunə xəbərdir.\n\n## Nə göstəriləcək\n\n- məntəqənin zalı və seçki qutusu;\n- səslərin sayılması;\n"
    "- məntəqə bağlanandan sonra videoyazı.\n\nMəntəqəni [ana səhifədə](/az/) tapa bilərsiniz.",
    "This is a sample news item.\n\n## What will be shown\n\n- the hall of the station and the ballot box;\n"
    "- the counting of the votes;\n- the recording after the station has closed.\n\n"
    "Find a station on the [home page](/en/).",
    "Это пример новости.\n\n## Что будет показано\n\n- зал участка и урна для голосования;\n- подсчёт голосов;\n"
    "- запись после закрытия участка.\n\nНайти участок можно на [главной странице](/ru/).",
)

ABOUT_TITLE = Words("Nümunə: bu sayt haqqında", "Sample: about this site", "Пример: об этом сайте")

ABOUT_DESCRIPTION = Words(
    "Nümunə: canlı görüntünü necə izləmək olar.",
    "Sample: how to watch the live video.",
    "Пример: как смотреть прямую трансляцию.",
)

ABOUT_TEXT = Words(
    "Bu, nümunə səhifədir.\n\n## Necə izləmək olar\n\n"
    "Məntəqəni tapın və canlı görüntünü açın. Yavaş bağlantıda kiçik görüntünü və ya yalnız şəkilləri seçin.",
    "This is a sample page.\n\n## How to watch\n\n"
    "Find a station and start the live video. On a slow connection choose the small picture or still pictures only.",
    "Это пример страницы.\n\n## Как смотреть\n\n"
    "Найдите участок и включите трансляцию. При медленном соединении выберите маленькую картинку или только снимки.",
)

PAST_NAME = Words("Nümunə: 2021-ci il seçkiləri", "Sample: elections of 2021", "Пример: выборы 2021 года")

PAST_TEXT = Words(
    "Bu, keçmiş seçkinin nümunəsidir: seçki də, məntəqələri də **uydurmadır** və o günün videoyazısı yoxdur.\n"
    "Həqiqi arxivdə hər məntəqənin səhifəsi səsvermə gününün videoyazısını göstərir.",
    "This is a sample of a past election: it and its stations are **invented**, and there are no recordings of that\n"
    "day. In a real archive the page of each station shows the recording of the day of voting.",
    "Это пример прошедших выборов: и выборы, и участки **вымышлены**, записей за этот день нет. В настоящем архиве на\n"
    "странице каждого участка показана запись дня голосования.",
)

CAMERA_NOTE = Words(
    "Kamera zalı və seçki qutusunu göstərir.",
    "The camera shows the hall and the ballot box.",
    "Камера показывает зал и урну для голосования.",
)
NOTE = Words(
    "Nümunə qeyd: məntəqənin girişi həyət tərəfdəndir.",
    "Sample note: the entrance is from the courtyard.",
    "Пример примечания: вход на участок со двора.",
)
