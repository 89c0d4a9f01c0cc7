"""Codes of countries, languages, locales and time zones, frozen: values depend on nothing that a machine has installed."""

from __future__ import annotations

from typing import Final

_ALPHA: Final = (
    "AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AQ:ATA AR:ARG AS:ASM AT:AUT AU:AUS AW:ABW AX:ALA AZ:AZE BA:BIH BB:BRB BD:BGD "
    "BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BL:BLM BM:BMU BN:BRN BO:BOL BQ:BES BR:BRA BS:BHS BT:BTN BV:BVT BW:BWA BY:BLR BZ:BLZ CA:CAN "
    "CC:CCK CD:COD CF:CAF CG:COG CH:CHE CI:CIV CK:COK CL:CHL CM:CMR CN:CHN CO:COL CR:CRI CU:CUB CV:CPV CW:CUW CX:CXR CY:CYP CZ:CZE DE:DEU "
    "DJ:DJI DK:DNK DM:DMA DO:DOM DZ:DZA EC:ECU EE:EST EG:EGY EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN FJ:FJI FK:FLK FM:FSM FO:FRO FR:FRA GA:GAB "
    "GB:GBR GD:GRD GE:GEO GF:GUF GG:GGY GH:GHA GI:GIB GL:GRL GM:GMB GN:GIN GP:GLP GQ:GNQ GR:GRC GS:SGS GT:GTM GU:GUM GW:GNB GY:GUY HK:HKG "
    "HM:HMD HN:HND HR:HRV HT:HTI HU:HUN ID:IDN IE:IRL IL:ISR IM:IMN IN:IND IO:IOT IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM JO:JOR JP:JPN "
    "KE:KEN KG:KGZ KH:KHM KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO LB:LBN LC:LCA LI:LIE LK:LKA LR:LBR LS:LSO LT:LTU "
    "LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE MF:MAF MG:MDG MH:MHL MK:MKD ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR "
    "MT:MLT MU:MUS MV:MDV MW:MWI MX:MEX MY:MYS MZ:MOZ NA:NAM NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL NR:NRU NU:NIU NZ:NZL "
    "OM:OMN PA:PAN PE:PER PF:PYF PG:PNG PH:PHL PK:PAK PL:POL PM:SPM PN:PCN PR:PRI PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB "
    "RU:RUS RW:RWA SA:SAU SB:SLB SC:SYC SD:SDN SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR SS:SSD ST:STP "
    "SV:SLV SX:SXM SY:SYR SZ:SWZ TC:TCA TD:TCD TF:ATF TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS TM:TKM TN:TUN TO:TON TR:TUR TT:TTO TV:TUV TW:TWN "
    "TZ:TZA UA:UKR UG:UGA UM:UMI US:USA UY:URY UZ:UZB VA:VAT VC:VCT VE:VEN VG:VGB VI:VIR VN:VNM VU:VUT WF:WLF WS:WSM YE:YEM YT:MYT ZA:ZAF "
    "ZM:ZMB ZW:ZWE "
)  # fmt: skip
ALPHA_3: Final = dict(pair.split(":") for pair in _ALPHA.split())
"""ISO 3166-1: three letters by two."""

_LANGUAGES: Final = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo "
    "fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc "
    "sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
)  # fmt: skip
LANGUAGES: Final = tuple(_LANGUAGES.split())
"""ISO 639-1."""

_LOCALES: Final = (
    "af_ZA am_ET ar_AE ar_DZ ar_EG ar_IQ ar_JO ar_MA ar_SA az_AZ be_BY bg_BG bn_BD bn_IN bs_BA ca_ES cs_CZ cy_GB da_DK de_AT de_CH de_DE de_LI "
    "de_LU el_CY el_GR en_AU en_CA en_GB en_IE en_IN en_KE en_NG en_NZ en_PH en_SG en_US en_ZA es_AR es_CL es_CO es_CR es_EC es_ES es_GT es_MX "
    "es_PE es_US es_UY es_VE et_EE eu_ES fa_IR fi_FI fil_PH fr_BE fr_CA fr_CH fr_FR fr_LU ga_IE gl_ES gu_IN he_IL hi_IN hr_HR hu_HU hy_AM id_ID "
    "is_IS it_CH it_IT ja_JP ka_GE kk_KZ km_KH kn_IN ko_KR ky_KG lo_LA lt_LT lv_LV mk_MK ml_IN mn_MN mr_IN ms_MY mt_MT my_MM nb_NO ne_NP nl_BE "
    "nl_NL nn_NO pa_IN pl_PL pt_BR pt_PT ro_RO ru_RU si_LK sk_SK sl_SI sq_AL sr_RS sv_FI sv_SE sw_KE ta_IN te_IN th_TH tr_TR uk_UA ur_PK uz_UZ "
    "vi_VN zh_CN zh_HK zh_SG zh_TW zu_ZA "
)  # fmt: skip
LOCALES: Final = tuple(_LOCALES.split())

_TIME_ZONES: Final = (
    "Africa/Abidjan Africa/Accra Africa/Algiers Africa/Harare Africa/Johannesburg Africa/Lagos Africa/Maputo Africa/Nairobi Africa/Tripoli "
    "Africa/Tunis America/Anchorage America/Argentina/Buenos_Aires America/Bogota America/Boise America/Caracas America/Chicago "
    "America/Costa_Rica America/Denver America/Detroit America/Guatemala America/Halifax America/Jamaica America/La_Paz America/Lima "
    "America/Los_Angeles America/Mexico_City America/Montevideo America/New_York America/Panama America/Phoenix America/Puerto_Rico "
    "America/Sao_Paulo America/St_Johns America/Toronto America/Winnipeg Asia/Baghdad Asia/Baku Asia/Bangkok Asia/Colombo Asia/Dhaka Asia/Dubai "
    "Asia/Ho_Chi_Minh Asia/Hong_Kong Asia/Jakarta Asia/Karachi Asia/Kathmandu Asia/Kolkata Asia/Kuala_Lumpur Asia/Kuwait Asia/Manila Asia/Qatar "
    "Asia/Riyadh Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Tokyo Asia/Yerevan "
    "Atlantic/Reykjavik Australia/Adelaide Australia/Brisbane Australia/Darwin Australia/Hobart Australia/Melbourne Australia/Perth "
    "Australia/Sydney Etc/UTC Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Bucharest "
    "Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/Ljubljana Europe/London "
    "Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Minsk Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague Europe/Riga Europe/Rome "
    "Europe/Sarajevo Europe/Sofia Europe/Stockholm Europe/Tallinn Europe/Vienna Europe/Vilnius Europe/Warsaw Europe/Zagreb Europe/Zurich "
    "Pacific/Auckland Pacific/Fiji Pacific/Guam Pacific/Honolulu UTC "
)  # fmt: skip
TIME_ZONES: Final = tuple(_TIME_ZONES.split())
"""Names of the IANA time zone database that most people live by."""

_SYMBOLS: Final = (
    "AED:د.إ AFN:؋ AMD:֏ ARS:$ AUD:$ AZN:₼ BDT:৳ BGN:лв BRL:R$ BYN:Br CAD:$ CHF:CHF CLP:$ CNY:¥ COP:$ CRC:₡ CZK:Kč DKK:kr DOP:$ EGP:£ EUR:€ "
    "GBP:£ GEL:₾ GHS:₵ HKD:$ HUF:Ft IDR:Rp ILS:₪ INR:₹ ISK:kr JPY:¥ KES:KSh KHR:៛ KRW:₩ KZT:₸ LAK:₭ MAD:DH MNT:₮ MXN:$ MYR:RM NGN:₦ NOK:kr "
    "NPR:₨ NZD:$ PEN:S/ PHP:₱ PKR:₨ PLN:zł PYG:₲ RON:lei RSD:дин. RUB:₽ SAR:﷼ SEK:kr SGD:$ THB:฿ TRY:₺ TWD:$ UAH:₴ USD:$ UYU:$ VND:₫ ZAR:R "
)  # fmt: skip
CURRENCY_SYMBOLS: Final = dict(pair.split(":") for pair in _SYMBOLS.split())
"""Signs of the currencies that have one in wide use."""
_CURRENCIES: Final = (
    "AE:AED AL:ALL AM:AMD AR:ARS AT:EUR AU:AUD AZ:AZN BA:BAM BD:BDT BE:EUR BG:EUR BH:BHD BR:BRL CA:CAD CH:CHF CL:CLP CN:CNY CO:COP "
    "CY:EUR CZ:CZK DE:EUR DK:DKK DZ:DZD EE:EUR EG:EGP ES:EUR ET:ETB FI:EUR FR:EUR GB:GBP GE:GEL GH:GHS GR:EUR HR:EUR HU:HUF ID:IDR "
    "IE:EUR IL:ILS IN:INR IR:IRR IS:ISK IT:EUR JO:JOD JP:JPY KE:KES KR:KRW LI:CHF LK:LKR LT:EUR LU:EUR LV:EUR MK:MKD MS:XCD MT:EUR "
    "MX:MXN NG:NGN NL:EUR NO:NOK NP:NPR NZ:NZD PH:PHP PK:PKR PL:PLN PS:ILS PT:EUR RO:RON RU:RUB SA:SAR SE:SEK SI:EUR SK:EUR "
    "TH:THB TR:TRY TW:TWD UA:UAH US:USD UZ:UZS VN:VND ZA:ZAR"
)
CURRENCY_OF: Final = dict(pair.split(":") for pair in _CURRENCIES.split())
"""The currency of each country that a locale names (ISO 4217, 2026)."""
