"""A drawn graph as one HTML file that stands by itself: no kernel and no network."""

from html import escape

_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;padding:1rem 1.5rem;font:16px/1.5 system-ui,sans-serif;"
    "color:light-dark(#1a1a1a,#eee);background:light-dark(#fff,#121212)}"
    "h1{font-size:1.3rem;margin:0 0 .6rem;overflow-wrap:anywhere}"
    "footer{font-size:90%;margin-top:1rem}"
    "@media (max-width:600px){body{padding:.6rem}}"
)
_HELP = (
    "Drag a box, or move it with Shift and an arrow key. Click a box, or press Enter, to fold and "
    "unfold it. The arrow keys go from box to box."
)


def html_page(figure, title):
    """Return a whole HTML document that shows a `GraphFigure`.

    Its content security policy lets a browser load nothing from anywhere.

    Examples
    --------
    >>> import diydl as dl
    >>> from diydl.draw import graph
    >>> page = html_page(graph(dl.Parameter([1.0], name="w")), "w < 1")
    >>> page[:15], "<title>w &lt; 1</title>" in page
    ('<!DOCTYPE html>', True)
    """
    title = escape(title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{figure._repr_html_()}\n<p>{_HELP}</p>\n</main>\n</body>\n</html>\n"
    )
