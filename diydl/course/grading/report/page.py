"""The frame of every report page: one file, no script, no network, light and dark, paper too.

Whatever comes from a submission passes through `words` or `code`: it is shown, never obeyed. The
page's own policy forbids scripts besides, should a browser be asked for one all the same.
"""

import re
from html import escape

MOST = 4000  # characters of one text in a page
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
# What would move the cursor, colour a terminal or turn letters round is written out instead.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufff9-\ufffb]"
)

STYLE = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f23;--soft:#5a636c;--line:#d5dae0;
--tint:#f3f5f7;--good:#0067a3;--bad:#a84300;--part:#76560a;--mark:#fff1c9;--link:#0067a3}
@media (prefers-color-scheme:dark){:root{--paper:#16191d;--ink:#e6e9ec;--soft:#a3adb7;
--line:#3a424a;--tint:#20252b;--good:#6fbdf0;--bad:#f5a26b;--part:#e6c15a;--mark:#4b3f17;
--link:#8ac6f5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.5;
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:62rem;margin:0 auto;padding:1rem 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:.6rem 0}
h2{font-size:1.2rem;margin:1.8rem 0 .5rem;line-height:1.3}
h3{font-size:1rem;margin:1rem 0 .3rem}
p{margin:.4rem 0}a{color:var(--link)}ul,ol{padding-left:1.3rem;margin:.4rem 0}
h1,h2,h3,p,li,td,th,summary{overflow-wrap:anywhere}
.soft{color:var(--soft)}.big{font-size:1.35rem;font-weight:600}
.good{color:var(--good)}.bad{color:var(--bad)}.part{color:var(--part)}
.card{border:1px solid var(--line);border-left:.35rem solid var(--line);border-radius:.3rem;
padding:.3rem .9rem .7rem;margin:.9rem 0}
.card.good{border-left-color:var(--good);color:inherit}
.card.bad{border-left-color:var(--bad);color:inherit}
.card.part{border-left-color:var(--part);color:inherit}
.box{background:var(--tint);border-radius:.3rem;padding:.5rem .9rem;margin:.7rem 0}
.tests{list-style:none;padding:0}.tests li{padding:.25rem 0 .25rem 1.7rem;text-indent:-1.7rem}
.tests li>*{text-indent:0}.sign{display:inline-block;width:1.7rem;font-weight:700}
.said{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0}
pre,code{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.88em}
code{background:var(--tint);border-radius:.2rem;padding:0 .2em}
pre{background:var(--tint);border-radius:.3rem;padding:.6rem;overflow-x:auto;margin:.4rem 0;
line-height:1.4}pre code{background:none;padding:0;font-size:1em}
mark{background:var(--mark);color:inherit}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;margin:.4rem 0}
th,td{text-align:left;vertical-align:top;padding:.25rem .9rem .25rem 0;
border-bottom:1px solid var(--line)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.wide td,.wide th{overflow-wrap:normal}
.wide td.n{white-space:nowrap}
.card h2{margin-top:.5rem}
summary{cursor:pointer;padding:.25rem 0}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.facts{display:flex;flex-wrap:wrap;gap:.3rem 2rem;margin:.5rem 0;padding:0;list-style:none}
.facts b{display:block;font-size:1.35rem}
.two{display:grid;grid-template-columns:1fr 1fr;gap:.8rem}.two>div{min-width:0}
.two pre{white-space:pre-wrap;overflow-wrap:anywhere}
figure{margin:.6rem 0}figure svg{width:100%;max-width:34rem;height:auto;display:block}
figcaption{color:var(--soft);font-size:.92rem}
svg text{fill:var(--ink);font-family:inherit}svg .soft{fill:var(--soft)}
svg .rule{stroke:var(--line)}svg .b0{fill:#0072b2}svg .b1{fill:#e69f00}svg .b2{fill:#d55e00}
svg .b3{fill:#8a939c}svg .on{fill:#fff}svg .b1+.on{fill:#000}
footer{margin-top:2.5rem;border-top:1px solid var(--line);color:var(--soft);font-size:.92rem}
@media (max-width:44rem){.two{grid-template-columns:1fr}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;
--tint:#f3f3f3;--good:#00527f;--bad:#8a3600;--part:#5c4300;--mark:#eee;--link:#000}
main{max-width:none;padding:0}.card,tr,figure{break-inside:avoid}h2,h3{break-after:avoid}
pre{white-space:pre-wrap}.wide{overflow:visible}}
"""


def page(title: str, body: str, *, language: str = "en") -> str:
    """Return a whole page; `body` is HTML, `title` is text.

    Examples
    --------
    >>> "<title>a &lt;b&gt;</title>" in page("a <b>", "<p>hello</p>")
    True
    """
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(plain(title))}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def plain(text: object, most: int = MOST) -> str:
    r"""Return text that shows what it holds: unseen characters written out, cut to `most`.

    Examples
    --------
    >>> plain("red \x1b[31m and back \u202e")
    'red \\x1b[31m and back \\u202e'
    >>> plain("abcdef", most=3)
    'abc ... (3 more characters)'
    """
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    more = len(text) - most
    if more > 0:
        text = f"{text[:most]} ... ({more} more characters)"
    return _UNSEEN.sub(lambda found: _written_out(found[0]), text)


def words(text: object, most: int = MOST) -> str:
    """Return text as HTML; what stands between backticks becomes code.

    Examples
    --------
    >>> words("use `dl.exp`, not <b>")
    'use <code>dl.exp</code>, not &lt;b&gt;'
    """
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(plain(text, most)))


def code(text: object, most: int = 5 * MOST) -> str:
    """Return code as HTML.

    Examples
    --------
    >>> code("a < b")
    '<pre tabindex="0"><code>a &lt; b</code></pre>'
    """
    return f'<pre tabindex="0"><code>{escape(plain(text, most))}</code></pre>'


def unfold(title: str, body: str, *, opened: bool = False) -> str:
    """Return HTML that opens on request; `title` is text.

    Examples
    --------
    >>> unfold("More", "<p>of it</p>")
    '<details><summary>More</summary><p>of it</p></details>'
    """
    state = " open" if opened else ""
    return f"<details{state}><summary>{words(title)}</summary>{body}</details>"


def table(heads: list[str], rows: list[list[str]], *, numbers: tuple[int, ...] = ()) -> str:
    """Return a table that scrolls by itself; cells are HTML, the first of a row names it.

    Examples
    --------
    >>> "<th scope='row'>a</th>" in table(["id", "points"], [["a", "3"]], numbers=(1,))
    True
    """
    kinds = [" class='n'" if k in numbers else "" for k in range(len(heads))]
    head = "".join(
        f"<th scope='col'{kind}>{escape(text)}</th>"
        for text, kind in zip(heads, kinds, strict=True)
    )
    body = "".join(
        f"<tr><th scope='row'>{row[0]}</th>"
        + "".join(f"<td{kinds[k]}>{cell}</td>" for k, cell in enumerate(row) if k)
        + "</tr>"
        for row in rows
    )
    label = escape(f"Table: {', '.join(heads)}")
    return (
        f"<div class='wide' tabindex='0' role='region' aria-label='{label}'><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def number(value: float) -> str:
    """Return points without needless digits.

    Examples
    --------
    >>> number(3.0), number(2.4999999999), number(1 / 3)
    ('3', '2.5', '0.33')
    """
    return f"{round(float(value), 2):g}"


def _written_out(letter: str) -> str:
    return f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}"
