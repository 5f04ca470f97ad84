"""Letters of the suppliers abroad: offers, shipping papers, claims, a friendly word."""

from . import layout, papers, pictures
from .build import File
from .cast import (
    ANNA,
    DILANI,
    EMRE,
    KATRIN,
    LI_WEI,
    MASS,
    NUWAN,
    OFFICE,
    RAFAEL,
    SALES,
)
from .post import Post

BUYER = ["OOO “Severnaya Liniya”, Obvodny kanal emb. 118, St. Petersburg, Russia"]


def add(post: Post) -> None:
    """Add the suppliers' letters to the post."""
    _ceylon(post)
    _weiden(post)
    _packaging(post)
    _others(post)


def _ceylon(post: Post) -> None:
    rows = [
        ("Grade", "Description", "Packing, kg", "FOB Colombo, USD/kg", "Available, kg"),
        ("OPA", "Orange Pekoe A, Uva highlands", 25, 4.85, 6000),
        ("BOP", "Broken Orange Pekoe, Dimbula", 30, 4.60, 9000),
        ("FBOP", "Flowery BOP with tips, Ruhuna", 25, 5.35, 3200),
        ("GP1", "Green Gunpowder", 30, 5.10, 2400),
        ("EARL", "Black tea with bergamot oil", 20, 5.70, 1800),
        ("WHT", "Silver tips, Nuwara Eliya", 5, 118.00, 60),
    ]
    post.letter(
        "ceylon-prices",
        NUWAN,
        [SALES],
        "New season: price list and samples on the way",
        """Dear friends,

the Uva season has started two weeks early and it is the best we have seen in three years. The
new price list is attached (FOB Colombo, valid for four weeks).

A parcel with eight samples left by courier today and should be with you on Wednesday. May I draw
your attention to FBOP lot 77 – long tips, honey in the cup – only 3,200 kg were made.

Ayubowan,
Nuwan Perera
Ceylon Hill Teas
""",
        days=16,
        at="13:40",
        files=[
            File(
                "CHT_price_list.xlsx",
                papers.sheet(
                    "FOB Colombo", rows, "1F5F3F", "Prices in USD per kg, valid four weeks"
                ),
                papers.XLSX,
            ),
            File("lot77.png", pictures.tea_tin("#1f5f3f", "FBOP 77"), "image/png"),
        ],
    )
    post.sent("sales-to-ceylon", SALES, "ceylon-prices")
    post.letter(
        "ceylon-samples",
        NUWAN,
        [SALES],
        "Re: New season: price list and samples on the way",
        """Dear Dmitry,

sorry to hear that sample 5 arrived wet, the courier must have left it in the rain. A new one goes
out this afternoon.

About lot 77: I can hold 800 kg for you until Friday noon Colombo time. Another buyer from Hamburg
asked for the whole lot, so I cannot wait longer.

Nuwan

On Mon, Dmitry Belov wrote:
> Dear Nuwan, thank you, the samples came today. Number 5 (GP1) is wet and smells of cardboard.
> The tasting of the others is tomorrow. Everybody is curious about lot 77: could you keep 800 kg?
""",
        days=11,
        at="08:55",
        answers="sales-to-ceylon",
    )
    packing = papers.pdf(
        "Packing list CHT-0931",
        ["Consignee: OOO “Severnaya Liniya”", "Port of discharge: St. Petersburg"],
        [
            ("Grade", "Bags", "Net, kg", "Gross, kg"),
            ("OPA", 80, 2000.0, 2072.0),
            ("BOP", 60, 1800.0, 1854.0),
            ("FBOP lot 77", 32, 800.0, 828.8),
        ],
        (50, 30, 40, 40),
        ["Total: 172 bags, 4 600 kg net."],
        "#1f5f3f",
    )
    invoice = papers.invoice(
        "Commercial invoice CHT-0931",
        ["Ceylon Hill Teas (Pvt) Ltd, 44 Baseline Road, Colombo 09"],
        BUYER,
        [
            ("Tea OPA, kg", 2000, 4.85),
            ("Tea BOP, kg", 1800, 4.6),
            ("Tea FBOP lot 77, kg", 800, 5.35),
        ],
        "USD",
        colour="#1f5f3f",
    )
    lading = papers.pdf(
        "Bill of lading — draft",
        [
            "Shipper: Ceylon Hill Teas (Pvt) Ltd",
            "Vessel: Baltic Heron, voyage 041W",
            "Container: DEMU 410277-3, 20' DC",
            "Port of loading: Colombo. Port of discharge: St. Petersburg",
        ],
        after=["Freight prepaid. Three originals."],
        note="Draft. Not negotiable.",
    )
    phyto = papers.pdf(
        "Phytosanitary certificate",
        ["Black tea (Camellia sinensis), 172 bags", "Place of origin: Sri Lanka"],
    )
    post.letter(
        "ceylon-shipment",
        DILANI,
        [SALES],
        "Shipping documents CHT-0931 / DEMU 410277-3",
        """Dear Sirs,

please find attached the set of documents for the container DEMU 410277-3:

1. commercial invoice,
2. packing list,
3. draft bill of lading (please check the consignee's name and tax number),
4. phytosanitary certificate.

The vessel sails on Sunday. Corrections to the bill of lading are free of charge until Friday
17:00; after that the line takes 60 USD for each.

Best regards,
Dilani Fernando
Shipping Coordinator
""",
        days=3,
        at="12:18",
        cc=[OFFICE, NUWAN],
        files=[
            File("CHT-0931 invoice.pdf", invoice, papers.PDF),
            File("CHT-0931 packing list.pdf", packing, papers.PDF),
            File("CHT-0931 draft BL.pdf", lading, papers.PDF),
            File("CHT-0931 phyto.pdf", phyto, papers.PDF),
        ],
    )


def _weiden(post: Post) -> None:
    logo = File(
        "image001.png",
        pictures.logo("Porzellanhaus Weiden", "#1f4e79", "seit 1887", 330),
        "image/png",
        cid="image001.png@01DA1C2E.5F3B2A10",
    )
    signature = (
        '<p class="MsoNormal"><b><span style="color:#1F4E79">Katrin Vogel</span></b><br>Key '
        "Account "
        "Management<br>Porzellanhaus Weiden GmbH, Bahnhofstraße 31, 92637 "
        "Weiden<br>Geschäftsführer: "
        'Dr. Otto Brühl</p><p class="MsoNormal"><img width="330" height="56" '
        'src="cid:image001.png@01DA1C2E.5F3B2A10" alt="Logo"></p>'
    )
    post.sent("anna-claim", ANNA)
    post.letter(
        "weiden-claim",
        KATRIN,
        [ANNA],
        "AW: Claim: broken plates, delivery note 55718",
        days=8,
        at="08:37",
        charset="windows-1252",
        cte="quoted-printable",
        html=layout.outlook(
            """Dear Ms Orlova,

I am very sorry about the broken plates. 31 pieces out of 1,200 is far too many; our packing
department is looking into it. The series “Bodensee” is normally packed in tens with honeycomb
paper, and on your photographs I see only corrugated board.

We will send the 31 plates with your next order free of charge. If you need them earlier, please
tell me and I will arrange a parcel. You do not have to return the pieces.

Mit freundlichen Grüßen / Kind regards""",
            signature,
            "<b>From:</b> Anna Orlova<br><b>To:</b> Vogel, Katrin<br><b>Subject:</b> Claim: broken "
            "plates, delivery note 55718",
            """Dear Katrin,

of 1,200 plates 24 cm (delivery note 55718) 31 arrived broken. Photographs and the warehouse
report are attached. How shall we proceed?

Anna Orlova""",
            "EN-GB",
            "windows-1252",
        ),
        files=[logo],
        answers="anna-claim",
        headers=[
            ("X-Mailer", "Microsoft Outlook 16.0"),
            ("Thread-Topic", "Claim: broken plates"),
            ("Thread-Index", "AdocLl87KhC4m0aQTdyLkJ2u8Y4GxA=="),
        ],
    )
    post.letter(
        "weiden-angebot",
        MASS,
        [SALES],
        "Angebot 118-W: Serie „Bodensee“ für Hotels",
        """Sehr geehrte Damen und Herren,

vielen Dank für Ihre Anfrage. Gern bieten wir Ihnen an:

  Teller flach 24 cm      1.200 St.   3,85 €
  Teller tief 23 cm         600 St.   4,10 €
  Kaffeetasse 0,20 l      1.000 St.   2,95 €
  Untertasse 15 cm        1.000 St.   1,90 €
  Frühstücksteller 19 cm    800 St.   3,20 €

Preise ab Werk, netto. Lieferzeit 6–8 Wochen, Spülmaschinenfestigkeit geprüft nach DIN EN 12875.
Ab 10.000 € gewähren wir 4 % Rabatt.

Für Rückfragen stehe ich Ihnen jederzeit zur Verfügung – gern auch auf Russisch, ich übe noch.

Mit freundlichen Grüßen
Jürgen Maß
Vertrieb Osteuropa
""",
        days=10,
        at="14:02",
        charset="windows-1252",
        cte="8bit",
        files=[File("Größen und Gewichte.png", pictures.plate(), "image/png", style="2047")],
    )


def _packaging(post: Post) -> None:
    cups = [
        (f"{name}.png", f"{name}@lianhe", colour, text)
        for name, colour, text in (
            ("cup-8oz", "#1b7f5c", "Утро"),
            ("cup-12oz", "#c0672a", "Зерно"),
            ("cup-16oz", "#27496d", "Север"),
        )
    ]
    files = [
        File(name, pictures.cup(colour, text), "image/png", cid=cid)
        for name, cid, colour, text in cups
    ]
    shown = "".join(
        f'<td style="padding:6px"><img src="cid:{cid}" width="160"></td>'
        for _name, cid, _colour, _text in cups
    )
    post.letter(
        "lianhe-artwork",
        LI_WEI,
        [SALES],
        "Artwork for approval 请确认 — paper cups 8 / 12 / 16 oz",
        """Dear Anna,

attached artwork of three cups, please check colour and the Russian words letter by letter.
After approval mould is ready in 7 days, goods in 25 days.

Best regards / 此致敬礼
李伟 Li Wei
""",
        days=7,
        at="17:25",
        charset="gb18030",
        html=layout.mail(
            "<p>Dear Anna,</p><p>please see artwork of the three cups. Please check colour and the "
            "Russian words <b>letter by letter</b>, my colleague can not read them.</p>"
            f"<table><tr>{shown}</tr></table>"
            + layout.table(
                [
                    ("Size", "MOQ, pcs", "FOB Guangzhou, USD / 1000"),
                    ("8 oz", "50,000", "23.80"),
                    ("12 oz", "50,000", "29.40"),
                    ("16 oz", "30,000", "35.10"),
                ],
                "#1b7f5c",
            )
            + "<p>After approval mould is ready in 7 days, goods in 25 days. Container 40HQ takes "
            "about 620,000 cups of 8 oz.</p><p>Best regards / 此致敬礼<br>李伟 Li Wei<br>"
            "广州联合包装有限公司</p>"
        ),
        files=files,
    )
    post.sent("sales-to-lianhe", SALES, "lianhe-artwork")
    post.letter(
        "lianhe-colour",
        LI_WEI,
        [SALES],
        "Re: Artwork for approval 请确认 — paper cups 8 / 12 / 16 oz",
        """Dear Dmitry,

noted: the green must be Pantone 3415 C and not 3405 C. New file tomorrow.
Please also tell: double wall or single wall for 16 oz? Price difference is 6.20 USD / 1000.

Li Wei

> Dear Li, the words are right, thank you. The green of the 8 oz is too light:
> we need Pantone 3415 C. Everything else is approved.
""",
        days=1,
        at="11:03",
        answers="sales-to-lianhe",
        charset="gb18030",
    )


def _others(post: Post) -> None:
    contract = papers.document(
        "Supply contract AF-24/07 (draft 2)",
        [
            "1. The Seller delivers and the Buyer accepts roasted hazelnuts, calibre 11–13 mm.",
            "2. Quantity: 8 000 kg ± 5 %, in vacuum bags of 25 kg.",
            "3. Price: 7.90 EUR/kg, CPT St. Petersburg (Incoterms 2020).",
            "4. Payment: 50 % in advance, 50 % against copies of the documents.",
            "5. Quality: aflatoxin below 4 ppb, confirmed by a certificate for each lot.",
        ],
    )
    post.letter(
        "findik-contract",
        EMRE,
        [ANNA],
        "Fındık / hazelnuts: contract AF-24/07, second draft",
        """Merhaba Anna,

I put in your changes, please see draft 2. Our lawyer asks only for one thing: in paragraph 5 the
laboratory must be an accredited one, we propose the one in Giresun or any in the EU.

The new crop is dry and clean this year, but prices go up every week, the frost in April did its
work. I would sign before the end of the month.

Selamlar,
Emre Yıldız
Anadolu Fındık Gıda A.Ş., Giresun
""",
        days=5,
        at="16:44",
        charset="iso-8859-9",
        cte="8bit",
        files=[File("AF-24-07 sözleşme taslağı 2.docx", contract, papers.DOCX, style="2231")],
    )
    prices = pictures.chart(
        "Santos NY 2/3, FOB, US¢/lb",
        ("W1", "W2", "W3", "W4", "W5", "W6"),
        (212, 218, 216, 224, 231, 229),
        "#6b3a12",
    )
    post.letter(
        "santos-report",
        RAFAEL,
        [SALES],
        "Crop & market, week by week: Cerrado and Sul de Minas",
        days=2,
        at="09:15",
        html=layout.mail(
            layout.paragraphs(
                "Hello everyone,\n\nshort report from our side of the ocean. The harvest is at 94 "
                "%, "
                "the cup is clean, but the screens are small: 17/18 will be scarce for months."
            )
            + '<p><img src="cid:prices@santos" width="520" alt="Prices of six weeks"></p>'
            + layout.table(
                [
                    ("Offer", "Bags", "US¢/lb FOB Santos"),
                    ("Cerrado NY 2, scr. 16 up", "320", "C + 14"),
                    ("Sul de Minas, fine cup", "640", "C + 9"),
                    ("Yellow Bourbon, natural", "120", "C + 46"),
                ],
                "#6b3a12",
            )
            + layout.paragraphs(
                "The Yellow Bourbon is from the same farm as last year, I kept 120 "
                "bags because I remember how quickly you sold "
                "it.\n\nAbraço,\nRafael"
            ),
            "Rafael Almeida · Santos Green Coffee · +55 13 5550 1024",
        ),
        files=[File("prices.png", prices, "image/png", cid="prices@santos")],
    )
