"""What a column's name says of its content: words in Dutch, in English and as vendors write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_LONG = 6  # a word of so many letters is also found inside a compound (klantgeboortedatum)


@dataclass(frozen=True, slots=True)
class Hint:
    """A kind that a name points at. `is_weak`: the word means other things too, so that the values must say it as well."""

    kind: str
    words: frozenset[str]  # one word or several written as one; long ones are also found inside other words
    vetoes: frozenset[str]  # words beside it that make it something else
    is_weak: bool = False


def _hint(kind: str, words: str, vetoes: str = "", *, is_weak: bool = False) -> Hint:
    return Hint(kind, frozenset(words.split()), frozenset(vetoes.split()), is_weak)


# Dates, counts and switches about a thing are not the thing: password_changed_at, token_count, has_password.
_ABOUT = (
    "at on date datum time timestamp tijd changed gewijzigd updated created aangemaakt type kind soort count aantal length lengte "
    "strength "
    "sterkte policy required verplicht expires expiry expiration verloopt status is has heeft enabled set reset used num number attempts "
    "version versie valid geldig"
)
_MACHINE = "check server system systeem service host node link battery accu device apparaat disk network api engine signal gps"

# The first that fits decides; what is most dangerous stands first.
HINTS = (
    _hint(
        "password",
        "password passwords passwd passwort passphrase motdepasse wachtwoord wachtwoorden wachtwoordzin pwd pass userpass pincode pin",
        f"{_ABOUT} page pagina url form compass boarding ski",
    ),
    _hint("salt", "salt zout", "water pepper peper lake"),
    _hint(
        "token",
        "token tokens secret secrets geheim apikey apikeys apisecret accesskey secretkey privatekey encryptionkey clientsecret totp "
        "totpkey "
        "totpsecret otpsecret otp mfasecret twofactorsecret sessiontoken refreshtoken accesstoken remembertoken activationkey "
        "resetkey authkey "
        "recoverycode backupcode backupcodes herstelcode bearer webhooksecret signingkey licensekey authtoken hashedpassword",
        f"{_ABOUT} santa veld field transient",
    ),
    _hint("passhash", "passwordhash wachtwoordhash pwdhash hashedpwd passhash pwhash", _ABOUT),
    _hint(
        "bsn",
        "bsn bsnnummer burgerservicenummer burgerservicenr sofi sofinummer sofinr socialsecurity socialsecuritynumber ssn nationalid "
        "citizenservicenumber rijksregisternummer insz persoonsnummer",
    ),
    _hint(
        "special",
        "religie religies religieus geloof geloofsovertuiging godsdienst kerkgenootschap kerkelijk levensovertuiging religion "
        "religious faith "
        "gezondheid gezondheidstoestand gezondheidsklachten medisch medische medicatie medicijn medicijnen ziekte ziektes ziekten ziek "
        "ziekteverzuim diagnose diagnosis allergie allergieen allergy allergies handicap beperkingen bloedgroep bloodtype health "
        "healthcondition "
        "medical medication disease illness disability disabled zwanger pregnant zwangerschap vakbond vakbondslid "
        "vakbondslidmaatschap tradeunion "
        "laborunion labourunion unionmember ras etniciteit etnisch etnische afkomst ethnicity ethnic racial race seksuele seksueel "
        "seksualiteit "
        "geaardheid sexual sexuality sexualorientation strafblad strafrechtelijk strafrechtelijke veroordeling veroordelingen "
        "criminalrecord criminal convictions conviction vog biometrie biometrisch biometrische biometric biometrics vingerafdruk "
        "gezichtsherkenning facerecognition irisscan genetisch genetische genetic dna politiek politieke politiekevoorkeur political "
        "partijlid",
        f"{_MACHINE} track car event condition hond dog horse paard insurance verzekeraar software equipment mobility company organisation",
    ),
    _hint(
        "relink",
        "fingerprint fingerprints browserfingerprint devicefingerprint visitorfingerprint canvashash canvasfingerprint fingerprintid "
        "fpid iphash "
        "hashedip ipuahash oldclientid previousclientid prevclientid formerclientid originalclientid firstclientid newclientid "
        "linkedclientid "
        "mergedclientid aliasclientid oudeclientid vorigclientid vorigeclientid oldvisitorid previousvisitorid oldcookieid "
        "previouscookieid "
        "oudecookieid olduserpseudoid previoususerpseudoid",
        "ssh certificate cert tls ssl key",
    ),
    _hint(
        "email",
        "email emails emailadres emailadressen emailaddress mailadres mailaddress emailadress mail recipient ontvanger replyto bcc cc "
        "from sender afzender",
        "template campaign campagne client type optin optout opt status count aantal id subject onderwerp blacklisted verified "
        "consent name naam "
        "domain rating number",
    ),
    _hint("email_hash", "emailmd5 md5email emailsha256 emailhash hashedemail subscriberhash emailhmac"),
    _hint("hash", "hash hashed", _ABOUT, is_weak=True),
    _hint("ip", "ip ipaddress ipadres ipopt ipsignup ipv4 ipv6 remoteaddr clientip userip optinip confirmip", "country version"),
    _hint("mac", "mac macaddress macadres"),
    _hint("iban", "iban rekeningnummer bankrekening bankaccount accountnumber rekening bankrekeningnummer"),
    _hint("card", "creditcard creditcardnumber cardnumber kaartnummer pan creditcardnummer"),
    _hint(
        "birth_date",
        "geboortedatum geboortedag gebdatum geboortejaar birthdate birthday dateofbirth dob birthyear yearofbirth verjaardag geboren born",
    ),
    _hint("gender", "geslacht gender sex sekse aanhef salutation", is_weak=True),
    _hint(
        "demographic",
        "nationaliteit nationality geboorteplaats geboorteland birthplace placeofbirth burgerlijkestaat maritalstatus gehuwd kinderen "
        "children "
        "gezinssamenstelling leeftijd age opleidingsniveau salaris salary inkomen income schulden kredietscore creditscore",
        "group bracket days months minutes max min seconds",
    ),
    _hint(
        "government_id",
        "rijbewijs rijbewijsnummer driverslicence driverslicense drivinglicence drivinglicense licenceno paspoort paspoortnummer "
        "passport "
        "passportnumber identiteitskaart idkaart documentnummer kenteken licenseplate licenceplate numberplate",
    ),
    _hint(
        "phone",
        "phone phones phonenumber phonenr telephone telefoon telefoonnummer telefoonnr telnr tel mobile mobiel mobielnummer "
        "mobilenumber mobilephone "
        "gsm gsmnummer msisdn sms fax simphone cellphone whatsapp noodnummer",
        "brand model os marketing blacklisted consent type country app hardware device category",
    ),
    _hint("postcode", "postcode postcodes postalcode zip zipcode postcodecijfers plz zippostcode"),
    _hint("geo", "latitude longitude lat lng lon coordinates coordinaten latlong latlng breedtegraad lengtegraad gps gpspositie geopoint"),
    _hint(
        "address",
        "straat straatnaam street streetname huisnummer huisnr housenumber address address1 address2 addressline1 addressline2 adres "
        "adresregel "
        "woonadres bezorgadres afleveradres factuuradres postadres shippingaddress billingaddress homeaddress huisnummertoevoeging "
        "street2",
        "id beamer type country land code province city state plaats company latitude longitude zip count email url name naam first "
        "last phone",
    ),
    _hint(
        "name",
        "voornaam voornamen achternaam achternamen tussenvoegsel tussenvoegsels familienaam roepnaam meisjesnaam voorletters "
        "initialen initials "
        "firstname lastname surname familyname givenname middlename maidenname fullname fname lname mergefname mergelname contactname "
        "contactpersoon "
        "contactnaam drivername chauffeur bestuurder chauffeursnaam volledigenaam naamcontact contactperson ouder partner partnernaam "
        "giftrecipientname giftgivername recipientname accountname tenaamstelling rekeninghouder addressname",
        "id company bedrijf campaign type adgroup ads",
    ),
    _hint(
        "username",
        "username gebruikersnaam userlogin loginnaam loginname nickname bijnaam schermnaam displayname screenname inlognaam",
    ),
    _hint("social", "twitter facebook linkedin instagram skype tiktok snapchat mastodon", "ads campaign pixel comments"),
    _hint(
        "device_id",
        "imei imsi iccid deviceid vendorid advertisingid idfa idfv gaid adid cookieid clientid visitorid pseudoid userpseudoid "
        "pseudouserid trackingid fbp fbc "
        "serienummer serialnumber machineid installationid anonymousid fullvisitorid",
        "metadata app oauth",
    ),
    _hint("user_agent", "useragent browseragent"),
    _hint(
        "person_id",
        "customerid klantid klantnummer klantnr customernumber userid gebruikersid memberid lidnummer personid persoonid profileid "
        "contactid "
        "subscriberid accountid patientid employeeid personeelsnummer visitornumber leadid uniqueemailid euid leid canonicalvid "
        "vidtomerge "
        "requesterid driverid recipientid",
        "default created created_by list type count",
    ),
    _hint(
        "notes",
        "notes note notitie notities opmerking opmerkingen memo memos comment comments commentaar remark remarks toelichting bericht "
        "berichten "
        "message messages body bodypreview notebody content inhoud vraag question feedback bijzonderheden aantekening aantekeningen "
        "description "
        "omschrijving response transcript",
        "id type count aantal status url template utm manual color flow sku",
    ),
    _hint("organisation", "bedrijf bedrijfsnaam organisatie organisation organization company companyname firma firmanaam vendor"),
    _hint("name", "naam name klant klantnaam customername billingname shippingname ontvangernaam volledige toname fromname", is_weak=True),
)


def words_of(name: str) -> list[str]:
    """The words of a name in lower case: camelCase, snake_case, spaces and signs part them; accents are gone."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return [word.lower() for word in _WORD.findall(plain)]


@lru_cache(maxsize=4096)
def hint_of(name: str) -> Hint | None:
    """What a column's name points at, or None."""
    is_path = re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name)  # 'klant.contact.adres', not 'Tel. nr.'
    words = words_of(name.rsplit(".", maxsplit=1)[-1] if is_path else name)
    joined = "".join(words)
    phrases = {"".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, min(start + 4, len(words)) + 1)}
    for hint in HINTS:
        if hint.vetoes.isdisjoint(words) and _fits(hint, phrases, joined):
            return hint
    return None


def _fits(hint: Hint, phrases: set[str], joined: str) -> bool:
    return not hint.words.isdisjoint(phrases) or any(len(word) >= _LONG and word in joined for word in hint.words)


_PAPERS = frozenset(
    "order bestelling factuur invoice ordernummer bestelnummer factuurnummer tracking zending sku ean product artikel artikelnummer "
    "kvk btw vat transaction transactie campaign rsin".split()
)


def is_of_papers(name: str) -> bool:
    """Whether a name says that the numbers are of orders, invoices or parcels: nine digits there prove nothing."""
    return not _PAPERS.isdisjoint(words_of(name))
