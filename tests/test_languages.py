"""Which language a text is in, and what is made of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from octavo.clean import clean
from octavo.guidance import Guidance
from octavo.languages import recognise
from octavo.model import Line, Place, Text

SOURCE = str(Path(__file__).parent.parent / "src")

# The same few sentences: "In the morning the river was quiet again. The children, who had not
# slept, went to the bridge with their mother and looked for the boat. It was not there."
SENTENCES = {
    "ca": "Al matí el riu era tranquil una altra vegada. Els nens, que no havien dormit, van anar"
    " al pont amb la seva mare i van buscar la barca. Però no hi era més.",
    "cs": "Ráno byla řeka zase klidná. Děti, které nespaly, šly s matkou k mostu a hledaly loďku,"
    " ale ta tam už nebyla. Jako by ji někdo odnesl do tmy.",
    "da": "Om morgenen var floden stille igen. Børnene, der ikke havde sovet, gik med deres mor"
    " hen til broen og så efter båden, men den var der ikke mere.",
    "de": "Am Morgen war der Fluss wieder still. Die Kinder, die nicht geschlafen hatten, gingen"
    " mit ihrer Mutter auf die Brücke und suchten das Boot. Es war nicht da.",
    "el": "Το πρωί το ποτάμι ήταν πάλι ήσυχο. Τα παιδιά πήγαν με τη μητέρα τους στη γέφυρα.",
    "en": "In the morning the river was quiet again. The children, who had not slept, went to the"
    " bridge with their mother and looked for the boat. It was not there.",
    "es": "Por la mañana el río estaba otra vez tranquilo. Los niños, que no habían dormido,"
    " fueron con su madre al puente y buscaron la barca, pero no estaba en su lugar.",
    "fi": "Aamulla joki oli taas hiljainen. Lapset, jotka eivät olleet nukkuneet, menivät äidin"
    " kanssa sillalle, mutta vene ei ollut siellä, kun he sitä etsivät. Se oli poissa.",
    "fr": "Le matin, la rivière était de nouveau calme. Les enfants, qui n’avaient pas dormi,"
    " allèrent sur le pont avec leur mère et cherchèrent la barque. Elle n’y était plus.",
    "hu": "Reggel a folyó megint csendes volt. A gyerekek, akik nem aludtak, az anyjukkal a hídra"
    " mentek, és keresték a csónakot, de az már nem volt ott.",
    "it": "La mattina il fiume era di nuovo tranquillo. I bambini, che non avevano dormito,"
    " andarono con la madre sul ponte e cercarono la barca, ma non era più al suo posto.",
    "ja": "朝、川はまた静かだった。子供たちは母と橋へ行き、舟を探した。",
    "ko": "아침에 강은 다시 고요했다. 아이들은 어머니와 함께 다리로 갔다.",
    "la": "Mane flumen iterum quietum erat. Pueri, qui non dormierant, cum matre ad pontem ierunt"
    " et naviculam quaesiverunt, sed non iam aderat; nam ex ripa abierat.",
    "nl": "In de ochtend was de rivier weer stil. De kinderen, die niet geslapen hadden, gingen"
    " met hun moeder naar de brug en zochten de boot, maar hij was er niet.",
    "pl": "Rano rzeka znowu była cicha. Dzieci, które nie spały, poszły z matką na most i szukały"
    " łódki, ale jej już tam nie było. To było tak, jak by odeszła do nocy.",
    "pt": "De manhã o rio estava de novo tranquilo. As crianças, que não tinham dormido, foram com"
    " a mãe à ponte e procuraram o barco, mas não estava mais no seu lugar.",
    "ro": "Dimineața râul era din nou liniștit. Copiii, care nu dormiseră, au mers cu mama lor pe"
    " pod și au căutat barca, dar nu mai era la locul ei.",
    "ru": "Утром река снова была тиха. Дети, которые не спали, пошли с матерью на мост и искали"
    " лодку, но её там не было. Она как будто ушла в ночь.",
    "sv": "På morgonen var floden stilla igen. Barnen, som inte hade sovit, gick med sin mor till"
    " bron och letade efter båten, men den var inte där.",
    "tr": "Sabah nehir yine sakindi. Uyumamış olan çocuklar anneleri ile köprüye gitti ve kayığı"
    " aradı, ama o orada değildi. Gece için çok uzaktı.",
    "uk": "Уранці ріка знову була тиха. Діти, які не спали, пішли з матір’ю на міст і шукали"
    " човен, але його там не було.",
    "zh": "早晨河水又平静了。孩子们和母亲走到桥上，寻找那只小船，可是它已经不在了。",
    "ar": "في الصباح كان النهر هادئا. ذهب الأطفال مع أمهم إلى الجسر، وبحثوا عن القارب الذي كان.",
    "he": "בבוקר היה הנהר שקט. הילדים הלכו עם אמם אל הגשר, והם חיפשו את הסירה, אבל היא לא היתה.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_few_sentences_are_recognised(language: str) -> None:
    assert recognise(SENTENCES[language]) == language
    assert recognise(SENTENCES[language].upper()) == language


@pytest.mark.parametrize(
    "text", ["", "1 2 3", "CHAPTER I", "Rose, Nell, Anna, Karl", "Hm! — Oh! — Ah! — Oh!", "?" * 99]
)
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    assert recognise(text) is None


def test_a_mixture_of_two_languages_is_told_by_its_greater_part() -> None:
    assert recognise(SENTENCES["en"] + SENTENCES["fr"] * 4) == "fr"


def test_a_sample_from_all_over_a_long_text_is_enough() -> None:
    notice = SENTENCES["en"] * 100
    assert recognise(notice + SENTENCES["it"] * 4000 + notice) == "it"


def test_an_archives_notice_does_not_count() -> None:
    notice = [SENTENCES["en"]] * 40
    marks = ("*** START OF THE PROJECT GUTENBERG EBOOK X ***", "*** END OF THE EBOOK X ***")
    rows = [*notice, marks[0], SENTENCES["fr"], marks[1], *notice]
    lines = (Line(row, Place("a.txt", number)) for number, row in enumerate(rows, 1))
    text = Text(tuple(lines))
    assert clean(text, Guidance()).language == "fr"
    assert clean(text, Guidance("it")).language == "it"


def test_the_dictionary_is_not_loaded_before_it_is_needed() -> None:
    script = (
        "import sys\n"
        "from octavo.structure import structure\n"
        "from octavo.guidance import Guidance\n"
        "from octavo.model import Line, Place, Text\n"
        "rows = ['The gardener forgot to wa-', 'ter the roses.'] * 9\n"
        "text = Text(tuple(Line(row, Place('a', n)) for n, row in enumerate(rows, 1)))\n"
        "structure(text, Guidance('fr'))\n"
        "assert 'simplemma' not in sys.modules\n"
        "structure(text, Guidance('en'))\n"
        "assert 'simplemma' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": SOURCE})
