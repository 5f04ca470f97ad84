"""Letters of Bellini Macchine: an offer, an order, a slot in the factory, an invitation."""

from . import layout, papers, pictures
from .build import File
from .cast import (
    ANNA,
    BELLINI_ACCOUNTS,
    GIULIA,
    MARCO,
    OFFICE,
    SALES,
)
from .post import Post

BUYER = ["OOO “Severnaya Liniya”, Obvodny kanal emb. 118, St. Petersburg, Russia"]
BELLINI = [
    "Bellini Macchine S.r.l., Via dei Mille 14, 31100 Treviso, Italy",
    "VAT IT 0000 000 0000",
]
GIULIA_SIGNATURE = (
    "<b>Giulia Ferri</b><br>Export Manager<br>Bellini Macchine S.r.l. · Via dei Mille 14 · Treviso"
    '<br>+39 0422 555 0142 · <a href="https://www.bellini-macchine.example">'
    'bellini-macchine.example</a><br><img src="cid:logo@bellini" alt="Bellini Macchine">'
)


def add(post: Post) -> None:
    """Add these letters to the post."""
    _bellini(post)
    _bellini_papers(post)


def _bellini(post: Post) -> None:
    logo = File(
        "image001.png",
        pictures.logo("Bellini Macchine", "#9b1c25", "espresso dal 1961"),
        "image/png",
        cid="logo@bellini",
    )
    machine = File("levante2.png", pictures.espresso_machine(), "image/png", cid="levante@bellini")
    proforma = papers.invoice(
        "Proforma invoice PI-2218",
        BELLINI,
        BUYER,
        [
            ("Levante 2 gr., red, 380 V", 6, 4180.0),
            ("Levante 1 gr., black, 220 V", 4, 2950.0),
            ("Grinder Macina 65, black", 10, 615.0),
            ("Start-up kit (baskets, brushes, tamper)", 10, 48.0),
        ],
        "EUR",
        colour="#9b1c25",
        after=[
            "Terms: FCA Treviso. 30 % in advance, 70 % before collection.",
            "Lead time: 5 weeks from receipt of the advance. The offer is valid for 30 days.",
        ],
    )
    rows = [
        ("Model", "Qty", "Price, EUR", "Amount, EUR"),
        ("Levante 2 gr., red, 380 V", "6", "4,180.00", "25,080.00"),
        ("Levante 1 gr., black, 220 V", "4", "2,950.00", "11,800.00"),
        ("Grinder Macina 65", "10", "615.00", "6,150.00"),
        ("Start-up kit", "10", "48.00", "480.00"),
        ("Total FCA Treviso", "", "", "43,510.00"),
    ]
    post.letter(
        "bellini-offer",
        GIULIA,
        [ANNA],
        "Offer PI-2218: Levante machines for your new hotels",
        """Dear Anna,

thank you for the call on Thursday. As promised, here is our offer for the ten machines and
grinders, FCA Treviso, 43,510.00 EUR in total. The proforma is attached.

The red version of the Levante is back in production, so the six two-group machines can leave
five weeks after your advance.

Kind regards,
Giulia Ferri
""",
        days=14,
        at="11:20",
        html=layout.mail(
            layout.paragraphs(
                "Dear Anna,\n\nthank you for the call on Thursday. As promised, here is our offer "
                "for"
                " the ten machines and grinders. The proforma is attached."
            )
            + '<p><img src="cid:levante@bellini" alt="Levante 2 gr." width="300"></p>'
            + layout.table(rows, "#9b1c25", last_bold=True)
            + layout.paragraphs(
                "The red version of the Levante is back in production, so the six two-group "
                "machines"
                " can leave five weeks after your advance.\n\nKind regards,"
            ),
            GIULIA_SIGNATURE,
        ),
        files=[logo, machine, File("PI-2218_Severnaya_Liniya.pdf", proforma, papers.PDF)],
    )
    post.sent("anna-to-bellini", ANNA, "bellini-offer")
    post.letter(
        "bellini-reply",
        GIULIA,
        [ANNA],
        "Re: Offer PI-2218: Levante machines for your new hotels",
        """Dear Anna,

3 % for payment within ten days – agreed, but please keep it between us, Marco does not give it to
everybody. I have put a note on the order.

Voltage: all two-group machines can be switched between 220 and 380 V on site, your technician
needs about fifteen minutes per machine. The drawing is in the manual, page 22.

Shall I reserve the production slot in week 3 of next month? I need a yes by Friday.

Best,
Giulia

> Dear Giulia,
>
> many thanks, the offer looks good. Two questions from our side:
>
> 1. Is there a discount for early payment?
> 2. Two of the hotels have no three-phase supply. Can the machine be switched to 220 V later?
>
> Best regards,
> Anna Orlova
> Severnaya Liniya
""",
        days=12,
        at="09:46",
        cc=[SALES],
        answers="anna-to-bellini",
    )
    post.sent("anna-to-bellini-2", ANNA, "bellini-reply")
    post.letter(
        "bellini-slot",
        GIULIA,
        [ANNA],
        "Re: Offer PI-2218: Levante machines for your new hotels",
        """Dear Anna,

the slot is yours. Serial numbers will follow when the frames are welded; usually that is ten days
before collection.

Please ask your forwarder to announce the truck two days ahead. Our warehouse loads Monday to
Thursday, 8:00–15:30, and there is no ramp for a jumbo trailer.

Giulia

> Dear Giulia,
>
> yes, please reserve it. The advance went out this morning, the SWIFT copy comes from our
> accountant.
>
> > Shall I reserve the production slot in week 3 of next month? I need a yes by Friday.
>
> Anna
""",
        days=9,
        at="15:05",
        cc=[SALES],
        answers="anna-to-bellini-2",
    )
    post.letter(
        "marco-visit",
        MARCO,
        [ANNA],
        "Your visit in Treviso",
        """Dear Anna,

Giulia tells me that you and Mr Severov are thinking of coming to see the new assembly line. \
It would be a pleasure.

The best weeks for us are the second and the third of next month; in the last one the whole \
factory is at the fair in Milan. From Venice airport it is half an hour by car, I will send our \
driver. Plan one full day: in the morning the factory, in the afternoon the training room, where \
Paolo can show your technician how to change the boiler of the old Tramontana without cursing.

And in the evening you are my guests. There is a small osteria behind the Duomo where they still \
make bigoli with duck, and no coffee is served unless it comes from one of our machines.

A presto,
Marco
""",
        days=6,
        at="18:31",
        flowed=True,
        cte="quoted-printable",
    )


def _bellini_papers(post: Post) -> None:
    statement = papers.pdf(
        "Statement of account",
        ["Customer: OOO “Severnaya Liniya”, code 40218", "All amounts in EUR."],
        [
            ("Doc.", "Subject", "Debit", "Credit", "Balance"),
            ("FT-1874", "Spare parts", 1240.5, 0.0, 1240.5),
            ("FT-1902", "Tramontana 2 gr. × 2", 7300.0, 0.0, 8540.5),
            ("BN-0551", "Bank transfer", 0.0, 7300.0, 1240.5),
            ("FT-1966", "Gaskets, burrs, filters", 386.2, 0.0, 1626.7),
        ],
        (22, 62, 28, 28, 28),
        ["Balance due: <b>1 626.70 EUR</b>"],
        "#9b1c25",
    )
    post.letter(
        "bellini-statement",
        BELLINI_ACCOUNTS,
        [OFFICE],
        "Statement of account / Estratto conto",
        """Gentile Cliente,

in allegato trova l'estratto conto aggiornato. La preghiamo di verificare la fattura FT-1874,
che risulta ancora aperta.

Dear customer,

please find attached your statement of account. According to our books invoice FT-1874 over
1,240.50 EUR is still open; if you have paid it in the meantime, please disregard this letter and
send us the date of payment.

Bellini Macchine S.r.l.
Ufficio Amministrazione
""",
        days=4,
        at="10:12",
        cte="quoted-printable",
        charset="iso-8859-1",
        files=[File("Estratto conto 40218.pdf", statement, papers.PDF)],
    )
