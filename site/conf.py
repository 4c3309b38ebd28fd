"""Sphinx's settings for the course's site. tools/make_site.py collects the pages and runs it."""

import re

from docutils.nodes import SkipNode
from latex2mathml.converter import convert

project = "Every Label That Fits"
author = copyright = "the course's authors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_favicon = "static/favicon.svg"
html_css_files = ["course.css", ("print.css", {"media": "print"})]
html_js_files = ["live.js", "course.js", "wide.js"]
html_copy_source = html_show_sourcelink = html_show_copyright = html_show_sphinx = False
html_last_updated_fmt = None
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b57a4", "color-brand-content": "#0b57a4"},
    "dark_css_variables": {"color-brand-primary": "#8ab4f8", "color-brand-content": "#8ab4f8"},
}
templates_path = ["templates"]

nb_execution_mode = "off"  # the saved outputs are the ones that the tests compare
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/html", 0), ("html", "application/javascript", None)]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
myst_heading_slug_func = "make_site.slug"
suppress_warnings = ["config.cache", "mystnb.unknown_mime_type", "myst.header"]

autodoc_default_options = {"members": True}
autodoc_typehints = "none"
copybutton_selector = "div.cell_input pre, div.highlight pre"


def _math(writer, node, display: bool):
    """Write a formula as MathML, which browsers draw without a script."""
    text = re.sub(r"^\\begin\{\w+\*?\}|\\end\{\w+\*?\}$", "", node.astext().strip())
    markup = convert(text.strip(), display="block" if display else "inline")
    writer.body.append(f'<div class="math" tabindex="0">{markup}</div>' if display else markup)
    raise SkipNode


def _live(app, pagename, templatename, context, doctree):
    """Give a page the scripts of the live parts that stand on it: <course-x> comes from x.js."""
    # The tagger's is on every page, and a tally has a quiz beside it.
    there = set(re.findall(r"<course-([\w-]+)", context.get("body", ""))) - {"tagger", "tally"}
    for name in sorted(there):
        app.add_js_file(f"{name}.js", loading_method="defer")
        app.add_css_file("live.css")


def setup(app):
    app.connect("html-page-context", _live)
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(lambda writer, node: _math(writer, node, False), None),
        block_renderers=(lambda writer, node: _math(writer, node, True), None),
    )


html_math_renderer = "mathml"
