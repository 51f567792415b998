"""Where the carriers' own pages show how a parcel travels."""

from urllib.parse import quote

CARRIERS = {
    "DHL": "https://www.dhl.com/en/home/tracking/tracking-parcel.html?submit=1&tracking-id={number}",
    "Deutsche Post": "https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode={number}",
    "DPD": "https://tracking.dpd.de/status/en_US/parcel/{number}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "GLS": "https://gls-group.com/track/{number}",
    "Hermes": "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{number}",
    "La Poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "UPS": "https://www.ups.com/track?tracknum={number}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
}
"""By the carrier's name. Others can be named as well; they only have no link."""


def tracking_link(carrier: str, number: str) -> str:
    """The address of the carrier's page, empty where it is not known. The name counts in any case."""
    pattern = next((known for name, known in CARRIERS.items() if name.casefold() == carrier.strip().casefold()), "")
    plain = "".join(number.split())
    return pattern.format(number=quote(plain, safe="")) if pattern and plain else ""
