"""Names are matched whole; an unknown part makes the whole unknown."""

import pytest

from careplan.rules.book import book

IDENTITY = {
    "Advil": ["ibuprofen"],
    "ibuprofen 400 mg": ["ibuprofen"],
    "Ibuprofen 400 MG Oral Tablet": ["ibuprofen"],
    "naproxen sodium 220mg": ["naproxen"],
    "  Aleve ": ["naproxen"],
    "paracetamol": ["acetaminophen"],
    "Tylenol": ["acetaminophen"],
    "lisinopril/hydrochlorothiazide": ["hydrochlorothiazide", "lisinopril"],
    "amlodipine + valsartan": ["amlodipine", "valsartan"],
    "oxycodone and acetaminophen": ["acetaminophen", "oxycodone"],
    "Acetaminophen 325 MG / Hydrocodone Bitartrate 7.5 MG Oral Tablet": ["acetaminophen", "hydrocodone"],
    "hydrocodone-acetaminophen": ["acetaminophen", "hydrocodone"],
    "co-codamol 30/500": ["acetaminophen", "codeine"],
    "St John’s Wort": ["st john's wort"],
    "fentanyl 25 mcg/h patch": ["fentanyl"],
    "insulin glargine 100 units/ml": ["insulin"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), IDENTITY.items())
def test_known_names(name, wanted):
    assert list(book().drugs.ingredients_of(name)) == wanted


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "1", "400 mg", "Zzyzxol", "not ibuprofen", "ibuprofen zzyzxol",
        "ibuprofen and zzyzxol", "ibuprofen 400 mg warfarin 5 mg", "<b>ibuprofen</b>",
        "ibuprofenum", "x" * 80,
    ],
)  # fmt: skip
def test_unknown_names(name):
    assert book().drugs.ingredients_of(name) == ()


@pytest.mark.parametrize(
    ("ingredient", "code"),
    [
        ("celecoxib", "nsaid"), ("magnesium salicylate", "nsaid"), ("aspirin", "antiplatelet_any"), ("sacubitril", "ace_or_arb"),
        ("chlorthalidone", "diuretic"), ("edoxaban", "anticoagulant"), ("vortioxetine", "serotonergic"),
        ("rasagiline", "maoi"), ("linezolid", "maoi"), ("zopiclone", "cns_depressant"),
        ("pregabalin", "gabapentinoid"), ("pregabalin", "cns_active"), ("tacrolimus", "level_drug"),
        ("tramadol", "opioid"), ("tramadol", "serotonergic"), ("methadone", "opioid"),
        ("dapagliflozin", "sglt2"), ("atenolol", "antihypertensive"),
    ],
)  # fmt: skip
def test_classes(ingredient, code):
    assert code in book().drugs.classes_of(ingredient)


@pytest.mark.parametrize(
    ("ingredient", "code"),
    [
        ("aspirin", "nsaid"),
        ("acetaminophen", "nsaid"),
        ("fluoxetine", "maoi"),
        ("metformin", "sglt2"),
    ],
)
def test_not_in_a_class(ingredient, code):
    assert code not in book().drugs.classes_of(ingredient)


def test_rxnorm_codes_name_ingredients():
    assert book().drugs.by_rxnorm("5640") == "ibuprofen"
    assert book().drugs.by_rxnorm("0") is None


def test_every_member_of_every_class_is_a_known_name():
    drugs = book().drugs
    for members in drugs.members.values():
        for member in members:
            assert drugs.ingredients_of(member), member


BRANDS = {  # section 9, names of the US, the UK, the EU and Australia
    "ibuprofen": "Advil, Motrin, Nurofen, Brufen, Fenbid, Cuprofen, Dolormin, Rafen, Ibugel",
    "naproxen": "Aleve, Naprosyn, EC-Naprosyn, Anaprox, Naprelan, Naprogesic, Synflex, Proxen",
    "diclofenac": "Voltaren, Voltarol, Voltaren Gel, Cataflam, Pennsaid, Dicloflex",
    "cyclobenzaprine": "Flexeril, Amrix, Fexmid, Tonmya",
    "gabapentin": "Neurontin, Gralise, Horizant, Gabarone",
    "duloxetine": "Cymbalta, Yentreve, Irenka, Drizalma Sprinkle, Ariclaim, Xeristar",
    "omeprazole": "Prilosec, Losec, Prilosec OTC, Mopral, Antra, Acimax",
    "acetaminophen": "Tylenol, Panadol, Calpol, paracetamol, Hedex, Doliprane, Panamax",
    "naloxone": "Narcan, Nyxoid, Kloxxado, Prenoxad",
    "aspirin": "Bayer, Ecotrin, Disprin, Nu-Seals, Aspro, Astrix, Bufferin",
    "celecoxib": "Celebrex, Celebra",
    "magnesium salicylate": "Doan's, Doan’s Extra Strength",
    "meloxicam": "Mobic, Mobec",
    "morphine": "MS Contin, MST, MST Continus, Oramorph, Kapanol, Zomorph, Sevredol",
    "oxycodone": "OxyContin, OxyNorm, Roxicodone, Endone, Longtec, Shortec",
    "hydrocodone": "Zohydro, Hysingla",
    "tramadol": "Ultram, Zydol, Tramal, ConZip, Zamadol, Contramal, Zydol XL",
    "hydromorphone": "Dilaudid, Palladone, Exalgo, Jurnista",
    "oxymorphone": "Opana",
    "methadone": "Dolophine, Methadose, Physeptone",
    "fentanyl": "Duragesic, Durogesic, Matrifen, Actiq, Fentora, Effentora",
    "tapentadol": "Nucynta, Palexia",
    "buprenorphine": "Butrans, BuTec, Belbuca, Subutex, Temgesic, Norspan, Transtec",
    "alprazolam": "Xanax, Kalma",
    "lorazepam": "Ativan, Temesta",
    "diazepam": "Valium, Antenex",
    "clonazepam": "Klonopin, Rivotril, Paxam",
    "zolpidem": "Ambien, Stilnox, Stilnoct",
    "pregabalin": "Lyrica, Alzain",
    "tizanidine": "Zanaflex, Sirdalud",
    "methocarbamol": "Robaxin",
    "baclofen": "Lioresal, Clofen",
    "carisoprodol": "Soma",
    "sertraline": "Zoloft, Lustral",
    "citalopram": "Celexa, Cipramil",
    "escitalopram": "Lexapro, Cipralex",
    "fluoxetine": "Prozac, Lovan",
    "venlafaxine": "Effexor, Effexor XR, Efexor, Efexor-XR, Vensir",
    "desvenlafaxine": "Pristiq",
    "amitriptyline": "Elavil, Endep, Saroten",
    "nortriptyline": "Pamelor, Allegron, Aventyl",
    "trazodone": "Desyrel, Molipaxin, Trittico",
    "sumatriptan": "Imitrex, Imigran",
    "fluvoxamine": "Luvox, Faverin, Fevarin",
    "phenelzine": "Nardil",
    "linezolid": "Zyvox, Zyvoxid",
    "tranylcypromine": "Parnate",
    "selegiline": "Eldepryl, Emsam",
    "isocarboxazid": "Marplan",
    "warfarin": "Coumadin, Marevan",
    "apixaban": "Eliquis",
    "rivaroxaban": "Xarelto",
    "dabigatran": "Pradaxa",
    "clopidogrel": "Plavix, Iscover",
    "lisinopril": "Zestril, Prinivil, Carace",
    "losartan": "Cozaar",
    "furosemide": "Lasix, frusemide, Frusid",
    "lithium": "Priadel, Lithobid, Camcolit, Lithicarb",
    "methotrexate": "Trexall, Otrexup, Maxtrex, Metoject, Methoblastin",
    "ciprofloxacin": "Cipro, Ciproxin",
    "prednisone": "Deltasone, Rayos, Panafcort",
    "prednisolone": "Orapred, Solone, Panafcortelone",
    "pantoprazole": "Protonix, Somac, Pantozol",
}


@pytest.mark.parametrize(
    ("name", "ingredient"),
    [(name, one) for one, names in BRANDS.items() for name in names.split(", ")],
)
def test_brands(name, ingredient):
    assert book().drugs.ingredients_of(name) == (ingredient,)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Nuromol", ("acetaminophen", "ibuprofen")),
        ("Anadin Extra", ("acetaminophen", "aspirin", "caffeine")),
        ("Zaldiar", ("acetaminophen", "tramadol")),
        ("Panadeine Forte 500 mg/30 mg", ("acetaminophen", "codeine")),
        ("Carace Plus", ("hydrochlorothiazide", "lisinopril")),
        ("Consensi", ("amlodipine", "celecoxib")),
    ],
)
def test_brands_of_two_drugs_are_both(name, parts):
    assert book().drugs.ingredients_of(name) == parts


@pytest.mark.parametrize("name", ["Cartia", "Urex", "Midol"])
def test_a_brand_that_is_another_drug_elsewhere_is_unknown(name):
    """Cartia is aspirin or diltiazem by country: somebody has to ask."""
    assert book().drugs.ingredients_of(name) == ()


RXNORM = """ibuprofen 5640; naproxen 7258; diclofenac 3355; cyclobenzaprine 21949; gabapentin 25480;
    duloxetine 72625; omeprazole 7646; acetaminophen 161; naloxone 7242; aspirin 1191;
    celecoxib 140587; meloxicam 41493; morphine 7052; oxycodone 7804; hydrocodone 5489;
    tramadol 10689; codeine 2670; hydromorphone 3423; oxymorphone 7814; methadone 6813;
    fentanyl 4337; tapentadol 787390; buprenorphine 1819; alprazolam 596; lorazepam 6470;
    diazepam 3322; clonazepam 2598; zolpidem 39993; pregabalin 187832; tizanidine 57258;
    methocarbamol 6845; baclofen 1292; carisoprodol 2101; sertraline 36437; citalopram 2556;
    escitalopram 321988; fluoxetine 4493; venlafaxine 39786; desvenlafaxine 734064;
    amitriptyline 704; nortriptyline 7531; trazodone 10737; sumatriptan 37418; fluvoxamine 42355;
    phenelzine 8123; linezolid 190376; tranylcypromine 10734; selegiline 9639;
    isocarboxazid 6011; methylene blue 6878; warfarin 11289; apixaban 1364430;
    rivaroxaban 1114195; dabigatran 1037042; clopidogrel 32968; lisinopril 29046; losartan 52175;
    hydrochlorothiazide 5487; furosemide 4603; lithium 6448; methotrexate 6851;
    ciprofloxacin 2551; prednisone 8640; prednisolone 8638; pantoprazole 40790"""


@pytest.mark.parametrize("row", RXNORM.split(";"))
def test_the_codes_of_section_9(row):
    ingredient, code = row.strip().rsplit(" ", 1)
    assert book().drugs.by_rxnorm(code) == ingredient
    assert book().drugs.ingredients_of(ingredient) == (ingredient,)
