"""Companies: a branch, a department or a subsidiary is not its parent; a number says what a name cannot."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.errors import CleanupError


def at(number, **other):
    """The address, phone and domain that both rows of a case share."""
    place = {"street": f"Hauptstr. {number}", "PLZ": f"506{number}", "Ort": "Köln"}
    return {**place, "Telefon": f"+49 221 5550{number}10", "website": f"www.company{number}.example", **other}


ONE_COMPANY = {
    "a form between the words": (at(150, Firma="Rakennus Oy Lehtola"), at(150, Firma="Lehtola Rakennus Oy")),
    "a form in front and written out": (at(151, Firma="AB Kullberga"), at(151, Firma="Kullberga Aktiebolag")),
    "words for a firm in front": (at(152, Firma="Ditta Bruschi Legnami"), at(152, Firma="Bruschi Legnami S.n.c.")),
    "sons": (at(153, Firma="Okkers & Zn. Bouw"), at(153, Firma="Okkers en Zonen Bouw BV")),
    "partners": (at(154, Firma="Bodrogi és Társa Bt."), at(154, Firma="Bodrogi Bt.")),
    "consonants": (at(155, Firma="Ingb. Petzold"), at(155, Firma="Ingenieurbüro Petzold")),
    "beginnings of two and three letters": (
        at(156, Firma="Az. Agr. Monteferro"),
        at(156, Firma="Azienda Agricola Monteferro"),
    ),
    "an abbreviated part of a word": (at(157, Firma="Ing.-Büro Feldner"), at(157, Firma="Ingenieurbüro Feldner")),
    "an acronym behind its words": (at(158, Firma="Zentrum Ostsee Technik ZOT"), at(158, Firma="ZOT GmbH")),
    "an acronym before its words": (
        at(159, Firma="NVT Nordvik Vindturbin Tek"),
        at(159, Firma="Nordvik Vindturbin Tek AS"),
    ),
    "the country of the row": (
        at(160, Firma="Novatek Polska Sp. z o.o.", country="PL"),
        at(160, Firma="Novatek", country="PL"),
    ),
    "the city of the row": (at(161, Firma="Pollmann Köln"), at(161, Firma="Pollmann GmbH")),
    "a town in brackets, in characters": (
        at(163, Firma="北京蓝河科技有限公司"),
        at(163, Firma="蓝河科技(北京)有限公司"),
    ),
    "a town in front, in characters": (at(164, Firma="深圳市海纳科技有限公司"), at(164, Firma="海纳科技")),
    "a form in Vietnamese": (at(165, Firma="Công ty TNHH Minh Phát"), at(165, Firma="Minh Phat Co., Ltd")),
    "a word more, at one website, phone and street": (
        at(200, Firma="Schreinerei Anton Lohmeier GmbH"),
        at(200, Firma="Lohmeier Schreinerei"),
    ),
    "an acronym in front of other words": (
        at(201, Firma="ABW Anhalter Betonwerk Süd GmbH"),
        at(201, Firma="Anhalter Betonwerk Süd"),
    ),
    "Arabic beside its translation": (
        at(202, Firma="مؤسسة النخيل للتجارة", website="nakheel-ae.example"),
        at(202, Firma="Al Nakheel Trading", website="nakheel-ae.example"),
    ),
    "Chinese beside Latin letters, with the street in both": (
        at(203, Firma="宁波海星贸易有限公司", website="nbhaixing.example", street="中山东路88号", Ort="宁波"),
        at(
            203,
            Firma="Ningbo Haixing Trading Co., Ltd.",
            website="nbhaixing.example",
            street="88 Zhongshan Rd",
            Ort="Ningbo",
        ),
    ),
    "an abbreviated kind of street": (
        {"Firma": "Telesca", "street": "Tv. do Carmo 3", "PLZ": "4700-309", "website": "telesca.example"},
        {"Firma": "Telesca Carnes", "street": "Travessa do Carmo, 3", "PLZ": "4700-309", "website": "telesca.example"},
    ),
    "forms on both sides": (at(95, Firma="SC Lemnaria SRL"), at(95, Firma="Lemnaria S.R.L.")),
    "a form in front": (at(96, Firma="Kft. Bodrogi Faipar"), at(96, Firma="Bodrogi Faipar Kft.")),
    "a school with a letter missing": (at(97, Firma="Volksschule Lauter"), at(97, Firma="Volkschule Lauter")),
    "a form written out": (
        {"Firma": "Nordlicht Optik GmbH", "PLZ": "20095"},
        {"Firma": "Nordlicht Optik Gesellschaft mbH", "PLZ": "20095"},
    ),
    "case and signs": ({"Firma": "MÜLLER & SÖHNE", "Ort": "Ulm"}, {"Firma": "Mueller und Soehne", "Ort": "Ulm"}),
    "no form, one domain": (
        {"Firma": "Walnut Grove", "website": "https://www.walnut.example/en"},
        {"Firma": "Walnut Grove Inc.", "website": "walnut.example"},
    ),
    "a typo and one phone": (
        {"Firma": "Brandenstein Logistik", "Telefon": "+49 30 7770100"},
        {"Firma": "Brandenstien Logistik", "Telefon": "030 7770100"},
    ),
    "a town in two languages": (
        {"Firma": "Hofstetter Feinkost", "Ort": "MUENCHEN"},
        {"Firma": "Hofstetter Feinkost", "Ort": "Munich"},
    ),
    "a town in two alphabets": (
        {"Firma": "Hofstetter Handel", "Ort": "Москва"},
        {"Firma": "Hofstetter Handel", "Ort": "Moskau"},
    ),
    "a town with its river": (
        {"Firma": "Hofstetter Bank", "Ort": "Frankfurt"},
        {"Firma": "Hofstetter Bank", "Ort": "Frankfurt am Main"},
    ),
    "a town with its zone": (
        {"Firma": "Hofstetter Planung", "Ort": "København"},
        {"Firma": "Hofstetter Planung", "Ort": "København K"},
    ),
    "a misspelled town that has names in other languages": (
        {"Firma": "Hofstetter Weine", "Ort": "Firenze"},
        {"Firma": "Hofstetter Weine", "Ort": "Firenza"},
    ),
    "a form in another language": (
        {"Firma": "ООО Ромашкин", "Ort": "Москва"},
        {"Firma": "Romashkin LLC", "Ort": "Moscow"},
    ),
    "a saint": ({"Firma": "Hofstetter Foods", "Ort": "St. Louis"}, {"Firma": "Hofstetter Foods", "Ort": "Saint Louis"}),
    "words in another order": (
        {"Firma": "Bel-Air Hotel", "street": "701 Stone Canyon Rd.", "Ort": "Bel Air"},
        {"Firma": "Hotel Bel-Air", "street": "701 Stone Canyon Road", "Ort": "Bel Air"},
    ),
    "an abbreviation": (at(11, Firma="Harbour Technologies"), at(11, Firma="Harbour Tech")),
    "initials and the words, of one form": (
        {"Firma": "NMW AG", "website": "nmw.example"},
        {"Firma": "Nordische Motoren Werke AG", "website": "nmw.example"},
    ),
    "initials for some of the words": (
        {"Firma": "GE Lighting", "website": "gelight.example"},
        {"Firma": "Granton Electric Lighting", "website": "gelight.example"},
    ),
    "two initials and the names": (
        {"Firma": "V&B", "website": "vandb.example"},
        {"Firma": "Vollmer & Bach AG", "website": "vandb.example"},
    ),
    "letters left out in the middle": (
        {"Firma": "Masch.fabrik Hölzer", "website": "hoelzer.example"},
        {"Firma": "Maschinenfabrik Hölzer GmbH", "website": "hoelzer.example"},
    ),
    "a name and the domain that spells the whole one": (
        {"Firma": "Zalandra", "website": "zalandra-net.example"},
        {"Firma": "Zalandra Net GmbH", "website": "zalandra-net.example"},
    ),
    "two scripts and the domain that spells one name": (
        {"Firma": "山本電機", "website": "yamamoto-denki.example"},
        {"Firma": "Yamamoto Denki", "website": "yamamoto-denki.example"},
    ),
    "a Korean name and the domain that spells it": (
        {"Firma": "한빛전자", "website": "hanbitjeonja.example"},
        {"Firma": "Hanbit Jeonja", "website": "hanbitjeonja.example"},
    ),
    "a name with the former one": (
        {"Firma": "Arkonis GmbH (vormals Belvanto GmbH)", "website": "arkonis.example"},
        {"Firma": "Arkonis GmbH", "website": "arkonis.example"},
    ),
    "the former name": (
        {"Firma": "Telvia, formerly Nordcom Inc.", "website": "telvia.example"},
        {"Firma": "Nordcom", "website": "telvia.example"},
    ),
    "a number in words": (at(72, Firma="Three Rivers Media"), at(72, Firma="3 Rivers Media")),
    "a number of two words": (at(73, Firma="Studio Twenty-One"), at(73, Firma="Studio 21")),
    "a number in words, in German": (at(74, Firma="Vier Birken"), at(74, Firma="4 Birken")),
    "an abbreviated holding": (at(75, Firma="Wendrich Hldgs"), at(75, Firma="Wendrich Holdings")),
    "a former name with another phone": (
        {"Firma": "Solvano GmbH (vormals Tirrex GmbH)", "website": "solvano.example", "Telefon": "+49 30 8880100"},
        {"Firma": "Tirrex GmbH", "website": "solvano.example", "Telefon": "+49 30 8880222"},
    ),
    "a trading name": (
        {"Firma": "Harborside Foods LLC d/b/a Bluefin Grill", "website": "bluefin.example"},
        {"Firma": "Bluefin Grill", "website": "bluefin.example"},
    ),
    "the company behind a trading name": (
        {"Firma": "Redfin Grill", "website": "redfin.example"},
        {"Firma": "Lakeside Foods LLC trading as Redfin Grill", "website": "redfin.example"},
    ),
    "several abbreviated words": (
        at(71, Firma="Bergmann Masch Techn"),
        at(71, Firma="Bergmann Maschinen Technik"),
    ),
    "an abbreviated title": (at(19, Firma="Dr. Wendrich"), at(19, Firma="Doktor Wendrich")),
    "one VAT number, two names": (
        {"Firma": "Oberland Anlagenbau", "USt-IdNr": "DE 811 907 980"},
        {"Firma": "KAB Service", "USt-IdNr": "811907980"},
    ),
    "one register number, two forms": (
        {"Firma": "Rautenberg GmbH", "HRB": "HRB 12345"},
        {"Firma": "Rautenberg AG", "HRB": "hrb12345"},
    ),
    "one register number with its court": (
        {"Firma": "Zillertal Käse", "HRB": "HRB 98760"},
        {"Firma": "Zillertal Kaese", "HRB": "Amtsgericht Köln HRB 98760"},
    ),
    "one register number with its court, in two towns": (
        {"Firma": "Zillerhof Kaese", "Ort": "Köln", "HRB": "Amtsgericht Köln HRB 98761"},
        {"Firma": "Zillerhof Käse", "Ort": "Frechen", "HRB": "Amtsgericht Köln HRB 98761"},
    ),
    "one LEI in two towns": (
        {"Firma": "Bodenfeld Glas", "Ort": "Köln", "HRB": "529900T8BM49AURSDO55"},
        {"Firma": "Bodenfeld Glas", "Ort": "Dresden", "HRB": "529900T8BM49AURSDO55"},
    ),
    "one D-U-N-S number in two towns": (
        {"Firma": "Bodenfeld Stein", "Ort": "Köln", "HRB": "15-048-3782"},
        {"Firma": "Bodenfeld Stein", "Ort": "Dresden", "HRB": "150483782"},
    ),
    "one VAT number in two towns": (
        {"Firma": "Bodenfeld Draht", "Ort": "Köln", "USt-IdNr": "DE811569869"},
        {"Firma": "Bodenfeld Draht", "Ort": "Dresden", "USt-IdNr": "DE811569869"},
    ),
    "one private mailbox and a misspelled name": (
        {"Firma": "Tannengrund Ofenbau", "email": "k.tannengrund@gmail.com", "Ort": "Köln"},
        {"Firma": "Tanengrund Ofenabu", "email": "k.tannengrund@gmail.com", "Ort": "Köln"},
    ),
    "a misspelled name and town": (
        {"Firma": "Riverstone Ceramics", "website": "riverstone.example", "Ort": "Stockholm"},
        {"Firma": "Rivestone Ceramcs", "website": "riverstone.example", "Ort": "Stokholmn"},
    ),
    "an extension of the phone": (
        {"Firma": "Ulmenhof Textil", "Telefon": "+1 845 555 0199 x5236", "Ort": "Bonn"},
        {"Firma": "Ulmenhof Textil", "Telefon": "184555501995236", "Ort": "Bonn"},
    ),
    "name and town, and nothing else": (
        {"Firma": "Ahornfeld Sanitär GmbH", "Ort": "Celle"},
        {"Firma": "AHORNFELD SANITÄR GMBH", "Ort": "Celle"},
    ),
    "a misspelled word that is usually abbreviated": (
        {"Firma": "Meridian Enterprises", "website": "meridian.example", "Telefon": "+49 30 7770200"},
        {"Firma": "Meridean nterprises", "website": "meridian.example", "Telefon": "+49 30 7770200"},
    ),
    "a group in two languages": ({"Firma": "Tannengarten Gruppe"}, {"Firma": "Tannengarten Group"}),
    "a word that is a legal form in another language": (at(21, Firma="Ginsterhof"), at(21, Firma="Ginsterhof Co")),
    "a restaurant with the word and a town, behind one phone": (
        {"Firma": "Katsumoto", "Telefon": "+49 30 7770400", "Ort": "Berlin"},
        {"Firma": "Restaurant Katsumoto Berlin", "Telefon": "+49 30 7770400", "Ort": "Berlin"},
    ),
    "a restaurant with what it serves, behind one phone": (
        {"Firma": "Yukinaka", "Telefon": "+49 30 7770401", "Ort": "Berlin"},
        {"Firma": "Yukinaka Gourmet Chinese Cuisine", "Telefon": "+49 30 7770401", "Ort": "Berlin"},
    ),
    "a discipline in two languages": (at(22, Firma="Ginster Logistik"), at(22, Firma="Ginster Logistics")),
    "a misspelled trade": (at(23, Firma="Erlenbach Spedition"), at(23, Firma="Erlenbach Spedtion")),
    "a row without a name at the domain, phone and address of one company": (
        at(24, Firma="Weidenkamp"),
        at(24, Firma="n/a"),
    ),
    "a saint in two spellings": (at(61, Firma="Sankt Blasius Klinik"), at(61, Firma="St. Blasius Klinik")),
    "a saint in French": (at(62, Firma="Sainte Odile"), at(62, Firma="Ste. Odile")),
    "at a host, and without it": (
        at(63, Firma="Kornweg Bau GmbH c/o Steuerbüro Lang"),
        at(63, Firma="Kornweg Bau GmbH"),
    ),
    "a letter for and": (at(64, Firma="Robledo y Hijos"), at(64, Firma="Robledo & Hijos")),
    "a site of two words in one building": (
        {"Firma": "Marlene Krall Nord", "street": "Weg 65", "Ort": "Köln"},
        {"Firma": "Marlene Krall Zentrum Nord", "street": "Weg 65", "Ort": "Köln"},
    ),
    "Inc. and Corp.": (at(12, Firma="Palm Works Inc."), at(12, Firma="Palm Works Corp.")),
}
TWO_COMPANIES = {
    "two forms, one between the words": (at(170, Firma="Rakennus Oy Lehtola"), at(170, Firma="Lehtola Rakennus Ky")),
    "the country of another row": (
        at(171, Firma="Vireotek Polska Sp. z o.o.", country="DE"),
        at(171, Firma="Vireotek", country="DE"),
    ),
    "a firm that holds the house": (at(172, Firma="Kernbach Verwaltungs GmbH"), at(172, Firma="Kernbach")),
    "sons and daughters": (at(173, Firma="Thornbury & Sons"), at(173, Firma="Thornbury & Daughters")),
    "two towns in front, in characters": (at(174, Firma="深圳市海纳科技"), at(174, Firma="广州市海纳科技")),
    "consonants at a website alone": (
        {"Firma": "Ingb. Petzoldt", "website": "petzoldt.example"},
        {"Firma": "Ingenieurbüro Petzoldt", "website": "petzoldt.example"},
    ),
    "two kinds of school, in words": (at(80, Firma="Lycée Jean Rostaud"), at(80, Firma="Collège Jean Rostaud")),
    "a school and a hotel": (at(81, Firma="Radcliffe Hall School"), at(81, Firma="Radcliffe Hall Hotel")),
    "a nursery and a school": (at(82, Firma="Mateřská škola Lipník"), at(82, Firma="Základní škola Lipník")),
    "a museum and a library": (at(83, Firma="Museo Toralba"), at(83, Firma="Biblioteca Toralba")),
    "two disciplines, one with an umlaut's letters": (
        at(84, Firma="Département de Chimie Odile"),
        at(84, Firma="Département de Physique Odile"),
    ),
    "two branches in characters": (at(85, Firma="森沢製作所 東京支店"), at(85, Firma="森沢製作所 大阪支店")),
    "the older and the younger": (at(86, Firma="Fa. Hubert sen."), at(86, Firma="Fa. Hubert jun.")),
    "names alike at two websites": (
        at(87, Firma="Kiesling Feinbau"),
        at(87, Firma="Kieserling Feinbau", website="kieserling.example"),
    ),
    "a branch in characters": (
        at(204, Firma="山川製作所 大阪支店", website="yamakawa.example"),
        at(204, Firma="Yamakawa Seisakusho", website="yamakawa.example"),
    ),
    "a branch of a name in characters": (
        at(205, Firma="森川製作所", website="morikawa.example"),
        at(205, Firma="Morikawa Osaka Branch", website="morikawa.example"),
    ),
    "a holding in characters": (
        at(206, Firma="海星控股", website="haixing.example"),
        at(206, Firma="Haixing Trading", website="haixing.example"),
    ),
    "a word more and a legal form each": (at(207, Firma="Kernhof GmbH"), at(207, Firma="Kernhof Robotics GmbH")),
    "one surname and two trades, in one building": (
        at(88, Firma="Zimmerau Apotheke", website="apo-zimmerau.example", Telefon="+49 221 7750110"),
        at(88, Firma="Zimmerau Reisen", website="reisen-zimmerau.example", Telefon="+49 221 7750245"),
    ),
    "one surname and two trades behind one phone": (
        at(89, Firma="Hinterbrandt Pharmacy", website="hinterbrandt-rx.example"),
        at(89, Firma="Hinterbrandt Ironworks", website="hinterbrandt-iron.example"),
    ),
    "a surname and a trade, in one building": (
        at(90, Firma="Oberdorfen", website="oberdorfen.example", Telefon="+49 221 7770110"),
        at(90, Firma="Oberdorfen Umzüge", website="umzuege-oberdorfen.example", Telefon="+49 221 7770245"),
    ),
    "two kinds of school": (at(98, Firma="Grundschule St. Elwin"), at(98, Firma="Realschule St. Elwin")),
    "two kinds of school, in Swedish": (at(99, Firma="Torsby grundskola"), at(99, Firma="Torsby musikskola")),
    "a trade behind a name that could be initials": (
        {"Firma": "Wendlinger PR", "website": "wendlinger.example"},
        {"Firma": "Wendlinger Pflege Residenz", "website": "wendlinger.example"},
    ),
    "a trade in front that could be initials": (
        {"Firma": "IT Ostwald", "website": "ostwald.example"},
        {"Firma": "Immobilien Treuhand Ostwald", "website": "ostwald.example"},
    ),
    "a word whose letters another one has": (
        {"Firma": "Mann Tessendorf", "website": "tessendorf.example"},
        {"Firma": "Maurermann Tessendorf", "website": "tessendorf.example"},
    ),
    "a longer word with the same ending": (
        {"Firma": "Korbach Motor", "website": "korbach.example"},
        {"Firma": "Korbach Modellmotor", "website": "korbach.example"},
    ),
    "two pairs of trading names": (
        {"Firma": "Hauser dba Krug", "website": "krughaus.example"},
        {"Firma": "Hauserbräu dba Krugmann", "website": "krughaus.example"},
    ),
    "one name and street in two towns": (
        {
            "Firma": "Farmacia Modernissima",
            "street": "Via Verdi 1",
            "PLZ": "37121",
            "Ort": "Verona",
            "website": "mod.example",
        },
        {
            "Firma": "Farmacia Modernissima",
            "street": "Via Verdi 1",
            "PLZ": "70121",
            "Ort": "Bari",
            "website": "fmb.example",
        },
    ),
    "a letter more, each with a website": (
        {
            "Firma": "Elektro Kovacsik",
            "street": "Weg 3",
            "PLZ": "50671",
            "Ort": "Köln",
            "website": "kovacsik.example",
        },
        {
            "Firma": "Elektro Kovatsik",
            "street": "Weg 41",
            "PLZ": "50671",
            "Ort": "Köln",
            "website": "kovatsik.example",
        },
    ),
    "a university and its hospital": (
        at(65, Firma="Universität Brenheim"),
        at(65, Firma="Universitätsklinikum Brenheim"),
    ),
    "a university and its hospital in Spanish": (
        at(66, Firma="Universidad de Salvatierra"),
        at(66, Firma="Hospital Universitario de Salvatierra"),
    ),
    "a university and its hospital in Dutch": (
        at(67, Firma="Universiteit Lindhoven"),
        at(67, Firma="Universitair Ziekenhuis Lindhoven"),
    ),
    "an institute and its foundation": (
        at(68, Firma="Falkenau Institut für Waldbau"),
        at(68, Firma="Falkenau Stiftung"),
    ),
    "a holding and a company of it": (at(69, Firma="Rautner Holding"), at(69, Firma="Rautner Foods")),
    "a name that adds a letter to another": (
        {"Firma": "Moser", "Telefon": "+43 1 5550010", "Ort": "Wien"},
        {"Firma": "Mosert", "Telefon": "+43 1 5550010", "Ort": "Wien"},
    ),
    "a name that begins a compound": (at(70, Firma="Moser"), at(70, Firma="Moserbräu")),
    "initials of another name, each with a website": (
        {"Firma": "BMV", "website": "bmv-tools.example", "Ort": "Köln"},
        {"Firma": "Bergische Metall Vertriebs", "website": "bergmetall.example", "Ort": "Köln"},
    ),
    "two scripts at one website": (
        {"Firma": "桜木製薬", "website": "sakuragi.example"},
        {"Firma": "Sakuragi Holdings", "website": "sakuragi.example"},
    ),
    "a subsidiary in another script at the domain of its parent": (
        {"Firma": "桜木製薬", "website": "sakuragi.example"},
        {"Firma": "Sakuragi", "website": "sakuragi.example"},
    ),
    "a subsidiary in Korean at the domain of its parent": (
        {"Firma": "한빛화재", "website": "hanbit.example"},
        {"Firma": "Hanbit", "website": "hanbit.example"},
    ),
    "two numbers, one in words": (at(76, Firma="Studio Twenty-One"), at(76, Firma="Studio 22")),
    "a former name that another company has now": (
        {"Firma": "Veltano GmbH (vormals Orrix GmbH)", "website": "veltano.example", "Telefon": "+49 40 8880100"},
        {"Firma": "Orrix GmbH", "website": "orrix.example", "Telefon": "+49 40 8880100"},
    ),
    "a former name that a company in another town has": (
        {"Firma": "Belmano AG (vormals Urdix GmbH)", "Ort": "Hamburg", "Telefon": "+49 40 8880300"},
        {"Firma": "Urdix GmbH", "Ort": "Kassel", "Telefon": "+49 40 8880300"},
    ),
    "initials of two companies in two towns": (
        {"Firma": "ABC", "website": "abc.example", "Ort": "Graz"},
        {"Firma": "Alpen Back Cooperative", "website": "alpenback.example", "Ort": "Graz"},
    ),
    "a subsidiary": (at(13, Firma="Siemens AG"), at(13, Firma="Siemens Healthineers AG")),
    "the bank of a car maker": (
        {"Firma": "Volkswagen AG", "Ort": "Wolfsburg"},
        {"Firma": "Volkswagen Financial Services", "Ort": "Wolfsburg"},
    ),
    "a department": ({"Firma": "Lufthansa", "Ort": "Köln"}, {"Firma": "Lufthansa Cargo", "Ort": "Köln"}),
    "a subsidiary at the domain of its parent": (
        {"Firma": "Lufttaxi", "website": "lufttaxi.example"},
        {"Firma": "Lufttaxi Technik", "website": "lufttaxi.example"},
    ),
    "a unit behind the phone of its company": (
        {"Firma": "Kranzler", "Telefon": "+49 30 7770300", "Ort": "Berlin", "website": "kranzler.example"},
        {"Firma": "Kranzler Robotics", "Telefon": "+49 30 7770300", "Ort": "Berlin", "website": "kranzler.example"},
    ),
    "a parent without its form": (at(20, Firma="Sonnwerk"), at(20, Firma="Sonnwerk Medtech AG")),
    "two hotels of a brand": (
        {"Firma": "Hilton Berlin", "website": "hilton.example"},
        {"Firma": "Hilton Munich", "website": "hilton.example"},
    ),
    "two towns of one name, each by its river": (
        {"Firma": "Leitner Autohaus", "Ort": "Frankfurt (Oder)"},
        {"Firma": "Leitner Autohaus", "Ort": "Frankfurt/Main"},
    ),
    "two towns of one first word": (
        {"Firma": "Leitner Handel", "Ort": "Santiago"},
        {"Firma": "Leitner Handel", "Ort": "Santiago de Cali"},
    ),
    "two towns of one first word and two postcodes": (
        {"Firma": "Leitner Bau", "Ort": "Halle", "PLZ": "06108"},
        {"Firma": "Leitner Bau", "Ort": "Halle (Westfalen)", "PLZ": "33790"},
    ),
    "a suite": ({"Firma": "Leitner Optik", "Ort": "Ste 200"}, {"Firma": "Leitner Optik", "Ort": "Saint 200"}),
    "two towns of one saint": (
        {"Firma": "Leitner Reisen", "Ort": "Sainte-Croix"},
        {"Firma": "Leitner Reisen", "Ort": "St. Croix"},
    ),
    "two forms in translation and no place": ({"Firma": "ООО Вектор"}, {"Firma": "Vektor LLC"}),
    "two divisions at one domain": (
        {"Firma": "Winterling Crop Science", "website": "winterling.example"},
        {"Firma": "Winterling Healthcare", "website": "winterling.example"},
    ),
    "two savings banks": ({"Firma": "Sparkasse Köln", "Ort": "Köln"}, {"Firma": "Sparkasse Bonn", "Ort": "Bonn"}),
    "general words in another order": ({"Firma": "Indian Bank"}, {"Firma": "Bank of India Ltd"}),
    "a university of a town": ({"Firma": "Washington University"}, {"Firma": "University of Washington"}),
    "one phone": (
        {"Firma": "Quellbach Optik", "Telefon": "+49 40 6660100"},
        {"Firma": "Zenker Reisen", "Telefon": "+49 40 6660100"},
    ),
    "one building, phone and domain": (at(14, Firma="Fuchsbau Optik"), at(14, Firma="Wanderlust Reisen")),
    "the managing company": (at(15, Firma="Kessler GmbH"), at(15, Firma="Kessler GmbH & Co. KG")),
    "a holding": (at(16, Firma="Tannhauser GmbH"), at(16, Firma="Tannhauser Holding GmbH")),
    "two clinics of a chain": (
        {"Firma": "Klinik Bad Aibling", "website": "kurklinik.example"},
        {"Firma": "Klinik Bad Abbach", "website": "kurklinik.example"},
    ),
    "two words for a company, each of another": ({"Firma": "Zypresse Partners"}, {"Firma": "Zypresse Enterprises"}),
    "two VAT numbers": (
        at(17, Firma="Isarwerk GmbH", **{"USt-IdNr": "DE136695976"}),
        at(17, Firma="Isarwerk GmbH", **{"USt-IdNr": "DE245716031"}),
    ),
    "two register numbers": (
        at(18, Firma="Moselblick GmbH", HRB="HRB 55501"),
        at(18, Firma="Moselblick GmbH", HRB="HRB 71234"),
    ),
    "one register number in two towns": (
        {"Firma": "Kranichfeld Optik GmbH", "Ort": "Hamburg", "HRB": "HRB 54321"},
        {"Firma": "Bergheimer Reisen GmbH", "Ort": "München", "HRB": "HRB 54321"},
    ),
    "one register number and name in two towns": (
        {"Firma": "Kranichfeld Kacheln GmbH", "Ort": "Hamburg", "HRB": "HRB 64321"},
        {"Firma": "Kranichfeld Kacheln GmbH", "Ort": "München", "HRB": "64321"},
    ),
    "one role mailbox of a provider": (
        {"Firma": "Kranichfeld Moden", "email": "info@gmail.com"},
        {"Firma": "Bergheimer Wein", "email": "info@gmail.com"},
    ),
    "one mailbox, two names": (
        {"Firma": "Kranichfeld Leder", "email": "h.kranich@gmail.com"},
        {"Firma": "Bergheimer Seife", "email": "h.kranich@gmail.com"},
    ),
    "two towns that differ by a letter": (
        {"Firma": "Fliederbusch Apotheke", "Ort": "Hamburg", "PLZ": "20095"},
        {"Firma": "Fliederbusch Apotheke", "Ort": "Homburg", "PLZ": "66424"},
    ),
    "one VAT number of two countries": (
        {"Firma": "Kranichfeld Akustik GmbH", "USt-IdNr": "DE146695976"},
        {"Firma": "Bergheimer Trasporti Srl", "USt-IdNr": "IT146695976"},
    ),
    "one VAT number of two names, legal forms and towns": (
        {"Firma": "Kranichfeld Brunnen GmbH", "Ort": "Hamburg", "USt-IdNr": "DE123456788"},
        {"Firma": "Bergheimer Brauerei AG", "Ort": "München", "USt-IdNr": "DE123456788"},
    ),
    "a number that is a placeholder": (
        {"Firma": "Kranichfeld Pumpen GmbH", "USt-IdNr": "DE999999999"},
        {"Firma": "Bergheimer Yoga", "USt-IdNr": "DE999999999"},
    ),
    "a number that is counted up": (
        {"Firma": "Kranichfeld Zäune GmbH", "USt-IdNr": "DE123456789"},
        {"Firma": "Bergheimer Gas", "USt-IdNr": "DE123456789"},
    ),
    "a word instead of a number": (
        {"Firma": "Kranichfeld Druck GmbH", "HRB": "pending"},
        {"Firma": "Bergheimer Brot", "HRB": "pending"},
    ),
    "the court of a register": (
        {"Firma": "Kranichfeld Farben GmbH", "HRB": "Amtsgericht Bonn"},
        {"Firma": "Bergheimer Milch", "HRB": "Amtsgericht Bonn"},
    ),
    "a register number that ends another": (
        {"Firma": "Kranichfeld Ziegel", "Ort": "Bonn", "HRB": "43210"},
        {"Firma": "Kranichfeld Mehl", "Ort": "Bonn", "HRB": "943210"},
    ),
    "two utilities": ({"Firma": "Stadtwerke Hanau"}, {"Firma": "Stadtwerke Hagen"}),
    "a rare word and another trade": ({"Firma": "Orlamünde Druck"}, {"Firma": "Orlamünde Reisen"}),
    "sisters, one registered after the other": (
        {"Firma": "Dornbach Windpark", "Ort": "Jever", "HRB": "HRB 65401"},
        {"Firma": "Dornbach Service", "Ort": "Jever", "HRB": "HRB 65402"},
    ),
    "numbered companies": (at(19, Firma="Solarpark 12 GmbH"), at(19, Firma="Solarpark 13 GmbH")),
    "two pharmacies": (
        {"Firma": "Adler Apotheke", "Ort": "Köln", "PLZ": "50667"},
        {"Firma": "Adler Apotheke", "Ort": "Bremen", "PLZ": "28195"},
    ),
    "one letter of a short name": ({"Firma": "Bosch", "Ort": "Ulm"}, {"Firma": "Busch", "Ort": "Ulm"}),
    "two disciplines": (at(31, Firma="Zentrum für Kardiologie"), at(31, Firma="Zentrum für Radiologie")),
    "two disciplines of similar names": (
        at(32, Firma="Erlau Department of Physics"),
        at(32, Firma="Erlau Department of Physiology"),
    ),
    "two disciplines in Spanish": (at(33, Firma="Unidad Urología"), at(33, Firma="Unidad Virología")),
    "two trades that differ by a letter": (at(34, Firma="Bayview Dental"), at(34, Firma="Bayview Rental")),
    "two towns in the names": (at(35, Firma="Ahornblatt Hamburg"), at(35, Firma="Ahornblatt Homburg")),
    "two countries in the names": (at(40, Firma="Lindwurm Austria"), at(40, Firma="Lindwurm Australia")),
    "two offices of a town": (at(41, Firma="Stadt Erlau Jugendamt"), at(41, Firma="Stadt Erlau Ordnungsamt")),
    "two disciplines in Russian": (at(42, Firma="Отдел кардиологии"), at(42, Firma="Отдел радиологии")),
    "a town and a group": (at(36, Firma="Starlight Hotel Paris"), at(36, Firma="Starlight Hotels Group")),
    "a laboratory": (at(37, Firma="Hillview Dental"), at(37, Firma="Hillview Dental Lab")),
    "a department in Italian": (at(38, Firma="Ospedale Olivastro"), at(38, Firma="Ospedale Olivastro Reparto Nord")),
    "a group": (at(39, Firma="Ulmenwald"), at(39, Firma="Ulmenwald Gruppe")),
    "a phone, and a row without a name": (
        {"Firma": "Kranichfeld Besen", "Telefon": "+49 40 6660177"},
        {"Firma": "unbekannt", "Telefon": "+49 40 6660177"},
    ),
    "no evidence": ({"Firma": "n/a", "USt-IdNr": "-"}, {"Firma": "Unknown", "USt-IdNr": "a"}),
    "no evidence and one placeholder of a number": (
        {"Firma": "Privat", "USt-IdNr": "DE000000000"},
        {"Firma": None, "USt-IdNr": "DE000000000"},
    ),
    "letters that are no and": (at(43, Firma="Villa E"), at(43, Firma="Villa I")),
    "a letter that only one has": (at(60, Firma="Sonnhof E GmbH"), at(60, Firma="Sonnhof GmbH")),
    "letters before a trade": (at(44, Firma="Reseda Y Resort"), at(44, Firma="Reseda I Resort")),
    "letters of series": (at(45, Firma="Quendel Partners A LP"), at(45, Firma="Quendel Partners B LP")),
    "Roman numerals": (at(46, Firma="Windpark Wiesel I GmbH"), at(46, Firma="Windpark Wiesel II GmbH")),
    "longer Roman numerals": (at(47, Firma="Iltis Fund III"), at(47, Firma="Iltis Fund IV")),
    "numbers with letters": (at(48, Firma="Objekt 1a"), at(48, Firma="Objekt 1b")),
    "a host": (at(49, Firma="Nemea Ltd c/o Krauter Tilly"), at(49, Firma="Krauter Tilly")),
    "a host in German": (at(50, Firma="Lupine Bau i.H. Steuerbüro Ernst"), at(50, Firma="Steuerbüro Ernst")),
    "a host in French": (at(51, Firma="Nerine chez Toulon"), at(51, Firma="Toulon")),
    "a host in Italian": (at(52, Firma="Narda presso Studio Rosati"), at(52, Firma="Studio Rosati")),
    "a café in a hotel": (at(53, Firma="Café Lenz im Hotel Milan"), at(53, Firma="Hotel Milan")),
    "friends of a school": (at(54, Firma="Förderverein Grundschule Iris"), at(54, Firma="Grundschule Iris")),
    "those who sell for it": (at(55, Firma="Boschert Vertretung Meier"), at(55, Firma="Boschert")),
    "one building": (
        {"Firma": "Kukari Roboter", "street": "Gasse 56", "PLZ": "86156", "Ort": "Ulm"},
        {"Firma": "Kukari", "street": "Gasse 56", "PLZ": "86156", "Ort": "Ulm"},
    ),
    "one building and a numeral": (
        {"Firma": "Windpark Norderney", "street": "Gasse 59", "PLZ": "86159", "Ort": "Ulm"},
        {"Firma": "Windpark Norderney II", "street": "Gasse 59", "PLZ": "86159", "Ort": "Ulm"},
    ),
    "one building and a word that thousands have": (
        {"Firma": "Aster Hotel Pranke", "street": "Gasse 57", "PLZ": "86157", "Ort": "Ulm"},
        {"Firma": "Hotel Pranke", "street": "Gasse 57", "PLZ": "86157", "Ort": "Ulm"},
    ),
    "a row at a host and one of another": (at(58, Firma="c/o Krall Tilly"), at(58, Firma="Krall Tilly", website=None)),
    "two countries": ({"Firma": "Polarstern", "country": "DE"}, {"Firma": "Polarstern", "country": "US"}),
}


@pytest.fixture(scope="module")
def answers():
    """Whether the two rows of each case are in one cluster."""
    cases = {**ONE_COMPANY, **TWO_COMPANIES}
    rows = pd.DataFrame([row for pair in cases.values() for row in pair])
    clusters = cleanup.duplicates(rows, of="companies").frame["cluster_id"].tolist()
    return {case: clusters[2 * n] == clusters[2 * n + 1] for n, case in enumerate(cases)}


@pytest.mark.parametrize("case", ONE_COMPANY)
def test_two_rows_are_one_company(answers, case):
    assert answers[case]


@pytest.mark.parametrize("case", TWO_COMPANIES)
def test_two_rows_are_two_companies(answers, case):
    assert not answers[case]


def test_reasons_are_in_words():
    rows = pd.DataFrame({"Firma": ["Kessler GmbH", "Kessler Holding GmbH"], "website": ["kessler.example"] * 2})
    assert cleanup.duplicates(rows, of="companies").pairs["reasons"].tolist() == [
        "one name adds a word for a group or holding; same domain"
    ]


def test_reasons_of_which_none_agrees_begin_with_a_word():
    rows = pd.DataFrame({"Firma": ["Kranichfeld Druck", "Kranichfeld Ziegel"]})
    found = cleanup.duplicates(rows, of="companies", threshold=0.01)
    assert found.pairs["reasons"].tolist() == ["but different names"]


@pytest.mark.parametrize("other", [{}, {"Ort": "Hamburg"}, {"website": "gruppe.example"}])
def test_names_that_share_a_trade_a_town_or_the_domain_of_a_group_are_hardly_one_company(other):
    firms = [f"{name} Enterprises Ltd" for name in ("Triveni", "Cambridge Technology", "Avarone", "Carlin", "Seylan")]
    rows = pd.DataFrame([{"Firma": firm, **other} for firm in firms])
    pairs = cleanup.duplicates(rows, of="companies", threshold=0.001).pairs
    assert len(pairs) > 0
    assert pairs["probability"].max() < 0.1


def test_a_third_row_joins_no_two_companies():
    rows = pl.DataFrame(
        {
            "Firma": ["Kessler GmbH", "Kessler", "Kessler GmbH & Co. KG"],
            "street": ["Hauptstr. 1"] * 3,
            "PLZ": ["50667"] * 3,
            "website": ["kessler.example"] * 3,
        }
    )
    clusters = cleanup.duplicates(rows, of="companies").frame["cluster_id"]
    assert clusters[0] != clusters[2]


def test_branches_of_a_chain_stay_apart():
    rows = pd.DataFrame({"company": ["Globex Inc"] * 4, "city": ["Austin", "Plano", "Tulsa", "Quincy"]})
    found = cleanup.duplicates(rows, of="companies")
    assert found.frame["cluster_size"].tolist() == [1] * 4
    assert found.pairs["probability"].max() <= 0.5


@pytest.mark.parametrize(("other", "sizes"), [({}, [1, 1]), ({"website": "rewe-kern.example"}, [2, 2])])
def test_one_name_in_two_towns_needs_more_than_the_name(other, sizes):
    rows = [
        {"company": "REWE Markt GmbH", "street": street, "city": city} | other
        for street, city in (("Hauptstr. 1", "Köln"), ("Ringstr. 9", "Bonn"))
    ]
    found = cleanup.duplicates(pd.DataFrame(rows), of="companies")
    assert found.frame["cluster_size"].tolist() == sizes


@pytest.mark.parametrize(
    ("cities", "phones", "joined"),
    [
        (("Köln", "Bonn"), ("+49 221 5550117", "+49 228 9041233"), False),
        (("Lyon", "Nantes"), ("+33 4 72 55 01 17", "+33 2 40 90 41 33"), False),
        (("Köln", "Bonn"), ("+49 221 5550117", "+49 221 5550117"), True),
        (("Köln", "Bonn"), ("+49 221 5550117", None), True),
        (("Köln", "Köln"), ("+49 221 5550117", "+49 221 9041233"), True),
    ],
)
def test_sites_in_two_towns_with_a_number_each_are_asked_about(cities, phones, joined):
    rows = [
        {"Firma": "Perlmutt Optik GmbH", "website": "perlmutt.example", "Ort": city, "Telefon": phone}
        for city, phone in zip(cities, phones, strict=True)
    ]
    found = cleanup.duplicates(pd.DataFrame(rows), of="companies")
    assert found.frame["cluster_size"].tolist() == ([2, 2] if joined else [1, 1])
    assert found.pairs["probability"].tolist()[0] >= 0.5


@pytest.mark.parametrize(
    ("founded", "least", "most"),
    [
        (["1971-04-01"] * 4, 0.75, 1),
        ([None] * 4, 0.5, 0.5),
        (["1971-04-01", "1988-11-23", "1954-06-30", "2003-09-17"], 0, 0.5),
    ],
)
def test_a_founding_date_decides_misspelled_names_of_one_domain(founded, least, most):
    """A domain that four spellings have counts as one that four companies share."""
    rows = [
        {"Firma": f"{'bdfgklmnprst'[n % 12] * 3}{'aeiou'[n % 5]}ko {n}", "website": f"w{n}.example",
         "founded": f"{1950 + n}-0{1 + n % 9}-1{n % 9}"}
        for n in range(40)
    ]  # fmt: skip
    names = ("Mitsuwara Seiki", "Msuwara Seiki", "Mitsuwara Seji", "Mitswaraa Seyki")
    rows += [
        {"Firma": name, "website": "mws.example", "founded": date} for name, date in zip(names, founded, strict=True)
    ]
    pairs = cleanup.duplicates(pl.DataFrame(rows), 0.001, of="companies", fields={"founded": "date"}).pairs
    of_two = pairs.filter((pl.min_horizontal("row_a", "row_b") == 40) & (pl.max_horizontal("row_a", "row_b") == 41))
    assert least <= of_two["probability"].item() <= most


def test_a_name_of_many_companies_is_not_enough_where_a_row_has_nothing_else():
    rows = pd.DataFrame(
        {
            "company": ["Global Industries"] * 5,
            "website": [f"www.{name}.example" for name in ("baird", "andrews", "silva")] + [None, None],
        }
    )
    assert cleanup.duplicates(rows, of="companies").frame["cluster_size"].tolist() == [1] * 5


@pytest.mark.parametrize("column", ["D-U-N-S", "VAT number"])
def test_a_number_that_three_names_have_joins_no_two_of_them(column):
    names = ["Summit Solutions", "First Logistics", "Meridian Group", "Meridian Group"]
    rows = pd.DataFrame({"company": names, column: ["13-609-1547"] * 4})
    assert cleanup.duplicates(rows, of="companies").frame["cluster_size"].tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize("library", [pd, pl])
def test_pandas_and_polars_have_one_answer(library):
    rows = library.DataFrame({"Account Name": ["Nordlicht AG", "NORDLICHT AG", "Zenker"], "zip": ["1", "1", None]})
    found = cleanup.duplicates(rows, of="companies")
    assert list(found.frame["cluster_size"]) == [2, 2, 1]
    assert found.compared == ("Account Name", "zip")
    assert "Duplicates: 3 rows; 2 of them are about 1 company" in repr(found)


def test_choices_of_a_reviewer_hold():
    rows = pd.DataFrame({"company": ["Nordlicht AG", "Nordlicht AG", "Zenker"], "city": ["Ulm"] * 3})
    found = cleanup.duplicates(rows, of="companies", same=[(1, 2)], different=[(0, 1)])
    clusters = found.frame["cluster_id"].tolist()
    assert clusters[1] == clusters[2] != clusters[0]


def test_known_companies_keep_their_clusters():
    known = pd.DataFrame({"id": ["a"], "company": ["Nordlicht Optik AG"], "city": ["Ulm"], "cluster_id": ["account_7"]})
    new = pd.DataFrame({"id": ["b", "c"], "company": ["NORDLICHT OPTIK AG", "Zenker"], "city": ["Ulm", "Ulm"]})
    found = cleanup.duplicates(new, of="companies", known=known)
    assert found.frame["cluster_id"].tolist()[0] == "account_7"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (pd.DataFrame({"city": ["Ulm"], "phone": ["1"]}), "no column that identifies a company"),
        (pd.DataFrame({"company": [None, None], "city": ["Ulm", "Köln"]}), "no column that identifies a company"),
    ],
)
def test_a_list_without_company_names_is_refused(rows, message):
    with pytest.raises(CleanupError, match=message):
        cleanup.duplicates(rows, of="companies")


def test_an_unknown_subject_is_refused():
    with pytest.raises(CleanupError, match="unknown subject"):
        cleanup.duplicates(pd.DataFrame({"company": ["Nordlicht"]}), of="firms")


def test_weights_of_people_are_refused_for_companies():
    with pytest.raises(CleanupError, match="weights= are for people"):
        cleanup.duplicates(pd.DataFrame({"company": ["a"]}), of="companies", weights=cleanup.Weights.shipped())


@pytest.mark.parametrize("rows", [0, 1])
def test_short_lists_have_no_duplicates(rows):
    found = cleanup.duplicates(pd.DataFrame({"company": ["Nordlicht"] * rows}, dtype=object), of="companies")
    assert (len(found.frame), len(found.clusters)) == (rows, 0)


def test_people_given_as_companies_stay_apart_unless_their_names_are_equal():
    rows = pd.DataFrame({"company": ["Ada Berg", "Ada Burg", "Ada Berg"], "city": ["Ulm"] * 3})
    assert cleanup.duplicates(rows, of="companies").frame["cluster_size"].tolist() == [2, 1, 2]


def test_placeholders_are_no_company():
    rows = pd.DataFrame({"company": ["n/a", "n/a", "Self-employed", "self employed"], "city": ["Ulm"] * 4})
    assert cleanup.duplicates(rows, of="companies").frame["cluster_size"].tolist() == [1, 1, 1, 1]


def test_mixed_types_are_compared_as_text():
    rows = pd.DataFrame({"company": ["3M", "3M", 42], "zip": [50667.0, 50667.0, None], "HRB": [12345, "12345", None]})
    assert cleanup.duplicates(rows, of="companies").frame["cluster_size"].tolist() == [2, 2, 1]


@pytest.mark.parametrize(
    "names", [("Wolf Holz", "Wolff Holz"), ("Peters Bau", "Petersen Bau"), ("Clark Tools", "Clarke Tools")]
)
@pytest.mark.parametrize(("phones", "joined"), [((None, None), False), (("+4973155501", "+4973155501"), True)])
def test_one_name_that_may_shorten_the_other_is_for_review_at_two_websites(names, phones, joined):
    sites = [f"{name.replace(' ', '-').lower()}.example" for name in names]
    rows = pd.DataFrame({"company": names, "website": sites, "city": "Ulm", "phone": phones})
    assert cleanup.duplicates(rows, of="companies").frame["cluster_size"].tolist() == ([2, 2] if joined else [1, 1])


@pytest.mark.parametrize("names", [("Marten Bau", "Martens Bau"), ("Fischer Optik", "Fischers Optik")])
@pytest.mark.parametrize(("phones", "joined"), [((None, None), False), (("+4951215501", "+4951215501"), True)])
def test_one_name_with_another_ending_is_for_review_in_two_houses(names, phones, joined):
    rows = pd.DataFrame(
        {"company": names, "street": ["Lange Str. 12", "Lange Str. 48"], "city": "Ulm", "phone": phones}
    )
    assert cleanup.duplicates(rows, of="companies").frame["cluster_size"].tolist() == ([2, 2] if joined else [1, 1])
