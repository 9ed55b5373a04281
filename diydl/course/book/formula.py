"""Formulas as MathML, made when the book is built: the pages need no script and no fonts for them.

An extension of Sphinx. Every current browser draws MathML, and screen readers read it.
"""

from html import escape


def mathml(tex: str, *, block: bool = False) -> str:
    """Translate a formula from TeX to a MathML element that carries its TeX along.

    Raises `ValueError` that quotes the formula where it cannot be translated.
    """
    from latex2mathml.converter import convert

    tex = " ".join(tex.split())
    try:
        made = convert(tex, display="block" if block else "inline")
    except Exception as error:  # its errors have no common base
        raise ValueError(f"cannot make MathML of the formula {tex!r}: {error!r}") from error
    if "\\" in made:
        raise ValueError(f"MathML of the formula {tex!r} holds an unknown command")
    return made.replace("<math ", f'<math alttext="{escape(tex)}" ', 1)


def setup(app):
    """Register with Sphinx, which asks for it by `html_math_renderer = "mathml"`."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator, node):
    from docutils.nodes import SkipNode

    translator.body.append(f'<span class="math">{mathml(node.astext())}</span>')
    raise SkipNode


def _block(translator, node):
    from docutils.nodes import SkipNode

    translator.body.append(f'<div class="math">{mathml(node.astext(), block=True)}</div>\n')
    raise SkipNode
