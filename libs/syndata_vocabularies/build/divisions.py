"""First divisions of countries by GeoNames' codes: their ISO 3166-2 part and their name in the country's language."""

from __future__ import annotations

from typing import Final

_WRITTEN: Final = {
    "CA": "01 AB Alberta,02 BC British Columbia,03 MB Manitoba,04 NB New Brunswick,05 NL Newfoundland and Labrador,07 NS Nova Scotia,"
          "08 ON Ontario,09 PE Prince Edward Island,10 QC Quebec,11 SK Saskatchewan,12 YT Yukon,13 NT Northwest Territories,14 NU Nunavut",
    "GB": "ENG ENG England,NIR NIR Northern Ireland,SCT SCT Scotland,WLS WLS Wales",
    "IE": "C C Connacht,L L Leinster,M M Munster,U U Ulster",
    "AU": "01 ACT Australian Capital Territory,02 NSW New South Wales,03 NT Northern Territory,04 QLD Queensland,05 SA South Australia,"
          "06 TAS Tasmania,07 VIC Victoria,08 WA Western Australia",
    "DE": "01 BW Baden-Württemberg,02 BY Bayern,03 HB Bremen,04 HH Hamburg,05 HE Hessen,06 NI Niedersachsen,07 NW Nordrhein-Westfalen,"
          "08 RP Rheinland-Pfalz,09 SL Saarland,10 SH Schleswig-Holstein,11 BB Brandenburg,12 MV Mecklenburg-Vorpommern,13 SN Sachsen,"
          "14 ST Sachsen-Anhalt,15 TH Thüringen,16 BE Berlin",
    "AT": "01 1 Burgenland,02 2 Kärnten,03 3 Niederösterreich,04 4 Oberösterreich,05 5 Salzburg,06 6 Steiermark,07 7 Tirol,08 8 Vorarlberg,"
          "09 9 Wien",
    "CH": "AG AG Aargau,AI AI Appenzell Innerrhoden,AR AR Appenzell Ausserrhoden,BE BE Bern,BL BL Basel-Landschaft,BS BS Basel-Stadt,"
          "FR FR Fribourg,GE GE Genève,GL GL Glarus,GR GR Graubünden,JU JU Jura,LU LU Luzern,NE NE Neuchâtel,NW NW Nidwalden,OW OW Obwalden,"
          "SG SG St. Gallen,SH SH Schaffhausen,SO SO Solothurn,SZ SZ Schwyz,TG TG Thurgau,TI TI Ticino,UR UR Uri,VD VD Vaud,VS VS Valais,"
          "ZG ZG Zug,ZH ZH Zürich",
    "FR": "11 IDF Île-de-France,24 CVL Centre-Val de Loire,27 BFC Bourgogne-Franche-Comté,28 NOR Normandie,32 HDF Hauts-de-France,"
          "44 GES Grand Est,52 PDL Pays de la Loire,53 BRE Bretagne,75 NAQ Nouvelle-Aquitaine,76 OCC Occitanie,84 ARA Auvergne-Rhône-Alpes,"
          "93 PAC Provence-Alpes-Côte d'Azur,94 20R Corse",
    "IT": "01 65 Abruzzo,02 77 Basilicata,03 78 Calabria,04 72 Campania,05 45 Emilia-Romagna,06 36 Friuli-Venezia Giulia,07 62 Lazio,"
          "08 42 Liguria,09 25 Lombardia,10 57 Marche,11 67 Molise,12 21 Piemonte,13 75 Puglia,14 88 Sardegna,15 82 Sicilia,16 52 Toscana,"
          "17 32 Trentino-Alto Adige,18 55 Umbria,19 23 Valle d'Aosta,20 34 Veneto",
    "ES": "07 IB Islas Baleares,27 RI La Rioja,29 MD Comunidad de Madrid,31 MC Región de Murcia,32 NC Navarra,34 AS Asturias,39 CB Cantabria,"
          "51 AN Andalucía,52 AR Aragón,53 CN Canarias,54 CM Castilla-La Mancha,55 CL Castilla y León,56 CT Cataluña,57 EX Extremadura,"
          "58 GA Galicia,59 PV País Vasco,60 VC Comunidad Valenciana,CE CE Ceuta,ML ML Melilla",
    "PT": "02 01 Aveiro,03 02 Beja,04 03 Braga,05 04 Bragança,06 05 Castelo Branco,07 06 Coimbra,08 07 Évora,09 08 Faro,10 30 Madeira,"
          "11 09 Guarda,13 10 Leiria,14 11 Lisboa,16 12 Portalegre,17 13 Porto,18 14 Santarém,19 15 Setúbal,20 16 Viana do Castelo,"
          "21 17 Vila Real,22 18 Viseu,23 20 Açores",
    "NL": "01 DR Drenthe,02 FR Fryslân,03 GE Gelderland,04 GR Groningen,05 LI Limburg,06 NB Noord-Brabant,07 NH Noord-Holland,09 UT Utrecht,"
          "10 ZE Zeeland,11 ZH Zuid-Holland,15 OV Overijssel,16 FL Flevoland",
    "BE": "BRU BRU Bruxelles-Brussel,VLG VLG Vlaanderen,WAL WAL Wallonie",
    "SE": "02 K Blekinge,03 X Gävleborg,05 I Gotland,06 N Halland,07 Z Jämtland,08 F Jönköping,09 H Kalmar,10 W Dalarna,12 G Kronoberg,"
          "14 BD Norrbotten,15 T Örebro,16 E Östergötland,18 D Södermanland,21 C Uppsala,22 S Värmland,23 AC Västerbotten,24 Y Västernorrland,"
          "25 U Västmanland,26 AB Stockholm,27 M Skåne,28 O Västra Götaland",
    "DK": "17 84 Hovedstaden,18 82 Midtjylland,19 81 Nordjylland,20 85 Sjælland,21 83 Syddanmark",
    "PL": "72 02 Dolnośląskie,73 04 Kujawsko-Pomorskie,74 10 Łódzkie,75 06 Lubelskie,76 08 Lubuskie,77 12 Małopolskie,78 14 Mazowieckie,"
          "79 16 Opolskie,80 18 Podkarpackie,81 20 Podlaskie,82 22 Pomorskie,83 24 Śląskie,84 26 Świętokrzyskie,85 28 Warmińsko-Mazurskie,"
          "86 30 Wielkopolskie,87 32 Zachodniopomorskie",
    "BR": "01 AC Acre,02 AL Alagoas,03 AP Amapá,04 AM Amazonas,05 BA Bahia,06 CE Ceará,07 DF Distrito Federal,08 ES Espírito Santo,"
          "11 MS Mato Grosso do Sul,13 MA Maranhão,14 MT Mato Grosso,15 MG Minas Gerais,16 PA Pará,17 PB Paraíba,18 PR Paraná,20 PI Piauí,"
          "21 RJ Rio de Janeiro,22 RN Rio Grande do Norte,23 RS Rio Grande do Sul,24 RO Rondônia,25 RR Roraima,26 SC Santa Catarina,"
          "27 SP São Paulo,28 SE Sergipe,29 GO Goiás,30 PE Pernambuco,31 TO Tocantins",
    "MX": "01 AGU Aguascalientes,02 BCN Baja California,03 BCS Baja California Sur,04 CAM Campeche,05 CHP Chiapas,06 CHH Chihuahua,"
          "07 COA Coahuila de Zaragoza,08 COL Colima,09 CMX Ciudad de México,10 DUR Durango,11 GUA Guanajuato,12 GRO Guerrero,13 HID Hidalgo,"
          "14 JAL Jalisco,15 MEX México,16 MIC Michoacán de Ocampo,17 MOR Morelos,18 NAY Nayarit,19 NLE Nuevo León,20 OAX Oaxaca,21 PUE Puebla,"
          "22 QUE Querétaro,23 ROO Quintana Roo,24 SLP San Luis Potosí,25 SIN Sinaloa,26 SON Sonora,27 TAB Tabasco,28 TAM Tamaulipas,"
          "29 TLA Tlaxcala,30 VER Veracruz de Ignacio de la Llave,31 YUC Yucatán,32 ZAC Zacatecas",
    "CZ": "52 10 Praha,78 64 Jihomoravský kraj,79 31 Jihočeský kraj,80 63 Kraj Vysočina,81 41 Karlovarský kraj,82 52 Královéhradecký kraj,"
          "83 51 Liberecký kraj,84 71 Olomoucký kraj,85 80 Moravskoslezský kraj,86 53 Pardubický kraj,87 32 Plzeňský kraj,"
          "88 20 Středočeský kraj,89 42 Ústecký kraj,90 72 Zlínský kraj",
    "AR": "01 B Buenos Aires,02 K Catamarca,03 H Chaco,04 U Chubut,05 X Córdoba,06 W Corrientes,07 C Ciudad Autónoma de Buenos Aires,"
          "08 E Entre Ríos,09 P Formosa,10 Y Jujuy,11 L La Pampa,12 F La Rioja,13 M Mendoza,14 N Misiones,15 Q Neuquén,16 R Río Negro,17 A Salta,"
          "18 J San Juan,19 D San Luis,20 Z Santa Cruz,21 S Santa Fe,22 G Santiago del Estero,23 V Tierra del Fuego,24 T Tucumán",
    "FI": "01 18 Uusimaa,02 19 Varsinais-Suomi,04 17 Satakunta,05 06 Kanta-Häme,06 11 Pirkanmaa,07 16 Päijät-Häme,08 09 Kymenlaakso,"
          "09 02 Etelä-Karjala,10 04 Etelä-Savo,11 15 Pohjois-Savo,12 13 Pohjois-Karjala,13 08 Keski-Suomi,14 03 Etelä-Pohjanmaa,15 12 Pohjanmaa,"
          "16 07 Keski-Pohjanmaa,17 14 Pohjois-Pohjanmaa,18 05 Kainuu,19 10 Lappi",
    "NO": "01 32 Akershus,04 33 Buskerud,05 56 Finnmark,08 15 Møre og Romsdal,09 18 Nordland,12 03 Oslo,13 31 Østfold,14 11 Rogaland,17 40 Telemark,"
          "18 55 Troms,20 39 Vestfold,21 50 Trøndelag,34 34 Innlandet,42 42 Agder,46 46 Vestland",
    "NZ": "E7 AUK Auckland,E8 BOP Bay of Plenty,E9 CAN Canterbury,F1 GIS Gisborne,F2 HKB Hawke's Bay,F3 MWT Manawatū-Whanganui,F4 MBH Marlborough,"
          "F5 NSN Nelson,F6 NTL Northland,F7 OTA Otago,F8 STL Southland,F9 TKI Taranaki,G1 WKO Waikato,G2 WGN Wellington,TAS TAS Tasman",
}  # fmt: skip

DIVISIONS: Final = {
    country: {code: (iso, name) for code, iso, name in (entry.split(" ", 2) for entry in text.split(","))}
    for country, text in _WRITTEN.items()
}
"""By country and GeoNames' code: the part after the hyphen of the ISO code, and the name. Of the US, states know themselves."""

OWN_NAMES: Final = {
    ("US", "New York City"): "New York", ("DE", "Munich"): "München", ("AT", "Vienna"): "Wien", ("CH", "Geneva"): "Genève",
    ("CH", "Sankt Gallen"): "St. Gallen", ("IT", "Naples"): "Napoli", ("IT", "Rome"): "Roma", ("IT", "Genoa"): "Genova",
    ("IT", "Milan"): "Milano", ("IT", "Turin"): "Torino", ("IT", "Florence"): "Firenze", ("IT", "Venice"): "Venezia", ("PT", "Lisbon"): "Lisboa",
    ("NL", "The Hague"): "Den Haag", ("BE", "Brussels"): "Bruxelles", ("BE", "Antwerp"): "Antwerpen", ("BE", "Ghent"): "Gent",
    ("BE", "Bruges"): "Brugge", ("SE", "Gothenburg"): "Göteborg", ("DK", "Copenhagen"): "København", ("DK", "Århus"): "Aarhus",
    ("PL", "Warsaw"): "Warszawa", ("MX", "Mexico City"): "Ciudad de México", ("IT", "Padua"): "Padova", ("IT", "Syracuse"): "Siracusa",
    ("IT", "Mantua"): "Mantova", ("CZ", "Prague"): "Praha", ("CZ", "Pilsen"): "Plzeň", ("DE", "Nuremberg"): "Nürnberg", ("BE", "Ostend"): "Oostende", ("ES", "Gasteiz / Vitoria"): "Vitoria-Gasteiz",
}  # fmt: skip
"""Cities that GeoNames lists under their English name."""

MISTAKEN: Final = frozenset({("AT", "Eisenzicken"), ("DK", "Klinteby Frihed"), ("PT", "Monsanto")})
"""Villages whose population GeoNames has wrong, so that they would be the greatest of their division."""
