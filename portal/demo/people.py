"""Invented people: names put together from lists, addresses under example domains, telephone numbers nobody has."""

import unicodedata
from dataclasses import dataclass
from random import Random

# Lists of short words are easier to read as one string.
WORDS = str.split

#: For each language the first names and the surnames that go with them, for women and for men.
NAMES = {
    "en": [
        ("Amelia Grace Hannah Isla Lily Molly Olivia Poppy Ruby Sophie", "{en}"),
        ("Arthur Callum Daniel George Harry Jack Leo Oliver Samuel Thomas", "{en}"),
    ],
    "sk": [
        (
            "Alžbeta Dominika Ivana Jana Katarína Lucia Mária Petra Soňa Zuzana",
            "Balážová Hudáková Kolárová Kováčová Krajčírová Molnárová Nováková Poláková Šimková Vargová",
        ),
        (
            "Adam Dušan Filip Jakub Ján Ľuboš Marek Michal Peter Tomáš",
            "Baláž Hudák Kolár Kováč Krajčír Molnár Novák Polák Šimko Varga",
        ),
    ],
    "cs": [
        (
            "Adéla Barbora Eliška Hana Jitka Kateřina Lenka Markéta Tereza Veronika",
            "Černá Dvořáková Horáková Jelínková Králová Procházková Růžičková Svobodová Veselá Zemanová",
        ),
        (
            "Antonín Bohumil Jaroslav Jiří Karel Lukáš Ondřej Pavel Václav Vojtěch",
            "Černý Dvořák Horák Jelínek Král Procházka Růžička Svoboda Veselý Zeman",
        ),
    ],
    "ru": [
        (
            "Анна Вера Дарья Елена Ирина Мария Наталья Ольга Светлана Татьяна",
            "Белова Волкова Захарова Иванова Козлова Морозова Орлова Павлова Соколова Фролова",
        ),
        (
            "Алексей Борис Виктор Дмитрий Иван Максим Николай Павел Роман Сергей",
            "Белов Волков Захаров Иванов Козлов Морозов Орлов Павлов Соколов Фролов",
        ),
    ],
    "hi": [
        (
            "अनीता काव्या दीपा निशा पूजा प्रिया मीरा राधा लता सुनीता",
            "अग्रवाल कपूर गुप्ता जोशी पटेल मेहता यादव वर्मा शर्मा सिंह",
        ),
        (
            "अजय अमित अर्जुन मोहन रवि राजेश राहुल विजय संजय सुरेश",
            "अग्रवाल कपूर गुप्ता जोशी पटेल मेहता यादव वर्मा शर्मा सिंह",
        ),
    ],
}
ENGLISH = (
    "Baker Carter Clark Cooper Evans Foster Green Hughes Mason Parker Reed Taylor Turner Walker Ward Wood"
)

#: How often a language is met.
SHARES = {"en": 30, "sk": 22, "cs": 20, "ru": 18, "hi": 10}

LATIN = {
    **dict(
        zip(
            "абвгдежзийклмнопрстуфхцчшщыэюя",
            WORDS("a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya"),
            strict=True,
        )
    ),
    "ь": "",
    "ъ": "",
}
HINDI = dict(
    zip(
        WORDS(" ".join([NAMES["hi"][0][0], NAMES["hi"][1][0], NAMES["hi"][0][1]])),
        WORDS(
            "anita kavya dipa nisha puja priya mira radha lata sunita"
            " ajay amit arjun mohan ravi rajesh rahul vijay sanjay suresh"
            " agarwal kapur gupta joshi patel mehta yadav varma sharma singh"
        ),
        strict=True,
    )
)

#: Area codes of North America; 555-0100 to 555-0199 belongs to nobody in each of them.
AREAS = WORDS(
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252"
    " 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320"
    " 321 323 325 330 331 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415"
    " 417 419 423 424 425 430 432 434 435 440 443 458 469 470 475 478 479 480 484 501 502 503 504 505 507 508 509 510"
)


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    locale: str
    email: str
    phone: str | None


def latin(name: str) -> str:
    """How a name is written in a username.

    >>> latin("Šimková"), latin("Захарова"), latin("शर्मा")
    ('simkova', 'zakharova', 'sharma')
    """
    if name in HINDI:
        return HINDI[name]
    plain = "".join(LATIN.get(letter, letter) for letter in name.lower())
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()


def phone(number: int) -> str:
    """The number's telephone number, from the ranges set aside for fiction.

    >>> phone(0), phone(999), phone(1000)
    ('+447700900000', '+447700900999', '+12015550100')
    """
    if number < 1000:
        return f"+447700900{number:03}"
    area, line = divmod(number - 1000, 100)
    return f"+1{AREAS[area]}55501{line:02}"


def invent(count: int, seed: int) -> list[Person]:
    """The first people of an endless list: whoever is among 500 is the same among 20,000."""
    dice = Random(seed)
    seen: dict[str, int] = {}
    people = []
    phones = 0
    for _ in range(count):
        locale = dice.choices(list(SHARES), SHARES.values())[0]
        firsts, lasts = dice.choice(NAMES[locale])
        first = dice.choice(firsts.split())
        last = dice.choice(lasts.replace("{en}", ENGLISH).split())
        base = f"{latin(first)}.{latin(last)}"
        seen[base] = seen.get(base, 0) + 1
        username = base if seen[base] == 1 else f"{base}{seen[base]}"
        number = None
        if dice.random() < 0.4 and phones < 1000 + 100 * len(AREAS):
            number = phone(phones)
            phones += 1
        domain = dice.choice(("example.com", "example.org", "example.net"))
        people.append(Person(username, f"{first} {last}", locale, f"{username}@{domain}", number))
    return people
