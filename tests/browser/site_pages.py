"""How tests visit a page of the site; the fixtures that make and serve it are in conftest.py."""


def opened(context, address: str):
    """Open a page; what it asks for and what goes wrong in it are noted."""
    page = context.new_page()
    page.asked, page.wrong = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda said: said.type == "error" and page.wrong.append(said.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.goto(address)
    return page
